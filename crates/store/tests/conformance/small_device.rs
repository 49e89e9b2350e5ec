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
/// which ends with it. Who is not root gets the right to mount for a moment, and is
/// himself again when the test begins: some servers refuse to run as root.
pub(crate) fn run(folder: &Path, test: &str) {
    let user = String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap();
    let user = user.trim();
    let (rights, back) = match user {
        "0" => (None, String::new()),
        user => (Some("--map-root-user"), format!("unshare --user --map-user={user} ")),
    };
    let script = format!(
        "mount -t tmpfs -o size=8m,mode=1777 tmpfs \"$1\" && exec {back}\"$2\" --exact \"$3\" --nocapture"
    );
    let mut command = Command::new("unshare");
    command.arg("--mount").args(rights).args(["sh", "-c", &script, "sh"]);
    command.arg(folder).arg(std::env::current_exe().unwrap()).arg(test);
    let done = command.env(CHILD, folder).output().unwrap();
    let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}
