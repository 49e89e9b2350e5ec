//! A small disk of its own under a folder, which can be filled without filling the machine's.
//!
//! It is a file system in memory, and only root may mount one: elsewhere the folder stays what
//! it was, and no disk runs full.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What takes up the room that is left.
const FILLER: &str = "filler";
/// Written at once while it is filled.
static PIECE: [u8; 1 << 20] = [0; 1 << 20];

/// The disk; unmounted when this is dropped.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Mounts a disk of so many MiB on a folder, which is made; `None` where that is not allowed.
    pub(crate) fn mount(folder: &Path, mib: u32) -> Option<Self> {
        std::fs::create_dir_all(folder).expect("a temporary folder can be written to");
        let size = format!("size={mib}m,mode=755");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "dateline-chaos"]).arg(folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then(|| Self { folder: folder.to_owned() })
    }

    /// Takes all the room that is left.
    pub(crate) fn fill(&self) {
        let file = std::fs::File::options().create(true).append(true).open(self.folder.join(FILLER));
        // Whoever else writes may take the last bytes: then it is full even without this file.
        let Ok(mut file) = file else { return };
        let mut piece = PIECE.as_slice();
        while !piece.is_empty() {
            // Smaller and smaller pieces, to the last page.
            if file.write_all(piece).is_err() {
                piece = &piece[..piece.len() / 2];
            }
        }
    }

    /// Gives it back.
    pub(crate) fn free(&self) {
        let filler = self.folder.join(FILLER);
        // Emptied before it is removed: a process that is just being forked elsewhere holds all
        // open files for a moment, and what is held keeps its room although its name is gone.
        // Not there at all where there was no room even for its name.
        drop(std::fs::File::options().write(true).truncate(true).open(&filler));
        drop(std::fs::remove_file(&filler));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: processes that are just being killed may still hold files on it.
        drop(Command::new("umount").arg("--lazy").arg(&self.folder).output());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_can_be_filled_and_freed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("disk");
        let Some(disk) = Disk::mount(&path, 2) else {
            // Only root mounts; the folder is there all the same.
            assert!(path.is_dir());
            return;
        };
        let write = || std::fs::write(path.join("article"), [1; 10_000]);
        write().unwrap();
        std::fs::remove_file(path.join("article")).unwrap();
        disk.fill();
        assert!(write().is_err(), "there is room on a full disk");
        // As a process does that is forked at this moment.
        let held = std::fs::File::open(path.join(FILLER)).unwrap();
        disk.free();
        write().unwrap();
        drop((held, disk));
        assert!(!path.join("article").exists(), "the disk is still mounted");
    }
}
