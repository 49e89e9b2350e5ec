//! Which machine the figures come from.

use dateline_runtime::usage::field;
use serde::{Deserialize, Serialize};

/// The machine, as far as it tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Model of the processor.
    pub processor: String,
    /// Cores that the process may use.
    pub cores: usize,
    /// Memory in bytes; 0 when unknown.
    pub memory: u64,
    /// Operating system and kernel.
    pub system: String,
    /// One-minute load average when the run began: what else was going on.
    pub load_at_start: f64,
}

impl Machine {
    /// Looks at the machine that this runs on.
    #[must_use]
    pub fn here() -> Self {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        Self {
            processor: processor(&read("/proc/cpuinfo")),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            memory: field(&read("/proc/meminfo"), "MemTotal:").unwrap_or(0),
            system: format!("{} {}", std::env::consts::OS, read("/proc/sys/kernel/osrelease").trim()),
            load_at_start: load(&read("/proc/loadavg")),
        }
    }
}

fn processor(cpuinfo: &str) -> String {
    let named = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    named.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

fn load(loadavg: &str) -> f64 {
    loadavg.split_whitespace().next().and_then(|load| load.parse().ok()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_has_a_name() {
        assert_eq!(processor("model name\t: A CPU @ 3 GHz\nflags: x"), "A CPU @ 3 GHz");
        assert_eq!(processor(""), std::env::consts::ARCH);
    }

    #[test]
    fn the_load_is_the_last_minutes() {
        assert!((load("1.25 0.5 0.1 1/200 300") - 1.25).abs() < f64::EPSILON);
        assert!(load("").abs() < f64::EPSILON);
    }
}
