//! `dateline replay`: stored raw articles through the pipeline again.

use super::moment;
use super::status::connect;
use crate::args::{Common, Replay as Options};
use crate::config::Config;
use crate::output::Usage;
use crate::{config, output};
use anyhow::Context;
use dateline_bus::{Gate, Replay, ReplayCount, ScanStart};
use dateline_model::SubjectToken;
use dateline_runtime::clock::SystemClock;
use dateline_runtime::lifecycle::StopSignals;
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// The consumer whose lag says what live traffic there is.
const DOWNSTREAM: &str = "enricher";
/// Articles between two notes of how far it is.
const NOTED: u64 = 200;

/// How far a replay is, as kept for `--resume`.
#[derive(Debug, Serialize, Deserialize)]
struct Bookmark {
    next: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<SubjectToken>,
    run: String,
}

/// Sends, or counts, what was asked for.
pub(crate) async fn run(common: &Common, options: &Options) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let path = config.state_dir().join("replay.json");
    let (start, mut bookmark) = if options.resume {
        let bookmark = Bookmark::read(&path)?;
        (ScanStart::Sequence(bookmark.next), bookmark)
    } else {
        let run = SystemClock::shared().now().as_millisecond().to_string();
        let source = options.source.as_deref().map(SubjectToken::new);
        (start(options.from.as_deref().unwrap_or_default())?, Bookmark { next: 0, source, run })
    };
    let bus = connect(&config).await?;
    let replay = Replay::open(&bus, start, bookmark.source.as_ref(), &bookmark.run).await?;
    if options.dry_run {
        let count = replay.count().await?;
        return tell(options, &count, "would be sent again");
    }
    let stop = CancellationToken::new();
    let (gate, turning) = gate(&config, &bus, stop.clone());
    let turning = tokio::spawn(turning);
    stop_on_signal(stop.clone())?;
    let bar = ProgressBar::new(replay.left());
    let mut noted = 0;
    let outcome = replay
        .run(options.rate, &gate, &stop, |count| {
            bar.set_position(count.sent + count.passed);
            if count.sent >= noted + NOTED {
                noted = count.sent;
                bookmark.next = count.next;
                bookmark.write(&path);
            }
        })
        .await;
    bar.finish_and_clear();
    stop.cancel();
    turning.await.context("the gate panicked")?;
    match outcome {
        Ok(count) => {
            // Nothing is left to resume.
            drop(std::fs::remove_file(&path));
            tell(options, &count, "sent again")
        }
        Err(error) => {
            bookmark.next = error.count.next;
            bookmark.write(&path);
            tell(options, &error.count, "sent again until it was stopped; --resume goes on")?;
            Err(error.into())
        }
    }
}

/// Open only while the enricher has little to do: live traffic goes first.
fn gate(
    config: &Config,
    bus: &dateline_bus::Bus,
    stop: CancellationToken,
) -> (Gate, impl Future<Output = ()> + Send + use<>) {
    let high = (config.producer.low_water / 2).max(1);
    Gate::new(bus, DOWNSTREAM, high / 2, high, stop)
}

fn stop_on_signal(stop: CancellationToken) -> std::io::Result<()> {
    let mut signals = StopSignals::listen()?;
    tokio::spawn(async move {
        signals.next().await;
        stop.cancel();
    });
    Ok(())
}

/// A sequence, a time or a day.
fn start(text: &str) -> Result<ScanStart, Usage> {
    match text.parse() {
        Ok(sequence) => Ok(ScanStart::Sequence(sequence)),
        Err(_) => moment::read(text).map(ScanStart::Time),
    }
}

fn tell(options: &Options, count: &ReplayCount, what: &str) -> anyhow::Result<ExitCode> {
    let ReplayCount { sent, bytes, passed, next, span } = count;
    if options.json {
        output::line(
            json!({ "articles": sent, "bytes": bytes, "passedOver": passed, "next": next, "span": span, "dryRun": options.dry_run })
                .to_string(),
        )?;
    } else {
        output::line(format!("{sent} articles ({bytes} bytes) {what}; {passed} passed over as repetitions"))?;
        if let Some((first, last)) = span {
            output::line(format!("taken in from {first} to {last}"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Bookmark {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Usage("no replay was stopped here; begin one with --from".to_owned()).into());
            }
            Err(error) => return Err(error).with_context(|| format!("could not read {}", path.display())),
        };
        let broken = || format!("{} is damaged; begin again with --from", path.display());
        serde_json::from_str(&text).with_context(broken)
    }

    /// A note that cannot be kept costs the person a `--from`, and stops nothing.
    fn write(&self, path: &Path) {
        let unfinished: PathBuf = path.with_extension("part");
        let folder = path.parent().unwrap_or(Path::new("."));
        let text = serde_json::to_string(self).expect("a bookmark has only string keys");
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&unfinished, text))
            .and_then(|()| std::fs::rename(&unfinished, path));
        if let Err(error) = written {
            output::note(format!("could not note that the replay is at {}: {error}", self.next));
        }
    }
}
