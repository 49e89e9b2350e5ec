//! A child process that never outlives its test.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often a process is asked whether it has ended.
const LOOK: Duration = Duration::from_millis(5);
/// How long a process may take to stand still.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// What can be sent to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: stop cleanly.
    Terminate,
    /// SIGINT, as Ctrl-C sends it.
    Interrupt,
    /// SIGHUP: read the configuration again.
    HangUp,
    /// SIGSTOP: freeze.
    Stop,
    /// SIGCONT: go on.
    Continue,
}

impl Signal {
    fn name(self) -> &'static str {
        match self {
            Self::Terminate => "TERM",
            Self::Interrupt => "INT",
            Self::HangUp => "HUP",
            Self::Stop => "STOP",
            Self::Continue => "CONT",
        }
    }
}

/// A child process, killed when this is dropped or when the test process ends.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    // Dropped after the child was reaped, so that it never hits a stranger's process id.
    guard: Guard,
}

impl Process {
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().unwrap_or_else(|error| panic!("could not start {program}: {error}"));
        let guard = Guard::watch(child.id());
        Self { child, guard }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn exit_status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child of ours can be waited for")
    }

    /// Waits for its end, which must come within `patience`.
    pub(crate) fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) = self.exit_status() {
                return Some(status);
            }
            std::thread::sleep(LOOK);
        }
        None
    }

    /// Sends a signal by the shell's own `kill`: a small machine may have no other.
    pub(crate) fn signal(&mut self, signal: Signal) {
        if self.exit_status().is_some() {
            return;
        }
        let kill = format!("kill -{} {}", signal.name(), self.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.is_ok_and(|status| status.success()), "could not run {kill}");
        if matches!(signal, Signal::Stop) {
            self.wait_stopped();
        }
    }

    /// Waits until every thread stands still: each goes on until it is next scheduled, and on a
    /// busy machine that is long enough for another answer.
    fn wait_stopped(&self) {
        let deadline = Instant::now() + STOP_PATIENCE;
        while !threads(self.id()).iter().all(|state| matches!(state, 'T' | 'Z' | 'X')) {
            assert!(Instant::now() < deadline, "{} did not stand still in {STOP_PATIENCE:?}", self.id());
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The processes that it started and that run yet; none where the system does not tell.
    pub(crate) fn children(&self) -> Vec<u32> {
        let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
        let ids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter(|id| parent(*id) == Some(self.id())).collect()
    }

    /// SIGKILL, and waits until it is gone.
    pub(crate) fn kill9(&mut self) {
        // Fails only for a process that has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
        self.guard.dismiss();
    }
}

/// Who started a process, as `proc(5)` writes it behind its name and state.
fn parent(process: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(1)?.parse().ok()
}

/// The state of each thread of a process, as `proc(5)` writes it; none when it is gone.
fn threads(process: u32) -> Vec<char> {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let state = |task: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(task.path().join("stat")).ok()?;
        // The name before it is in brackets and may have any characters.
        stat.rsplit_once(") ")?.1.chars().next()
    };
    tasks.flatten().filter_map(state).collect()
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// Kills a process when the test process ends, however it ends: it waits on a pipe whose
/// other end only we hold.
#[derive(Debug)]
struct Guard(Child);

impl Guard {
    fn watch(id: u32) -> Self {
        let script = "read -r _; kill -9 \"$0\" 2>/dev/null";
        let child = Command::new("sh")
            .args(["-c", script, &id.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("every machine that runs the tests has a shell");
        Self(child)
    }

    fn dismiss(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.dismiss();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper() -> Process {
        Process::spawn(Command::new("sleep").arg("600"))
    }

    #[test]
    fn a_dropped_process_is_gone() {
        let process = sleeper();
        let proc = format!("/proc/{}", process.id());
        assert!(std::path::Path::new(&proc).exists());
        drop(process);
        assert!(!std::path::Path::new(&proc).exists());
    }

    #[test]
    fn a_guard_kills_when_its_test_is_gone() {
        let mut process = sleeper();
        // What the end of this process would do.
        drop(process.guard.0.stdin.take());
        let status = process.wait(Duration::from_secs(10)).expect("the guard kills it");
        assert!(!status.success());
    }

    #[test]
    fn signals_arrive() {
        let mut process = sleeper();
        process.signal(Signal::Stop);
        assert_eq!(threads(process.id()), ['T']);
        process.signal(Signal::Continue);
        assert_eq!(process.exit_status(), None);
        process.signal(Signal::Terminate);
        assert!(process.wait(Duration::from_secs(10)).is_some());
        // Nobody is there any more: says nothing, hits nobody.
        process.signal(Signal::Terminate);
    }
}
