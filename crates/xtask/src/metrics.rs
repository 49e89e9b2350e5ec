//! Whether every metric is counted through the catalogue.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// What counts past the catalogue.
const MACROS: [&str; 3] = ["counter!(", "gauge!(", "histogram!("];
/// Where the catalogue and its recorder are, what reads metrics back, and this tool.
const EXEMPT: [&str; 3] = ["crates/runtime/src/telemetry", "crates/testkit", "crates/xtask"];

/// Checks all source files under `root`.
pub(crate) fn run(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    collect(root, &root.join("crates"), &mut files)?;
    files.sort();
    let mut faults = Vec::new();
    for file in &files {
        let source = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(root).unwrap_or(file).display().to_string();
        faults.extend(uncatalogued(&name, &source));
    }
    println!("{} files count through the catalogue only", files.len());
    Ok(faults)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if EXEMPT.iter().any(|exempt| path == root.join(exempt)) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn uncatalogued(file: &str, source: &str) -> Vec<String> {
    let counts = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        MACROS.iter().any(|name| code.contains(name))
    };
    let lines = source.lines().enumerate().filter(|(_, line)| counts(line));
    lines
        .map(|(index, _)| {
            format!(
                "{file}:{}: declare the metric in the catalogue of dateline-runtime and count it there",
                index + 1
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_past_the_catalogue_is_named() {
        let faults =
            uncatalogued("a.rs", "fn f() {\n  metrics::counter!(\"x\").increment(1);\n}\n// gauge!(\n");
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].starts_with("a.rs:2: declare"), "{faults:?}");
        assert!(uncatalogued("a.rs", "STAGE_IN.with([stage]).increment(1);").is_empty());
    }
}
