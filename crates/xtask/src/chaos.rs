//! `cargo xtask chaos`: builds what is needed and runs the pipeline under faults; the results go
//! into docs/chaos.jsonl, of which docs/chaos.md is made.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

/// One line a run.
const RESULTS: &str = "docs/chaos.jsonl";
/// The page made of it.
const PAGE: &str = "docs/chaos.md";
/// What stands above the generated tables.
const HEAD: &str = "\
# What the pipeline kept under faults

Made by `cargo xtask chaos-table` from chaos.jsonl, to which every run of
`cargo xtask chaos --minutes N --seed S [--cluster]` adds a line. One run sends articles of known
content by push, folder, polled feeds and standard input through a producer, two enrichers and two sinks, each
behind a network of its own, while faults drawn from the seed strike one after the other. Then all
is healed, and the judge reads store, dead letters and metrics: see
[delivery.md](delivery.md#how-it-is-proven). *Unexplained* are dead letters without a bad input or
the other way round, stages whose counts do not add up, and processes that ended unasked.

";

/// What was asked for on the command line.
struct Request {
    minutes: u64,
    seed: u64,
    broker: &'static str,
    release: bool,
}

/// Runs seeds from the given one on until the time is over; gives what went wrong.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> anyhow::Result<Vec<String>> {
    let request = read(arguments)?;
    let folder = build(root, &request)?;
    let (minutes, seed) = (request.minutes.to_string(), request.seed.to_string());
    let status = own_mounts()
        .arg(folder.join("chaos"))
        .arg("run")
        .arg(folder.join("dateline"))
        .args([&minutes, &seed, request.broker])
        .arg(root.join(RESULTS))
        .arg(commit(root)?)
        .status()
        .context("could not start the chaos runner")?;
    table(root)?;
    Ok(if status.success() { Vec::new() } else { vec![format!("a run was not clean: see {RESULTS}")] })
}

/// Runs the pipeline under a steady load without faults, and prints what it holds meanwhile.
pub(crate) fn soak(root: &Path, arguments: &[&str]) -> anyhow::Result<Vec<String>> {
    let request = read(arguments)?;
    tool(root, &request, "soak", &[&request.minutes.to_string()])
}

/// Measures what bad input costs the good.
pub(crate) fn storm(root: &Path, arguments: &[&str]) -> anyhow::Result<Vec<String>> {
    tool(root, &read(arguments)?, "storm", &[])
}

/// One of the runner's other verbs.
fn tool(root: &Path, request: &Request, verb: &str, arguments: &[&str]) -> anyhow::Result<Vec<String>> {
    let folder = build(root, request)?;
    let mut command = Command::new(folder.join("chaos"));
    let status = command.arg(verb).arg(folder.join("dateline")).args(arguments).status();
    let status = status.context("could not start the chaos runner")?;
    Ok(if status.success() { Vec::new() } else { vec![format!("the {verb} found faults")] })
}

/// Builds the binary with its faults, and the runner; gives the folder that they are in.
fn build(root: &Path, request: &Request) -> anyhow::Result<PathBuf> {
    let profile: &[&str] = if request.release { &["--release"] } else { &[] };
    let features: &[&str] = &["--features", "dateline-cli/faults"];
    cargo(root, &[&["build", "-p", "dateline-cli", "-p", "dateline-testkit"], features, profile].concat())?;
    Ok(root.join("target").join(if request.release { "release" } else { "debug" }))
}

/// Runs what follows with mounts of its own where that is allowed: disks that a run mounts go with
/// it, however it ends.
fn own_mounts() -> Command {
    let unshare = Command::new("unshare").args(["--mount", "true"]).output();
    let allowed = unshare.is_ok_and(|output| output.status.success());
    let mut command = Command::new(if allowed { "unshare" } else { "env" });
    if allowed {
        command.arg("--mount");
    }
    command
}

/// What the binary under test is made of; marked where files of the code differ from it.
fn commit(root: &Path) -> anyhow::Result<String> {
    let git = |arguments: &[&str]| -> anyhow::Result<String> {
        let output = Command::new("git").current_dir(root).args(arguments).output();
        Ok(String::from_utf8_lossy(&output.context("could not run git")?.stdout).trim().to_owned())
    };
    let changed = git(&["status", "--porcelain", "--", "crates", "config", "Cargo.lock"])?;
    let mark = if changed.is_empty() { "" } else { "+" };
    Ok(git(&["rev-parse", "--short=8", "HEAD"])? + mark)
}

/// Makes the page of the results.
pub(crate) fn table(root: &Path) -> anyhow::Result<()> {
    let output = Command::new("cargo")
        .current_dir(root)
        .args(["run", "--quiet", "-p", "dateline-testkit", "--bin", "chaos", "--", "table", RESULTS])
        .output()
        .context("could not run cargo")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = format!("{HEAD}{}", String::from_utf8_lossy(&output.stdout));
    std::fs::write(root.join(PAGE), page).with_context(|| format!("could not write {PAGE}"))
}

fn read(arguments: &[&str]) -> anyhow::Result<Request> {
    let mut request = Request { minutes: 2, seed: 1, broker: "one", release: false };
    let mut arguments = arguments.iter();
    while let Some(name) = arguments.next() {
        let mut number = || -> anyhow::Result<u64> {
            let value = arguments.next().with_context(|| format!("{name} wants a number"))?;
            value.parse().with_context(|| format!("{name} wants a number, not `{value}`"))
        };
        match *name {
            "--minutes" => request.minutes = number()?,
            "--seed" => request.seed = number()?,
            "--cluster" => request.broker = "cluster",
            "--release" => request.release = true,
            other => bail!("chaos knows no `{other}`; it knows --minutes, --seed, --cluster and --release"),
        }
    }
    Ok(request)
}

fn cargo(root: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let status = Command::new("cargo").current_dir(root).args(arguments).status();
    ensure!(status.context("could not run cargo")?.success(), "cargo {} failed", arguments.join(" "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read() {
        let request = read(&["--minutes", "5", "--cluster", "--seed", "9"]).unwrap();
        assert_eq!(
            (request.minutes, request.seed, request.broker, request.release),
            (5, 9, "cluster", false)
        );
        for wrong in [&["--minutes"][..], &["--seed", "x"], &["--forever"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
