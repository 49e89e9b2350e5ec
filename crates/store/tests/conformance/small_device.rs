//! A file system of a few megabytes that a child process has for itself.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the child's file system is mounted; no child without.
const CHILD: &str = "DATELINE_STORE_FULL_DISK_CHILD";

/// The file system of 8 MB, in a child process.
pub(crate) fn mounted() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// Runs a test of this program as a child with a file system of its own at `folder`,
/// which ends with it.
pub(crate) fn run(folder: &Path, test: &str) {
    let script = "mount -t tmpfs -o size=8m tmpfs \"$1\" && exec \"$2\" --exact \"$3\" --nocapture";
    let is_root =
        String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0";
    let mut command = Command::new("unshare");
    command.arg("--mount");
    if !is_root {
        command.arg("--map-root-user");
    }
    command.args(["sh", "-c", script, "sh"]).arg(folder).arg(std::env::current_exe().unwrap()).arg(test);
    let done = command.env(CHILD, folder).output().unwrap();
    let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}
