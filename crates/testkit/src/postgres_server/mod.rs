//! A real PostgreSQL server, for all tests of one program: each takes a schema
//! or a database of its own.
//!
//! The server's data, socket and port are its own, and it ends with the test
//! program, however that ends. It refuses to run as root, so that a root's
//! tests run it as another user.

mod binaries;

use crate::process::Process;
use crate::{Signal, free_port};
use binaries::binary;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Most that a server may need to answer.
const START: Duration = Duration::from_mins(1);
/// Most that a clean stop may take.
const STOP: Duration = Duration::from_mins(1);
/// How often a starting server is asked.
const LOOK: Duration = Duration::from_millis(30);
/// Users that a root's server runs as, the first that exists.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A running (or killed) PostgreSQL server.
#[derive(Debug)]
pub struct PostgresServer {
    folder: TempDir,
    port: u16,
    /// Who runs it, where that is not us.
    user: Option<&'static str>,
    process: Option<Process>,
    settings: Vec<&'static str>,
}

impl PostgresServer {
    /// A small server with a fresh data folder, writing through to the disk.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(vec!["shared_buffers=64MB"])
    }

    /// The same, with settings (`name=value`) of one's own.
    #[must_use]
    pub fn start_with(settings: Vec<&'static str>) -> Self {
        let folder = tempfile::Builder::new().prefix("pg").tempdir().expect("a temporary folder can be made");
        let user = is_root().then(|| {
            let exists = |user: &&&str| run(Command::new("id").args(["-u", user])).status.success();
            USERS.iter().find(exists).copied().expect("every system has the user nobody")
        });
        let mut server = Self { folder, port: free_port(), user, process: None, settings };
        if let Some(user) = user {
            must(Command::new("chown").arg(user).arg(server.folder.path()));
        }
        let mut initdb = server.command("initdb");
        initdb.args([
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
            "--auth=trust",
            "--username=dateline",
            "-D",
        ]);
        must(initdb.arg(server.data()));
        server.restart();
        server
    }

    /// Starts it again after [`PostgresServer::kill`] or [`PostgresServer::stop`],
    /// over the same data.
    pub fn restart(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.log());
        let log = log.expect("a temporary folder can be written to");
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        let settings = ["listen_addresses=127.0.0.1", "max_connections=200"];
        for setting in settings.iter().chain(&self.settings) {
            command.args(["-c", setting]);
        }
        command.args(["-p", &self.port.to_string()]);
        command.stdout(Stdio::null()).stderr(log).stdin(Stdio::null());
        self.process = Some(Process::spawn(&mut command));
        let deadline = Instant::now() + START;
        let answers =
            || run(self.command("pg_isready").args(["-h", &self.host(), "-p", &self.port.to_string()]));
        while !answers().status.success() {
            assert!(
                Instant::now() < deadline,
                "PostgreSQL does not start; its log says:\n{}",
                self.read_log()
            );
            std::thread::sleep(LOOK);
        }
    }

    /// SIGKILL: what a power cut does to a process.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // Its children notice, but on a busy machine one may write a batch before it does.
            let children = process.children();
            process.kill9();
            kill_all(&children);
            let lock = self.data().join("postmaster.pid");
            drop(std::fs::remove_file(lock));
            self.await_silence();
        }
    }

    /// A clean stop that ends all connections.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal(Signal::Interrupt);
            assert!(process.wait(STOP).is_some(), "PostgreSQL does not stop");
        }
    }

    /// `host=... port=... user=... dbname=postgres`, over its socket.
    #[must_use]
    pub fn url(&self) -> String {
        format!("host={} port={} user=dateline dbname=postgres", self.host(), self.port)
    }

    /// A name that no other test of this program has.
    #[must_use]
    pub fn fresh_name(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Runs SQL by the server's own client; gives the unaligned rows.
    #[must_use]
    pub fn sql(&self, sql: &str) -> String {
        let mut psql = self.command("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", &self.url(), "-c", sql]);
        let output = must(&mut psql);
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// What the server logged.
    #[must_use]
    pub fn read_log(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn host(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// One of the server's programs, run as who may run it.
    fn command(&self, program: &str) -> Command {
        let program = binary(program);
        let Some(user) = self.user else { return Command::new(program) };
        let mut command = Command::new("setpriv");
        command.args(["--reuid", user, "--regid", group(user), "--clear-groups", "--"]).arg(program);
        command.current_dir(self.folder.path());
        command
    }

    fn await_silence(&self) {
        let deadline = Instant::now() + STOP;
        let socket = self.folder.path().join(format!(".s.PGSQL.{}", self.port));
        while std::os::unix::net::UnixStream::connect(&socket).is_ok() {
            assert!(Instant::now() < deadline, "the killed server still answers");
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// SIGKILL for processes that are not ours, and waits until they are gone.
fn kill_all(processes: &[u32]) {
    let ids: Vec<String> = processes.iter().map(u32::to_string).collect();
    // By the shell's own `kill`; those that ended by themselves are no fault.
    drop(run(Command::new("sh").args(["-c", &format!("kill -KILL {}", ids.join(" "))])));
    let deadline = Instant::now() + STOP;
    while processes.iter().any(|id| Path::new(&format!("/proc/{id}/exe")).exists()) {
        assert!(Instant::now() < deadline, "a part of the killed server is still there");
        std::thread::sleep(LOOK);
    }
}

fn group(user: &str) -> &str {
    if user == "nobody" { "nogroup" } else { user }
}

fn is_root() -> bool {
    run(Command::new("id").arg("-u")).stdout.trim_ascii() == b"0"
}

fn run(command: &mut Command) -> Output {
    let program = command.get_program().to_string_lossy().into_owned();
    command.output().unwrap_or_else(|error| panic!("could not run {program}: {error}"))
}

fn must(command: &mut Command) -> Output {
    let output = run(command);
    assert!(output.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    output
}
