//! What is in a tarball, and where.
//!
//! The folders are those below `/usr/local`, so that unpacking there installs it. What belongs
//! elsewhere (units, configuration) lies under `share/dateline`, in the folders of the repository,
//! so that the links between documents hold; docs/operations.md says where it goes.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::dist::archive::{Entry, Mode};

/// Files and folders of the repository, and where they go.
const FILES: [(&str, &str); 11] = [
    ("LICENSE", "share/doc/dateline/LICENSE"),
    ("README.md", "share/dateline/README.md"),
    ("docs", "share/dateline/docs"),
    ("config", "share/dateline/config"),
    ("seeds", "share/dateline/seeds"),
    ("deploy/systemd", "share/dateline/deploy/systemd"),
    ("deploy/nats", "share/dateline/deploy/nats"),
    ("deploy/kubernetes", "share/dateline/deploy/kubernetes"),
    ("deploy/prometheus", "share/dateline/deploy/prometheus"),
    ("deploy/grafana/dashboards", "share/dateline/deploy/grafana/dashboards"),
    ("deploy/grafana/provisioning", "share/dateline/deploy/grafana/provisioning"),
];

/// The shells that completions are made for, and where each looks for them.
const COMPLETIONS: [(&str, &str); 3] = [
    ("bash", "share/bash-completion/completions/dateline"),
    ("zsh", "share/zsh/site-functions/_dateline"),
    ("fish", "share/fish/vendor_completions.d/dateline.fish"),
];

/// Everything, in no order yet. Completions and manual pages are the program's own words.
pub(crate) fn of(root: &Path, program: &Path, sbom: &[u8]) -> anyhow::Result<Vec<Entry>> {
    let data = |path: String, bytes: Vec<u8>| Entry { path, mode: Mode::Data, bytes };
    let binary = std::fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let mut entries = vec![
        Entry { path: "bin/dateline".to_owned(), mode: Mode::Program, bytes: binary },
        data("share/doc/dateline/sbom.cdx.json".to_owned(), sbom.to_vec()),
    ];
    for (shell, path) in COMPLETIONS {
        entries.push(data(path.to_owned(), said(program, &["completions", shell])?));
    }
    let pages = std::env::temp_dir().join(format!("dateline-man-{}", std::process::id()));
    std::fs::create_dir_all(&pages).with_context(|| format!("cannot make {}", pages.display()))?;
    let folder = pages.to_str().context("the folder for temporary files has no name in UTF-8")?;
    said(program, &["man", folder])?;
    add(&mut entries, &pages, "share/man/man1")?;
    std::fs::remove_dir_all(&pages).with_context(|| format!("cannot remove {}", pages.display()))?;
    for (from, to) in FILES {
        add(&mut entries, &root.join(from), to)?;
    }
    Ok(entries)
}

/// A file, or all files of a folder.
fn add(entries: &mut Vec<Entry>, from: &Path, to: &str) -> anyhow::Result<()> {
    let fail = || format!("cannot read {}", from.display());
    if from.is_file() {
        let bytes = std::fs::read(from).with_context(fail)?;
        entries.push(Entry { path: to.to_owned(), mode: Mode::Data, bytes });
        return Ok(());
    }
    for item in std::fs::read_dir(from).with_context(fail)? {
        let item = item.with_context(fail)?;
        let name = item.file_name();
        let name = name
            .to_str()
            .with_context(|| format!("{} has a name that is no UTF-8", item.path().display()))?;
        add(entries, &item.path(), &format!("{to}/{name}"))?;
    }
    Ok(())
}

fn said(program: &Path, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .with_context(|| format!("{} cannot be run on this machine", program.display()))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} {} failed: {errors}", program.display(), arguments.join(" "));
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_packed_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut entries = Vec::new();
        for (from, to) in FILES {
            let before = entries.len();
            add(&mut entries, &root.join(from), to).unwrap();
            assert!(entries.len() > before, "{from} is empty");
        }
        let has = |path: &str| entries.iter().any(|entry| entry.path == path && !entry.bytes.is_empty());
        assert!(has("share/dateline/deploy/systemd/dateline@.service"));
        assert!(has("share/dateline/deploy/systemd/dateline@producer.service.d/network.conf"));
        assert!(has("share/dateline/docs/operations.md"));
        assert!(has("share/dateline/config/dateline.toml"));
    }
}
