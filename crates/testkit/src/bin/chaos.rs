//! Runs the pipeline under faults, seed after seed: `cargo xtask chaos`.
//!
//! `chaos run DATELINE MINUTES SEED one|cluster RESULTS COMMIT` appends a line for each run to
//! RESULTS; `chaos table RESULTS` prints them as a page. `chaos soak DATELINE MINUTES` runs it
//! under half of the load that it can take, `chaos storm DATELINE` measures what bad input costs
//! the good.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what this tool prints is its result")]

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dateline_testkit::chaos::{self, Options, Soak, Storm, Work};

const USAGE: &str = "\
usage: chaos run DATELINE MINUTES SEED one|cluster RESULTS COMMIT
       chaos table RESULTS
       chaos soak DATELINE MINUTES
       chaos storm DATELINE";
/// Load of one run; a longer time is filled with further seeds.
const LOAD: Duration = Duration::from_mins(2);
/// Articles of one run: what two cores take in that time, with as much besides.
const ARTICLES: usize = 18_000;
/// Good articles in each part of a storm.
const STORM: usize = 10_000;
/// How long a soak looks for the peak: long enough that queues are full and stay so.
const PEAK: Duration = Duration::from_mins(2);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["run", dateline, minutes, seed, broker @ ("one" | "cluster"), results, commit] => {
            let (Ok(minutes), Ok(seed)) = (minutes.parse::<u64>(), seed.parse()) else { return usage() };
            let options = Options {
                articles: ARTICLES,
                load: LOAD,
                cluster: *broker == "cluster",
                commit: (*commit).to_owned(),
                ..options(dateline, seed)
            };
            run(options, Duration::from_secs(minutes * 60), results)
        }
        ["table", results] => table(results),
        ["soak", dateline, minutes] => {
            let Ok(minutes) = minutes.parse::<u64>() else { return usage() };
            soak(&options(dateline, 1), Duration::from_secs(minutes * 60))
        }
        ["storm", dateline] => storm(&Options { articles: STORM, ..options(dateline, 1) }),
        _ => usage(),
    }
}

/// A run of this binary on one server, without articles of its own.
fn options(dateline: &str, seed: u64) -> Options {
    Options {
        // The roles run in folders of their own.
        dateline: PathBuf::from(dateline).canonicalize().expect("there is such a binary"),
        seed,
        articles: 0,
        load: Duration::ZERO,
        cluster: false,
        planted: None,
        commit: String::new(),
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

/// A steady load for so long, with twelve rows at most or one for every ten minutes.
fn soak(options: &Options, load: Duration) -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let row = (load / 12).clamp(Duration::from_secs(10), Duration::from_mins(10));
    let soak = Soak { peak: PEAK, load, row };
    let wrong = runtime.block_on(chaos::soak(options, &soak, |part| print!("{part}")));
    println!("{}", if wrong.is_empty() { "\nNothing was lost, and nothing is left." } else { "" });
    for fault in &wrong {
        println!("FAULT {fault}");
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn storm(options: &Options) -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let Storm { calm, storm, calm_delay, storm_delay, work } = runtime.block_on(chaos::storm(options));
    println!(
        "all at once, good articles stored: {calm:.0}/s by themselves, {storm:.0}/s among as many bad ones; ratio {:.2}",
        storm / calm
    );
    println!(
        "at half of that rate, a good article takes in the mean: {} ms by itself, {} ms among as many bad ones",
        calm_delay.as_millis(),
        storm_delay.as_millis()
    );
    println!("\nmicroseconds of a processor for each good article, all at once:");
    for Work { process, calm, storm } in work {
        let (calm, storm) = (calm.as_micros(), storm.as_micros());
        println!("{process:>16}: {calm:>5} by themselves, {storm:>5} among as many bad ones");
    }
    ExitCode::SUCCESS
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
