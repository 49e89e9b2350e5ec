//! Finds the nats-server that the tests run.

use crate::program;
use std::path::{Path, PathBuf};

/// Names a nats-server; set by `deploy/test.sh`.
const VARIABLE: &str = "DATELINE_NATS_SERVER";

/// The one that `DATELINE_NATS_SERVER` names; else the one on `PATH`; else the one that the
/// project's scripts have fetched.
pub(super) fn find() -> PathBuf {
    program::named(VARIABLE)
        .or_else(|| program::on_path("nats-server"))
        .or_else(|| fetched(&program::workspace()))
        .unwrap_or_else(|| panic!("there is no nats-server here; run ./deploy/test.sh, which fetches one"))
}

/// `.dateline/tools/nats-server-VERSION/nats-server`, the newest by its folder's name.
fn fetched(root: &Path) -> Option<PathBuf> {
    let folders = std::fs::read_dir(root.join(".dateline/tools")).ok()?;
    let is_server = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("nats-server-"))
    };
    folders
        .flatten()
        .map(|entry| entry.path())
        .filter(is_server)
        .map(|folder| folder.join("nats-server"))
        .filter(|path| path.is_file())
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_the_fetched_ones_is_taken() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(fetched(root.path()), None);
        for version in ["2.12.1", "2.15.1", "2.9.10"] {
            let folder = root.path().join(format!(".dateline/tools/nats-server-{version}"));
            std::fs::create_dir_all(&folder).unwrap();
            if version != "2.9.10" {
                std::fs::write(folder.join("nats-server"), "").unwrap();
            }
        }
        std::fs::create_dir_all(root.path().join(".dateline/tools/promtool-3")).unwrap();
        let found = fetched(root.path()).unwrap();
        assert!(found.ends_with("nats-server-2.15.1/nats-server"), "{}", found.display());
    }
}
