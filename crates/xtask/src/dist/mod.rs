//! `cargo xtask dist`: what is handed out: a tarball a target, with the program, completions,
//! manual pages, configuration, units and deployment files, the list of what is built in (SBOM),
//! and checksums.
//!
//! The same commit and compiler give the same bytes, wherever the checkout lies: times come from
//! `SOURCE_DATE_EPOCH` or the commit, paths are cut out of the program, files stand in order.
//! Left out: signing and uploading.

mod archive;
mod contents;
mod sbom;
mod target;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::graph::output;

/// Built where nothing else is said: one that runs everywhere, one for hosts with a glibc.
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-musl", "x86_64-unknown-linux-gnu"];

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    /// A target, and the program if it is built already.
    targets: Vec<(String, Option<PathBuf>)>,
    out: Option<PathBuf>,
}

/// What every tarball of a run is made of.
struct Release {
    root: PathBuf,
    /// `0.1.0`
    version: String,
    /// `0.1.0+1a2b3c4`, as the program states it.
    full_version: String,
    /// Seconds since 1970 that every file carries.
    time: u64,
}

/// Builds and packs; gives no faults, only errors.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let options = read(arguments)?;
    let release = Release::of(root)?;
    let out = options.out.unwrap_or_else(|| root.join("target/dist"));
    std::fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let mut sums = String::new();
    // A target that cannot be built is told before the first build has taken its minutes.
    for (target, _) in options.targets.iter().filter(|(_, program)| program.is_none()) {
        target::check(target)?;
    }
    for (target, program) in options.targets {
        let program = match program {
            Some(program) => program,
            None => release.build(&target)?,
        };
        let sbom = sbom::of_workspace(root, &target, &release.full_version, release.time)?;
        let stem = format!("dateline-{}-{target}", release.version);
        let entries = contents::of(root, &program, &sbom)?;
        let tarball = archive::tar_gz(&stem, release.time, entries)?;
        for (name, bytes) in [(format!("{stem}.tar.gz"), tarball), (format!("{stem}.cdx.json"), sbom)] {
            let file = out.join(&name);
            std::fs::write(&file, &bytes).with_context(|| format!("cannot write {}", file.display()))?;
            println!("{:>10} bytes  {}", bytes.len(), file.display());
            sums.push_str(&archive::checksum_line(&name, &bytes));
        }
    }
    let file = out.join("SHA256SUMS");
    std::fs::write(&file, sums).with_context(|| format!("cannot write {}", file.display()))?;
    println!("{} (sha256sum --check SHA256SUMS)", file.display());
    Ok(())
}

fn read(arguments: &[&str]) -> anyhow::Result<Options> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let value = rest.next().with_context(|| format!("{argument} wants a value"))?;
        match *argument {
            "--target" => options.targets.push(((*value).to_owned(), None)),
            "--program" => {
                let (target, path) = value.split_once('=').context("--program wants TARGET=PATH")?;
                options.targets.push((target.to_owned(), Some(PathBuf::from(path))));
            }
            "--out" => options.out = Some(PathBuf::from(value)),
            other => bail!("{other}? there are --target TARGET, --program TARGET=PATH and --out FOLDER"),
        }
    }
    if options.targets.is_empty() {
        options.targets = TARGETS.iter().map(|target| ((*target).to_owned(), None)).collect();
    }
    Ok(options)
}

impl Release {
    fn of(root: &Path) -> anyhow::Result<Self> {
        let git = |arguments: &[&str]| {
            output(Command::new("git").args(arguments).current_dir(root)).map(|text| text.trim().to_owned())
        };
        let commit = git(&["rev-parse", "--short=10", "HEAD"])?;
        let changed = if git(&["status", "--porcelain"])?.is_empty() { "" } else { ".changed" };
        let time = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(time) => time,
            Err(_) => git(&["log", "-1", "--format=%ct"])?,
        };
        let time = time.parse().with_context(|| format!("SOURCE_DATE_EPOCH is {time}, not seconds"))?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Self {
            root: root.to_owned(),
            full_version: format!("{version}+{commit}{changed}"),
            version,
            time,
        })
    }

    /// Builds the program without the debug information of development, and without the paths
    /// of this machine.
    fn build(&self, target: &str) -> anyhow::Result<PathBuf> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let home = std::env::var("CARGO_HOME")
            .or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")))
            .context("neither CARGO_HOME nor HOME is set")?;
        let root = self.root.display();
        let flags =
            [format!("--remap-path-prefix={root}=/dateline"), format!("--remap-path-prefix={home}=/cargo")];
        let status = Command::new(cargo)
            .args(["build", "--release", "--locked", "--package", "dateline-cli", "--target", target])
            .current_dir(&self.root)
            // Joined by the one character that no path holds.
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
            .env("CARGO_PROFILE_RELEASE_STRIP", "debuginfo")
            .env("DATELINE_BUILD_VERSION", &self.full_version)
            .env("SOURCE_DATE_EPOCH", self.time.to_string())
            // C code names its own files in assertions.
            .env("CFLAGS", format!("-ffile-prefix-map={root}=/dateline -ffile-prefix-map={home}=/cargo"))
            .status()
            .context("cannot run cargo")?;
        ensure!(status.success(), "the build for {target} failed; cargo says above why");
        let folder =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), PathBuf::from);
        Ok(folder.join(target).join("release/dateline"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let options = read(&["--target", "a", "--program", "b=x/y", "--out", "o"]).unwrap();
        let targets = vec![("a".to_owned(), None), ("b".to_owned(), Some(PathBuf::from("x/y")))];
        assert_eq!(options, Options { targets, out: Some(PathBuf::from("o")) });
        assert_eq!(read(&[]).unwrap().targets.len(), TARGETS.len());
        for wrong in [&["--target"][..], &["--program", "x"], &["--fast", "yes"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
