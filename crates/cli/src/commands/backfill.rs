//! `dateline backfill`: bulk load with progress, resumable, below live traffic.

use super::status::connect;
use crate::args::{Backfill, Common};
use crate::output::printable;
use crate::{config, output};
use anyhow::Context;
use dateline_bus::Gate;
use dateline_producer::{Acceptor, BackfillNews, BackfillProgress, Ledger};
use dateline_runtime::clock::SystemClock;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The share of the room between producers and enricher that a load may fill; the rest
/// is left to live sources.
const SHARE: u64 = 4;
/// How often progress is told where nobody sees a bar.
const TOLD: Duration = Duration::from_secs(5);

/// Loads all paths; Ctrl-C leaves off at a safe place.
pub(crate) async fn run(common: &Common, options: Backfill) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let bus = connect(&config).await?;
    bus.prepare().await?;
    let path = config.state_dir().join("backfill.jsonl");
    if options.again && path.exists() {
        std::fs::remove_file(&path).with_context(|| format!("could not remove {}", path.display()))?;
    }
    let ledger =
        Ledger::open(&path)?.context("another `dateline backfill` is at work on the same data folder")?;
    let stop = CancellationToken::new();
    let producer = &config.producer;
    let (low, high) = (producer.low_water / SHARE, (producer.high_water / SHARE).max(1));
    let (gate, turning) = Gate::new(&bus, "enricher", low, high, stop.clone());
    let turning = tokio::spawn(turning);
    let interrupted = tokio::spawn(stop_at_signal(stop.clone()));
    let acceptor = Acceptor::new(&bus, gate, producer.limits(), SystemClock::shared());
    let mut teller = Teller::new();
    let mut load = dateline_producer::Backfill::new(acceptor, ledger, &options.source);
    if let Some(rate) = options.rate {
        load = load.at_rate(rate);
    }
    let outcome = load.run(&options.paths, &stop, |news| teller.tell(news)).await;
    teller.bar.finish_and_clear();
    interrupted.abort();
    stop.cancel();
    turning.await.context("the gate's task panicked")?;
    let done = outcome?;
    output::note(sentence(done));
    Ok(if done.unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn stop_at_signal(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        output::note("leaving off; the same command goes on from here");
        stop.cancel();
    }
}

/// A bar on a terminal, lines elsewhere.
struct Teller {
    bar: ProgressBar,
    lines: bool,
    told: Instant,
}

impl Teller {
    fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files  {msg}  {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, lines: !terminal, told: Instant::now() }
    }

    fn tell(&mut self, news: BackfillNews<'_>) {
        match news {
            BackfillNews::Progress(progress) => self.tell_progress(progress),
            BackfillNews::Unreadable { path, why } => {
                let path = path.display().to_string();
                self.bar.suspend(|| {
                    output::note(format!("{} could not be read: {}", printable(&path), printable(why)));
                });
            }
            _ => {}
        }
    }

    fn tell_progress(&mut self, progress: BackfillProgress) {
        self.bar.set_length(progress.total);
        self.bar.set_position(progress.files);
        self.bar.set_message(format!("{} articles", progress.report.accepted));
        if self.lines && self.told.elapsed() >= TOLD {
            self.told = Instant::now();
            output::note(sentence(progress));
        }
    }
}

fn sentence(progress: BackfillProgress) -> String {
    let BackfillProgress { files, skipped, unreadable, without_article, total, report } = progress;
    format!(
        "{files} of {total} files ({skipped} loaded before, {unreadable} unreadable): accepted {}, duplicates {}, \
         dead letters {}, pages without an article {without_article}",
        report.accepted, report.duplicates, report.dead
    )
}
