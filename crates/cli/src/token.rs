//! The console's token: read from its file, made where there is none.

use anyhow::Context;
use dateline_runtime::secret::Secret;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Bytes of chance in a token.
const BYTES: usize = 24;
/// Longest token that is read.
const LONGEST: u64 = 4_096;

/// The token in the file; a new one, for this user's eyes only, where there is no file.
pub(crate) fn read_or_make(path: &Path) -> anyhow::Result<Secret> {
    match File::open(path) {
        Ok(file) => read(file, path),
        Err(error) if error.kind() == ErrorKind::NotFound => make(path),
        Err(error) => {
            Err(error).with_context(|| format!("could not read the console's token {}", path.display()))
        }
    }
}

fn read(file: File, path: &Path) -> anyhow::Result<Secret> {
    let mut text = String::new();
    file.take(LONGEST)
        .read_to_string(&mut text)
        .with_context(|| format!("could not read the console's token {}", path.display()))?;
    let token = text.trim();
    anyhow::ensure!(!token.is_empty(), "the console's token {} is empty; write one into it", path.display());
    Ok(Secret::new(token))
}

fn make(path: &Path) -> anyhow::Result<Secret> {
    let mut chance = [0_u8; BYTES];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut chance))
        .context("could not read /dev/urandom to make the console's token")?;
    let token = chance.iter().fold(String::new(), |token, byte| format!("{token}{byte:02x}"));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
    }
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made.and_then(|mut file| writeln!(file, "{token}")) {
        Ok(()) => Ok(Secret::new(token)),
        // Another process was quicker; its token is the one.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(File::open(path)?, path),
        Err(error) => {
            Err(error).with_context(|| format!("could not write the console's token {}", path.display()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_token_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/console.token");
        let first = read_or_make(&path).unwrap();
        assert_eq!(first.expose().len(), BYTES * 2);
        assert!(first.matches(read_or_make(&path).unwrap().expose().as_bytes()));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, " \n").unwrap();
        assert!(read_or_make(&path).unwrap_err().to_string().contains("is empty"));
    }
}
