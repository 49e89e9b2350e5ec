//! Finding PostgreSQL's programs.

use std::path::PathBuf;

/// One of PostgreSQL's programs: in the folder that `DATELINE_POSTGRES_BIN`
/// names, where Debian puts the newest version, or on `PATH`.
pub(super) fn binary(program: &str) -> PathBuf {
    if let Some(folder) = std::env::var_os("DATELINE_POSTGRES_BIN") {
        return PathBuf::from(folder).join(program);
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("postgres").is_file())
        .collect();
    folders.sort();
    folders.pop().map_or_else(|| PathBuf::from(program), |(_, folder)| folder.join(program))
}
