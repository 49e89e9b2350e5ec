//! Writes the pages that are made of figures: `pages FOLDER FILE.json ...`. Scaling is worked
//! out of the first file with growth in it. `cargo xtask performance` calls it.

use anyhow::{Context, ensure};
use dateline_bench::{Report, page};
use std::path::{Path, PathBuf};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().context("which folder do the pages go to?")?;
    let reports = arguments.map(|path| read(&path)).collect::<anyhow::Result<Vec<Report>>>()?;
    ensure!(!reports.is_empty(), "which files are the pages made of?");
    write(&folder.join("performance.md"), &page::performance(&reports))?;
    // Without growth there is nothing to work it out from; the page stays as it is.
    if let Some(grown) = reports.iter().find(|report| report.growth.is_some()) {
        write(&folder.join("scaling.md"), &page::scaling(grown))?;
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Report> {
    let text = std::fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} holds no figures of a bench", path.display()))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("could not write {}", path.display()))
}
