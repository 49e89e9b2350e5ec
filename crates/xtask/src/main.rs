//! The workspace's own upkeep: `cargo xtask layers` checks which crate may know which,
//! `cargo xtask sizes` checks how long functions and files have become, `cargo xtask metrics`
//! that every metric is declared, `cargo xtask deny` licences and sources of packages;
//! `cargo xtask dashboards` writes Grafana's dashboards, `cargo xtask chaos` runs the pipeline
//! under faults; `cargo xtask performance` makes pages of what `dateline bench` measured;
//! `cargo xtask dist` packs what is handed out.
//!
//! A developer's tool that is never shipped; the checks change nothing.

#![expect(clippy::print_stdout, reason = "what this tool prints is its result")]

mod chaos;
mod dashboards;
mod deny;
mod dist;
mod graph;
mod layers;
mod metrics;
mod performance;
mod rust_source;
mod sizes;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

const USAGE: &str = "\
usage: cargo xtask CHECK
  layers   every dependency between our crates points the way that the design allows
  sizes    no function over 100 lines, no file over 500, without the tests
  deny     every package has a known licence and source, and none is banned
  metrics  every metric is declared in the catalogue and counted through it
  dashboards [--check]   writes deploy/grafana/dashboards from the descriptions beside it
  chaos    [--minutes N] [--seed S] [--cluster] [--release]: the pipeline under random faults
  soak     [--minutes N] [--release]: half of the load it can take; memory and backlog meanwhile
  storm    [--release]: what as much bad input costs the good
  chaos-table   docs/chaos.md anew from docs/chaos.jsonl
  performance [FILE.json ...]   docs/performance.md, and docs/scaling.md where the first file shows
           growth, from what `dateline bench --json FILE.json` wrote; without files, from docs/figures
  dist     [--target TARGET] [--program TARGET=PATH] [--out FOLDER]: a tarball of each target (both:
           musl and glibc), its SBOM and SHA256SUMS, in target/dist; --program packs what is built";

fn main() -> ExitCode {
    match run() {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            println!("{}", faults.join("\n"));
            println!("{} to put right", faults.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs the check that was asked for and gives what it found wrong.
fn run() -> anyhow::Result<Vec<String>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["deny"] => deny::run(&workspace_root()?),
        ["layers"] => layers::run(&workspace_root()?),
        ["sizes"] => sizes::run(&workspace_root()?),
        ["dashboards"] => dashboards::run(&workspace_root()?, dashboards::Mode::Write),
        ["dashboards", "--check"] => dashboards::run(&workspace_root()?, dashboards::Mode::Check),
        ["metrics"] => metrics::run(&workspace_root()?),
        ["chaos", arguments @ ..] => chaos::run(&workspace_root()?, arguments),
        ["soak", arguments @ ..] => chaos::soak(&workspace_root()?, arguments),
        ["storm", arguments @ ..] => chaos::storm(&workspace_root()?, arguments),
        ["chaos-table"] => chaos::table(&workspace_root()?).map(|()| Vec::new()),
        ["dist", arguments @ ..] => dist::run(&workspace_root()?, arguments).map(|()| Vec::new()),
        ["performance", files @ ..] => performance::run(&workspace_root()?, files).map(|()| Vec::new()),
        _ => bail!(USAGE),
    }
}

fn workspace_root() -> anyhow::Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors()
        .nth(2)
        .map(Path::to_owned)
        .context("this crate lies two folders under the workspace's root")
}
