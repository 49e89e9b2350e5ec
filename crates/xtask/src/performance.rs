//! `cargo xtask performance`: the pages of figures, from what `dateline bench` wrote. The bench
//! crate makes them, as it knows the figures. The files of the runs that the pages show are kept,
//! so that a page can be made anew when its form changes.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

/// Where the pages go.
const FOLDER: &str = "docs";

/// The runs that are kept, in the order of their sections.
const KEPT: [&str; 2] = ["docs/figures/always.json", "docs/figures/lazy.json"];

/// Writes the pages of these files; without any, of those that are kept.
pub(crate) fn run(root: &Path, files: &[&str]) -> anyhow::Result<()> {
    let kept = KEPT.map(|file| root.join(file));
    let files = if files.is_empty() { kept.to_vec() } else { files.iter().map(PathBuf::from).collect() };
    let status = Command::new("cargo")
        .args(["run", "--quiet", "-p", "dateline-bench", "--example", "pages", "--"])
        .arg(root.join(FOLDER))
        .args(files)
        .status()
        .context("could not run cargo")?;
    ensure!(status.success(), "the pages could not be made");
    Ok(())
}
