//! Commands that run once and end: `dateline search`, `dateline enrich`, ...

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The binary under test.
pub(crate) const DATELINE: &str = env!("CARGO_BIN_EXE_dateline");

/// The seeds of the repository.
pub(crate) fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds")
}

/// A file of the seed corpus.
pub(crate) fn seed(name: &str) -> PathBuf {
    seeds().join("articles").join(name)
}

/// A command to be run.
#[derive(Debug)]
pub(crate) struct Once {
    command: Command,
    input: Vec<u8>,
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// `dateline` with these arguments, untouched by configuration of the place it runs in.
pub(crate) fn dateline(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Once {
    let mut command = Command::new(DATELINE);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DATELINE_") {
            command.env_remove(&name);
        }
    }
    command.args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR"));
    Once { command, input: Vec::new() }
}

impl Once {
    /// Gives it standard input.
    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// One more argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// More arguments.
    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Works on the pipeline of this data folder.
    pub(crate) fn data(mut self, folder: &Path) -> Self {
        self.command.arg("--data-dir").arg(folder);
        self
    }

    /// Sets a variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Done {
        let command = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary under test can be started");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        let input = self.input;
        // A command that ends early closes its input, which is no fault of ours.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("a child of ours can be waited for");
        writer.join().expect("the writer only writes");
        Done {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("data is UTF-8"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs it; it must say 0.
    #[track_caller]
    pub(crate) fn succeed(self) -> Done {
        let done = self.run();
        assert_eq!(done.code, 0, "{done:#?}");
        done
    }

    /// Runs it; it must end with this code and say all of this on standard error.
    #[track_caller]
    pub(crate) fn fail(self, code: i32, said: &[&str]) -> Done {
        let done = self.run();
        assert_eq!(done.code, code, "{done:#?}");
        for words in said {
            assert!(done.stderr.contains(words), "`{words}` is not in {done:#?}");
        }
        done
    }
}

impl Done {
    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }

    /// Standard output as one JSON value a line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let read =
            |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        self.stdout.lines().map(read).collect()
    }
}
