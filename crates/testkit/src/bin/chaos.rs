//! Runs the pipeline under faults, seed after seed: `cargo xtask chaos`.
//!
//! `chaos run DATELINE MINUTES SEED one|cluster RESULTS COMMIT` appends a line for each run to
//! RESULTS; `chaos table RESULTS` prints them as a page.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what this tool prints is its result")]

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dateline_testkit::chaos::{self, Options};

const USAGE: &str = "usage: chaos run DATELINE MINUTES SEED one|cluster RESULTS COMMIT | chaos table RESULTS";
/// Load of one run; a longer time is filled with further seeds.
const LOAD: Duration = Duration::from_secs(110);
/// Articles of one run: what two busy cores take in that time.
const ARTICLES: usize = 18_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["run", dateline, minutes, seed, broker @ ("one" | "cluster"), results, commit] => {
            let (Ok(minutes), Ok(seed)) = (minutes.parse::<u64>(), seed.parse()) else { return usage() };
            let options = Options {
                // The roles run in folders of their own.
                dateline: PathBuf::from(dateline).canonicalize().expect("there is such a binary"),
                seed,
                articles: ARTICLES,
                load: LOAD,
                cluster: *broker == "cluster",
                planted: None,
                commit: (*commit).to_owned(),
            };
            run(options, Duration::from_secs(minutes * 60), results)
        }
        ["table", results] => table(results),
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

/// Seed after seed until the time is over; at least one.
fn run(mut options: Options, time: Duration, results: &str) -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let (started, mut clean) = (Instant::now(), true);
    loop {
        println!("seed {}", options.seed);
        let report = runtime.block_on(chaos::run(&options));
        let line = report.json().to_string();
        println!("{} {line}", if report.is_clean() { "clean" } else { "FAULT" });
        clean &= report.is_clean();
        let file = std::fs::OpenOptions::new().create(true).append(true).open(results);
        if let Err(error) = file.and_then(|mut file| writeln!(file, "{line}")) {
            eprintln!("could not write to {results}: {error}");
            return ExitCode::from(2);
        }
        options.seed += 1;
        if started.elapsed() >= time {
            return if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    }
}

fn table(results: &str) -> ExitCode {
    let Ok(text) = std::fs::read_to_string(results) else {
        eprintln!("could not read {results}");
        return ExitCode::from(2);
    };
    match chaos::table(&text) {
        Ok(page) => {
            print!("{page}");
            ExitCode::SUCCESS
        }
        Err(line) => {
            eprintln!("{results}:{line}: this is no result of a chaos run");
            ExitCode::FAILURE
        }
    }
}
