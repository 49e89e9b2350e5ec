//! What the processes of a newsroom use, where the system tells it (`/proc`).

use std::time::Duration;

use super::newsroom::Newsroom;
use crate::Dateline;

/// Ticks a second of the times in `/proc/PID/stat`, on every architecture.
const TICKS: u64 = 100;

/// A process of the run.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) name: String,
    id: u32,
}

impl Process {
    /// Every role, then every node of the broker.
    pub(crate) fn all(newsroom: &mut Newsroom) -> Vec<Self> {
        let mut processes = Vec::new();
        for (number, role) in newsroom.roles().iter().enumerate() {
            let id = role.process().map(Dateline::id);
            processes.extend(id.map(|id| Self { name: format!("{} {number}", role.name()), id }));
        }
        for (number, node) in newsroom.broker().nodes().iter().enumerate() {
            processes.extend(node.id().map(|id| Self { name: format!("nats-server {number}"), id }));
        }
        processes
    }

    /// This one: who sends, and the networks between the others.
    pub(crate) fn own() -> Self {
        Self { name: "the test itself".to_owned(), id: std::process::id() }
    }

    /// Memory at this moment.
    pub(crate) fn resident_mib(&self) -> Option<u64> {
        let status = self.read("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib / 1024)
    }

    /// Time on a processor since its start.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        cpu_of(&self.read("stat")?)
    }

    fn read(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.id)).ok()
    }
}

/// The sum of `utime` and `stime` of a `stat` line; the name before them may hold anything.
fn cpu_of(stat: &str) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    let ticks = times.next()?.ok()? + times.next()?.ok()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 100 0 0";
        assert_eq!(cpu_of(stat), Some(Duration::from_secs(3)));
        assert_eq!(cpu_of("nonsense"), None);
    }

    #[test]
    fn this_process_uses_something() {
        assert!(Process::own().cpu().is_some());
        assert!(Process::own().resident_mib().is_some_and(|mib| mib > 0));
    }
}
