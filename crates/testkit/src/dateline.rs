//! The real `dateline` binary, run as a person or a service manager runs it.

use std::ffi::OsStr;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::process::Process;
use crate::{Metrics, Signal, eventually, http};

/// How a process is to be started.
#[derive(Debug)]
pub struct DatelineBuilder {
    command: Command,
}

/// A running (or ended) `dateline`, with its output in files.
#[derive(Debug)]
pub struct Dateline {
    folder: TempDir,
    process: Process,
}

impl DatelineBuilder {
    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it in this folder.
    #[must_use]
    pub fn current_dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Gives it this file as standard input; it has none unless said.
    #[must_use]
    pub fn stdin_file(mut self, path: &Path) -> Self {
        self.command.stdin(File::open(path).expect("the test wrote this file"));
        self
    }

    /// Starts it.
    #[must_use]
    pub fn spawn(mut self) -> Dateline {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file =
            |name| File::create(folder.path().join(name)).expect("a temporary folder can be written to");
        self.command.stdout(file("stdout")).stderr(file("stderr"));
        Dateline { process: Process::spawn(&mut self.command), folder }
    }
}

impl Dateline {
    /// The binary at `path`: in the tests of its own package `env!("CARGO_BIN_EXE_dateline")`.
    /// `DATELINE_*` variables of the test's own environment are not handed on, but for the
    /// place of the nats-server.
    #[must_use]
    pub fn binary(path: impl AsRef<OsStr>) -> DatelineBuilder {
        let mut command = Command::new(path);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("DATELINE_") && text != "DATELINE_NATS_SERVER" {
                command.env_remove(&name);
            }
        }
        command.stdin(Stdio::null());
        DatelineBuilder { command }
    }

    /// What it wrote to standard output until now.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.read("stdout")
    }

    /// What it wrote to standard error until now.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.read("stderr")
    }

    /// The files that its output goes to: standard output, standard error.
    #[must_use]
    pub fn output_files(&self) -> [PathBuf; 2] {
        ["stdout", "stderr"].map(|name| self.folder.path().join(name))
    }

    /// The address that the latest log line with this message tells, once it is there; the log
    /// must be in JSON.
    #[must_use]
    pub fn logged_address(&self, message: &str) -> Option<SocketAddr> {
        let lines = self.stderr();
        let told = lines.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        told.filter(|line| line["message"] == message)
            .filter_map(|line| line["address"].as_str()?.parse().ok())
            .next_back()
    }

    fn read(&self, name: &str) -> String {
        let bytes = std::fs::read(self.folder.path().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// How it ended, if it has.
    pub fn exit_status(&mut self) -> Option<ExitStatus> {
        self.process.exit_status()
    }

    /// Sends a signal.
    pub fn signal(&mut self, signal: Signal) {
        self.process.signal(signal);
    }

    /// SIGKILL, and waits until it is gone.
    pub fn kill9(&mut self) {
        self.process.kill9();
    }

    /// Waits until `/readyz` says 200.
    ///
    /// # Panics
    /// When it ends before, or is not ready in time; with its standard error.
    #[track_caller]
    pub fn wait_ready(&mut self, admin: SocketAddr, patience: Duration) -> impl Future<Output = ()> {
        let stderr = self.output_files()[1].clone();
        let process = &mut self.process;
        eventually("dateline to be ready", patience, move || {
            if let Some(status) = process.exit_status() {
                let said = std::fs::read_to_string(&stderr).unwrap_or_default();
                panic!("dateline ended ({status}) before it was ready; it said:\n{said}");
            }
            async move { http::get(admin, "/readyz").await.ok().filter(|answer| answer.status == 200).map(drop) }
        })
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end in time; with its standard error.
    pub async fn wait_exit(&mut self, patience: Duration) -> ExitStatus {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            if let Some(status) = self.process.exit_status() {
                return status;
            }
            let late = tokio::time::Instant::now() >= deadline;
            assert!(!late, "dateline did not end in {patience:?}; it said:\n{}", self.stderr());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The metrics that its admin port shows.
    pub async fn metrics(&self, admin: SocketAddr) -> Metrics {
        let answer = http::get(admin, "/metrics").await;
        let answer =
            answer.unwrap_or_else(|error| panic!("no metrics at {admin}: {error}\n{}", self.stderr()));
        Metrics::parse(&answer.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> DatelineBuilder {
        Dateline::binary("sh").args(["-c", script])
    }

    #[tokio::test]
    async fn output_and_exit_code_are_kept() {
        let mut process =
            shell("echo $GREETING; echo diagnostics >&2; exit 3").env("GREETING", "data").spawn();
        let status = process.wait_exit(crate::PATIENCE).await;
        assert_eq!(status.code(), Some(3));
        assert_eq!((process.stdout().as_str(), process.stderr().as_str()), ("data\n", "diagnostics\n"));
    }

    #[tokio::test]
    #[should_panic(expected = "port taken")]
    async fn a_process_that_ends_early_shows_its_diagnostics() {
        let mut process = shell("echo port taken >&2; exit 1").spawn();
        let nobody = SocketAddr::from(([127, 0, 0, 1], crate::free_port()));
        process.wait_ready(nobody, crate::PATIENCE).await;
    }

    #[tokio::test]
    async fn a_clean_stop_can_be_asked_for() {
        let mut process = shell("trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done").spawn();
        crate::eventually_true("the trap to be set", || {
            let up = process.stdout() == "up\n";
            async move { up }
        })
        .await;
        process.signal(Signal::Terminate);
        assert!(process.wait_exit(crate::PATIENCE).await.success());
    }
}
