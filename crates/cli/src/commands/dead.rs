//! `dateline dead`: list, show, replay, drop.

use super::moment;
use super::status::connect;
use crate::args::{Common, Dead, DeadSelection, Mend};
use crate::config::Config;
use crate::output::{Usage, printable};
use crate::{config, output};
use anyhow::Context;
use dateline_bus::{Bus, DeadEntry, DeadFilter, DeadLetterDesk, Gate};
use dateline_console::{Replay, ReplayFuture};
use dateline_extract::Input;
use dateline_model::{DeadReason, Payload, Source, SourceKind, Stage, SubjectToken};
use dateline_producer::Acceptor;
use dateline_runtime::clock::SystemClock;
use indicatif::ProgressBar;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::fmt::Display;
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Most letters that one command replays.
const REPLAY_LIMIT: usize = 100_000;
/// Characters of a payload that `show` prints.
const SHOWN: usize = 4000;

/// Goes to the desk.
pub(crate) async fn run(common: &Common, command: Dead) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let bus = connect(&config).await?;
    let desk = bus.dead_letters();
    match command {
        Dead::List { limit, json, dropped: true, .. } => list_dropped(&desk, limit, json).await,
        Dead::List { selection, limit, json, .. } => list(&desk, &filter(&selection)?, limit, json).await,
        Dead::Show { number, json } => show(&desk.get(number).await?, json),
        Dead::Replay { numbers, selection, all, mend, rate } => {
            let letters = selected(&desk, &numbers, &selection, all).await?;
            if mend.is_for_one() && letters.len() != 1 {
                let why = format!("--edit and --payload are for one letter; {} were chosen", letters.len());
                return Err(Usage(why).into());
            }
            replay(&bus, &desk, &config, letters, &mend, rate).await
        }
        Dead::Drop { numbers, reason } => {
            for number in numbers {
                let entry = desk.get(number).await?;
                desk.drop_with_note(&entry, &reason, SystemClock::shared().now()).await?;
                output::note(format!("dropped {number}"));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn filter(selection: &DeadSelection) -> Result<DeadFilter, Usage> {
    Ok(DeadFilter {
        stage: word(selection.stage.as_deref(), "stage", "producer, enricher, sink")?,
        reason: word(
            selection.reason.as_deref(),
            "reason",
            "unreadable, invalid, too-large, panic, attempts-exhausted, refused",
        )?,
        source: selection.source.as_deref().map(SubjectToken::new),
        since: selection.since.as_deref().map(moment::read).transpose()?,
        until: selection.until.as_deref().map(moment::read).transpose()?,
    })
}

/// A word of a closed set, as it stands in JSON.
fn word<T: DeserializeOwned>(value: Option<&str>, name: &str, known: &str) -> Result<Option<T>, Usage> {
    let read = |value: &str| {
        serde_json::from_value(json!(value))
            .map_err(|_| Usage(format!("`{value}` is no {name}; there are {known}")))
    };
    value.map(read).transpose()
}

async fn list(
    desk: &DeadLetterDesk,
    filter: &DeadFilter,
    limit: usize,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let entries = desk.list(filter, limit).await?;
    for entry in &entries {
        let letter = &entry.letter;
        if json {
            let mut value = json!(letter);
            value["number"] = json!(entry.sequence);
            output::line(value.to_string())?;
        } else {
            let place = letter.place.as_deref().unwrap_or(&letter.subject);
            let cause = (letter.stage, letter.reason);
            output::line(shown(entry.sequence, letter.last_at, cause, place, &letter.detail))?;
        }
    }
    output::note(format!("{} shown of {}", entries.len(), desk.count().await?));
    Ok(ExitCode::SUCCESS)
}

/// A letter, or the note of a dropped one, in two lines.
fn shown(number: u64, at: impl Display, cause: (Stage, DeadReason), place: &str, why: &str) -> String {
    let (stage, reason) = (cause.0.as_str(), cause.1.as_str());
    let (place, why) = (printable(place), printable(why));
    format!("{number:>6}  {at}  {stage:<9} {reason:<18} {place}\n        {why}")
}

async fn list_dropped(desk: &DeadLetterDesk, limit: usize, json: bool) -> anyhow::Result<ExitCode> {
    for note in desk.dropped(limit).await? {
        if json {
            output::line(json!(note).to_string())?;
        } else {
            let cause = (note.stage, note.reason);
            output::line(shown(note.number, note.dropped_at, cause, &note.place, &note.why))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(entry: &DeadEntry, json: bool) -> anyhow::Result<ExitCode> {
    let letter = &entry.letter;
    if json {
        output::line(serde_json::to_string(letter)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let rows = [
        ("number", entry.sequence.to_string()),
        ("stage", letter.stage.as_str().to_owned()),
        ("reason", letter.reason.as_str().to_owned()),
        ("detail", letter.detail.clone()),
        ("place", letter.place.clone().unwrap_or_default()),
        ("subject", letter.subject.clone()),
        ("attempts", letter.attempts.to_string()),
        ("first at", letter.first_at.to_string()),
        ("last at", letter.last_at.to_string()),
    ];
    for (name, value) in rows {
        output::line(format!("{name:<9} {}", printable(&value)))?;
    }
    if let Some(origin) = letter.headers.get("Dateline-Replay-Of") {
        output::line(format!("history   died again after a replay of {}", printable(origin)))?;
    }
    for (name, value) in &letter.headers {
        output::line(format!("header    {}: {}", printable(name), printable(value)))?;
    }
    let (form, text) = decoded(&letter.payload);
    let shown: String = text.chars().take(SHOWN).collect();
    let more = text.chars().count().saturating_sub(SHOWN);
    output::line(format!("payload   ({form})\n{}", printable(&shown)))?;
    if more > 0 {
        output::note(format!("{more} more characters; --json prints all"));
    }
    if letter.truncated_bytes > 0 {
        output::note(format!("{} bytes of the payload were too many to keep", letter.truncated_bytes));
    }
    Ok(ExitCode::SUCCESS)
}

/// The payload as a person reads it: JSON over several lines.
fn decoded(payload: &Payload) -> (&'static str, String) {
    match payload {
        Payload::Hex(digits) => ("hexadecimal", digits.clone()),
        Payload::Text(text) => match serde_json::from_str::<serde_json::Value>(text) {
            Ok(value) => ("JSON", format!("{value:#}")),
            Err(_) => ("text", text.clone()),
        },
    }
}

async fn selected(
    desk: &DeadLetterDesk,
    numbers: &[u64],
    selection: &DeadSelection,
    all: bool,
) -> anyhow::Result<Vec<DeadEntry>> {
    let filter = filter(selection)?;
    if numbers.is_empty() {
        if !all && filter == DeadFilter::default() {
            return Err(Usage("say which letters: their numbers, a filter, or --all".to_owned()).into());
        }
        return Ok(desk.list(&filter, REPLAY_LIMIT).await?);
    }
    let mut letters = Vec::with_capacity(numbers.len());
    for &number in numbers {
        letters.push(desk.get(number).await?);
    }
    Ok(letters)
}

/// Sends letters through again for the console.
pub(crate) struct ConsoleReplay {
    pub(crate) bus: Bus,
    pub(crate) limits: dateline_extract::Limits,
}

impl Replay for ConsoleReplay {
    fn replay(&self, entry: DeadEntry) -> ReplayFuture<'_> {
        Box::pin(async move {
            let acceptor = Acceptor::new(&self.bus, Gate::always_open(), self.limits, SystemClock::shared());
            let replayed = replay_one(&self.bus.dead_letters(), &acceptor, &entry, &Mend::default()).await;
            replayed.map_err(|error| format!("{error:#}"))
        })
    }
}

/// What a producer could not read goes through extraction again; any other
/// letter goes back to its subject. Mended first where that is asked for.
async fn replay_one(
    desk: &DeadLetterDesk,
    acceptor: &Acceptor,
    entry: &DeadEntry,
    mend: &Mend,
) -> anyhow::Result<()> {
    let mut bytes = desk.replayable_payload(entry)?;
    if mend.is_asked() {
        bytes = mend.apply(&bytes)?.into();
    }
    match entry.letter.stage {
        Stage::Producer => replay_input(desk, acceptor, entry, &bytes).await,
        Stage::Enricher | Stage::Sink => Ok(desk.replay_as(entry, bytes).await?),
    }
}

async fn replay(
    bus: &Bus,
    desk: &DeadLetterDesk,
    config: &Config,
    letters: Vec<DeadEntry>,
    mend: &Mend,
    rate: u32,
) -> anyhow::Result<ExitCode> {
    let mut pace = tokio::time::interval(Duration::from_secs(1) / rate.max(1));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let bar = ProgressBar::new(letters.len() as u64);
    let acceptor = Acceptor::new(bus, Gate::always_open(), config.producer.limits(), SystemClock::shared());
    let (mut replayed, mut refused) = (0, 0);
    for entry in letters {
        pace.tick().await;
        bar.inc(1);
        match replay_one(desk, &acceptor, &entry, mend).await {
            Ok(()) => replayed += 1,
            Err(error) => {
                refused += 1;
                output::note(format!("{}: {error:#}", entry.sequence));
            }
        }
    }
    bar.finish_and_clear();
    output::note(format!("replayed {replayed}, not replayed {refused}"));
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads the input again. While any of it still cannot be read, the letter stays as it is: a
/// second letter for the same bytes would carry the id of the first, and the broker would take
/// it for a repetition.
async fn replay_input(
    desk: &DeadLetterDesk,
    acceptor: &Acceptor,
    entry: &DeadEntry,
    bytes: &[u8],
) -> anyhow::Result<()> {
    let source =
        Source::new(dateline_bus::Subject::source_of(&entry.letter.subject).as_str(), SourceKind::File);
    let place = entry.letter.place.as_deref().unwrap_or("replay");
    let articles = dateline_extract::extract(&Input::new(place, bytes), &acceptor.limits());
    let articles = articles.into_iter().collect::<Result<Vec<_>, _>>().context("it still cannot be read")?;
    let (readable, never) = (articles.into_iter().map(Ok).collect(), CancellationToken::new());
    acceptor.accept_results(readable, bytes, &source, &never).await?;
    Ok(desk.drop_letter(entry.sequence).await?)
}
