//! Whether this machine can build for a target: Rust's standard library for it, and for musl a C
//! compiler that links against it. Says what to do where it cannot.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::graph::output;

/// An error with the remedy where something is missing.
pub(crate) fn check(target: &str) -> anyhow::Result<()> {
    let folder = output(Command::new("rustc").args(["--print", "target-libdir", "--target", target]))
        .with_context(|| format!("rustc knows no target {target}; see rustc --print target-list"))?;
    check_library(target, Path::new(folder.trim()))?;
    if target.ends_with("-musl") && compiler_of_environment(target).is_none() {
        check_compiler(target, &std::env::var_os("PATH").unwrap_or_default())?;
    }
    Ok(())
}

fn check_library(target: &str, folder: &Path) -> anyhow::Result<()> {
    ensure!(
        folder.is_dir(),
        "this Rust has no standard library for {target}: rustup target add {target} (a Rust of a \
         distribution: its package of that library), or leave the target out: --target \
         x86_64-unknown-linux-gnu"
    );
    Ok(())
}

fn check_compiler(target: &str, path: &OsStr) -> anyhow::Result<()> {
    // What the build scripts of C code look for, unless the environment names another.
    let machine = target.split('-').next().unwrap_or_default();
    let names = ["musl-gcc".to_owned(), format!("{machine}-linux-musl-gcc")];
    let is_in = |folder: &Path| names.iter().any(|name| folder.join(name).is_file());
    ensure!(
        std::env::split_paths(path).any(|folder| is_in(&folder)),
        "there is no musl-gcc here, which compiles the C code of {target}: apt-get install musl-tools, or let \
         CC_{} name a compiler",
        underscored(target)
    );
    Ok(())
}

/// The compiler that the person chose, by the names that the `cc` crate reads.
fn compiler_of_environment(target: &str) -> Option<PathBuf> {
    let names = [format!("CC_{}", underscored(target)), format!("CC_{target}"), "TARGET_CC".to_owned()];
    names.iter().find_map(std::env::var_os).map(PathBuf::from)
}

fn underscored(target: &str) -> String {
    target.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUSL: &str = "x86_64-unknown-linux-musl";

    #[test]
    fn what_is_missing_is_said_with_its_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let error = check_library(MUSL, &folder.path().join("lib")).unwrap_err().to_string();
        assert!(error.contains("rustup target add x86_64-unknown-linux-musl"), "{error}");
        let error = check_compiler(MUSL, folder.path().as_os_str()).unwrap_err().to_string();
        assert!(error.contains("musl-tools") && error.contains("CC_x86_64_unknown_linux_musl"), "{error}");
        let error = check("z80-unknown-cpm").unwrap_err();
        assert!(format!("{error:#}").contains("rustc --print target-list"), "{error:#}");
    }

    #[test]
    fn what_is_there_passes() {
        let folder = tempfile::tempdir().unwrap();
        check_library(MUSL, folder.path()).unwrap();
        std::fs::write(folder.path().join("musl-gcc"), "").unwrap();
        check_compiler(MUSL, folder.path().as_os_str()).unwrap();
    }
}
