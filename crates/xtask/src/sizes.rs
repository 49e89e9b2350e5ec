//! How long functions and files are, test code left out.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::rust_source::{Measured, measure};

/// A function over this is shown.
const FUNCTION_SHOWN: usize = 60;
/// A function over this fails the check.
const FUNCTION_MOST: usize = 100;
/// A file over this fails the check.
const FILE_MOST: usize = 500;

/// Folders that hold no product code.
const SKIPPED_FOLDERS: &[&str] = &["tests", "benches", "examples", "target"];
/// The file of a module that is only compiled for tests.
const TEST_FILE: &str = "tests.rs";

/// Checks all crates under `root`; prints what is long and gives what is too long.
pub(crate) fn run(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    collect(&root.join("crates"), &mut files)?;
    files.sort();
    let mut faults = Vec::new();
    let mut lengths = Vec::new();
    for file in &files {
        let source = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(root).unwrap_or(file).display().to_string();
        let measured = measure(&source);
        for line in long_ones(&name, &measured) {
            println!("{line}");
        }
        faults.extend(too_long(&name, &measured));
        lengths.extend(measured.functions.iter().map(|function| function.lines));
    }
    println!("{}", summary(files.len(), &mut lengths));
    Ok(faults)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !SKIPPED_FOLDERS.contains(&name.as_str()) {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != TEST_FILE {
            files.push(path);
        }
    }
    Ok(())
}

fn long_ones(file: &str, measured: &Measured) -> Vec<String> {
    let long = measured.functions.iter().filter(|function| function.lines > FUNCTION_SHOWN);
    let mut lines: Vec<String> = long
        .map(|function| {
            format!("{file}:{}: fn {} has {} lines", function.line, function.name, function.lines)
        })
        .collect();
    if measured.lines > FILE_MOST {
        lines.push(format!("{file}: {} lines", measured.lines));
    }
    lines
}

fn too_long(file: &str, measured: &Measured) -> Vec<String> {
    let long = measured.functions.iter().filter(|function| function.lines > FUNCTION_MOST);
    let mut faults: Vec<String> = long
        .map(|function| {
            let (line, name, lines) = (function.line, &function.name, function.lines);
            format!("{file}:{line}: fn {name} has {lines} lines, {FUNCTION_MOST} are the most: split it")
        })
        .collect();
    if measured.lines > FILE_MOST {
        faults.push(format!(
            "{file}: {} lines without tests, {FILE_MOST} are the most: split it",
            measured.lines
        ));
    }
    faults
}

fn summary(files: usize, lengths: &mut [usize]) -> String {
    lengths.sort_unstable();
    let at = |share: usize| lengths.get(lengths.len() * share / 100).copied().unwrap_or(0);
    format!(
        "{} functions in {files} files: median {} lines, 90% up to {}, longest {}",
        lengths.len(),
        at(50),
        at(90),
        lengths.last().copied().unwrap_or(0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(function_lines: usize, other_lines: usize) -> String {
        let body = "    work();\n".repeat(function_lines - 2);
        format!("fn long() {{\n{body}}}\n{}", "// a line\n".repeat(other_lines))
    }

    #[test]
    fn limits_are_the_last_that_pass() {
        let check = |function_lines: usize, other_lines: usize, shown: usize, refused: usize| {
            let measured = measure(&source(function_lines, other_lines));
            let found = (long_ones("a.rs", &measured).len(), too_long("a.rs", &measured).len());
            assert_eq!(found, (shown, refused), "{function_lines} {other_lines}");
        };
        check(60, 0, 0, 0);
        check(61, 0, 1, 0);
        check(100, 400, 1, 0);
        check(101, 0, 1, 1);
        check(100, 401, 2, 1);
        check(10, 490, 0, 0);
        check(10, 491, 1, 1);
    }

    #[test]
    fn the_summary_counts() {
        let mut lengths: Vec<usize> = (1..=100).rev().collect();
        let line = summary(7, &mut lengths);
        assert_eq!(line, "100 functions in 7 files: median 51 lines, 90% up to 91, longest 100");
        assert!(summary(0, &mut []).starts_with("0 functions"));
    }

    #[test]
    fn test_files_and_folders_are_passed_over() {
        let mut files = Vec::new();
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        collect(own, &mut files).unwrap();
        assert!(files.contains(&own.join("src/sizes.rs")));
        let mut runtime = Vec::new();
        collect(&own.join("../runtime"), &mut runtime).unwrap();
        assert!(!runtime.is_empty() && !runtime.iter().any(|file| file.ends_with(TEST_FILE)));
    }
}
