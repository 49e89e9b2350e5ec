//! What a process has used so far, read from `/proc`: CPU time and memory.
//!
//! On a system without `/proc` every figure is absent.

use std::path::PathBuf;
use std::time::Duration;

/// Ticks a second of the times in `/proc/PID/stat`; the kernel's `USER_HZ` is 100 on
/// every architecture that Dateline is built for.
const TICKS: u64 = 100;

/// A process whose use is followed.
#[derive(Debug, Clone)]
pub struct Process {
    folder: PathBuf,
}

impl Process {
    /// This process.
    #[must_use]
    pub fn own() -> Self {
        Self { folder: PathBuf::from("/proc/self") }
    }

    /// Another process.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        Self { folder: PathBuf::from(format!("/proc/{pid}")) }
    }

    /// CPU time in user and system mode since its start.
    #[must_use]
    pub fn cpu(&self) -> Option<Duration> {
        let stat = std::fs::read_to_string(self.folder.join("stat")).ok()?;
        cpu_of(&stat)
    }

    /// Resident memory at this moment, in bytes.
    #[must_use]
    pub fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(self.folder.join("status")).ok()?;
        field(&status, "VmRSS:")
    }
}

/// The sum of `utime` and `stime` of a `stat` line; the name before them may hold anything.
fn cpu_of(stat: &str) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    let ticks = times.next()?.ok()? + times.next()?.ok()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS))
}

/// A field of `status` in kB, as bytes.
#[must_use]
pub fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
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
    fn memory_is_in_bytes() {
        assert_eq!(field("VmPeak:\t 9 kB\nVmRSS:\t     20 kB\n", "VmRSS:"), Some(20 * 1024));
        assert_eq!(field("", "VmRSS:"), None);
    }

    #[test]
    fn this_process_uses_something() {
        assert!(Process::own().resident().is_some_and(|bytes| bytes > 0));
        assert!(Process::own().cpu().is_some());
    }
}
