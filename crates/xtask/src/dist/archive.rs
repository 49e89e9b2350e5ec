//! A tarball that depends on nothing but its content: files in order, one time, no owner.

use std::fmt::Write as _;

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};

/// One file of a tarball.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// Path below the tarball's folder.
    pub(crate) path: String,
    pub(crate) mode: Mode,
    pub(crate) bytes: Vec<u8>,
}

/// Who may do what with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    Data,
    Program,
}

impl Mode {
    fn bits(self) -> u32 {
        match self {
            Self::Data => 0o644,
            Self::Program => 0o755,
        }
    }
}

/// Packs the entries into a folder, sorted by their paths.
pub(crate) fn tar_gz(folder: &str, time: u64, mut entries: Vec<Entry>) -> std::io::Result<Vec<u8>> {
    entries.sort();
    // No time and no name in the header of gzip.
    let compressed = GzBuilder::new().write(Vec::new(), Compression::best());
    let mut archive = tar::Builder::new(compressed);
    for entry in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(entry.mode.bits());
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, format!("{folder}/{}", entry.path), entry.bytes.as_slice())?;
    }
    archive.into_inner()?.finish()
}

/// A line as `sha256sum` writes and checks it.
pub(crate) fn checksum_line(name: &str, bytes: &[u8]) -> String {
    let mut line = String::new();
    for byte in Sha256::digest(bytes) {
        write!(line, "{byte:02x}").expect("writing to a string does not fail");
    }
    line + "  " + name + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn entry(path: &str, mode: Mode, text: &str) -> Entry {
        Entry { path: path.to_owned(), mode, bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn the_same_files_in_any_order_give_the_same_bytes() {
        let files = [
            entry("share/b", Mode::Data, "two"),
            entry("bin/a", Mode::Program, "one"),
            entry("LICENSE", Mode::Data, ""),
        ];
        let pack = |order: [usize; 3]| {
            tar_gz("x-1", 1_700_000_000, order.map(|at| files[at].clone()).to_vec()).unwrap()
        };
        let first = pack([0, 1, 2]);
        assert_eq!(first, pack([2, 1, 0]));
        assert_eq!(first, pack([1, 2, 0]));
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(first.as_slice()));
        let mut found = Vec::new();
        for file in archive.entries().unwrap() {
            let mut file = file.unwrap();
            let header = file.header().clone();
            assert_eq!((header.uid().unwrap(), header.mtime().unwrap()), (0, 1_700_000_000));
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            found.push((file.path().unwrap().display().to_string(), header.mode().unwrap(), text));
        }
        let expected =
            [("x-1/LICENSE", 0o644, ""), ("x-1/bin/a", 0o755, "one"), ("x-1/share/b", 0o644, "two")];
        assert_eq!(found, expected.map(|(path, mode, text)| (path.to_owned(), mode, text.to_owned())));
    }

    #[test]
    fn checksums_are_those_of_sha256sum() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a b\n";
        assert_eq!(checksum_line("a b", b"abc"), expected);
    }
}
