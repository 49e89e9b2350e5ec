//! `cargo xtask performance`: the pages of figures, from what `dateline bench` wrote. The bench
//! crate makes them, as it knows the figures.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

/// Where the pages go.
const FOLDER: &str = "docs";

/// Writes the pages of these files.
pub(crate) fn run(root: &Path, files: &[&str]) -> anyhow::Result<()> {
    let status = Command::new("cargo")
        .args(["run", "--quiet", "-p", "dateline-bench", "--example", "pages", "--"])
        .arg(root.join(FOLDER))
        .args(files)
        .status()
        .context("could not run cargo")?;
    ensure!(status.success(), "the pages could not be made");
    Ok(())
}
