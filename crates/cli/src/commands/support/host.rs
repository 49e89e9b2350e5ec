//! Facts of the machine, read where Linux shows them. What is not there is left out.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Where the system says what a process may use, and what there is.
const FILES: [(&str, &str); 9] = [
    ("system", "/etc/os-release"),
    ("kernel", "/proc/version"),
    ("load", "/proc/loadavg"),
    ("seconds since start", "/proc/uptime"),
    ("memory", "/proc/meminfo"),
    ("limits of a process", "/proc/self/limits"),
    ("memory limit of the group", "/sys/fs/cgroup/memory.max"),
    ("cpu limit of the group", "/sys/fs/cgroup/cpu.max"),
    ("pressure on cpu", "/proc/pressure/cpu"),
];
/// Lines of one of them that are taken.
const LINES: usize = 20;

/// Version, target and what it was built as.
pub(super) fn version() -> String {
    format!(
        "dateline {}\nbuilt for {}-{}, {}\n",
        dateline_runtime::VERSION,
        std::env::consts::ARCH,
        std::env::consts::OS,
        if cfg!(debug_assertions) { "development build" } else { "optimised build" }
    )
}

/// What a person would ask first.
pub(super) fn facts(data_dir: &Path) -> String {
    let mut text = String::new();
    let mut section = |name: &str, content: &str| {
        let lines: Vec<&str> = content.lines().take(LINES).collect();
        writeln!(text, "## {name}\n{}\n", lines.join("\n")).expect("writing to a string does not fail");
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    section("cores that may be used", &cores.to_string());
    for (name, path) in FILES {
        if let Ok(content) = std::fs::read_to_string(path) {
            section(name, &content);
        }
    }
    section("disk of the data folder", &disk(data_dir));
    section("time zone", &std::env::var("TZ").unwrap_or_else(|_| "the system's".to_owned()));
    text
}

/// The system's own table: there is no plain file for it.
fn disk(data_dir: &Path) -> String {
    let place = data_dir.ancestors().find(|place| place.exists()).unwrap_or(Path::new("."));
    match Command::new("df").args(["-k", "-P"]).arg(place).output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(error) => format!("df could not be run: {error}"),
    }
}
