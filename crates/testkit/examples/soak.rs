//! A soak of the producer: `cargo run -p dateline-testkit --example soak -- --minutes 10 --sources 2000`.
//!
//! Options: `--minutes N` (10), `--sources N` (2000), `--seed N` (drawn), `--dateline PATH`
//! (target/debug/dateline). Prints one line of JSON; the exit code is 1 when something was lost
//! or doubled, or a host was asked more often than it was promised.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what this tool prints is its result")]

use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use dateline_testkit::soak::{Options, run};

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        eprintln!("usage: soak [--minutes N] [--sources N] [--seed N] [--dateline PATH]");
        return ExitCode::from(2);
    };
    eprintln!("seed {}", options.seed);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let report = runtime.block_on(run(&options));
    println!("{}", report.json());
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options {
        dateline: PathBuf::from("target/debug/dateline"),
        seed: RandomState::new().hash_one("soak"),
        sources: 2_000,
        time: Duration::from_mins(10),
        interval: [Duration::from_secs(20), Duration::from_mins(1)],
    };
    while let Some(name) = arguments.next() {
        let value = arguments.next()?;
        match name.as_str() {
            "--minutes" => options.time = Duration::from_mins(value.parse().ok()?),
            "--sources" => options.sources = value.parse().ok()?,
            "--seed" => options.seed = value.parse().ok()?,
            "--dateline" => options.dateline = PathBuf::from(value),
            _ => return None,
        }
    }
    options.dateline = options.dateline.canonicalize().ok()?;
    Some(options)
}
