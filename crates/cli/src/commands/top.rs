//! `dateline top`: the flow, live, in a terminal; once and as JSON for scripts.

use super::status::{connect, size};
use crate::args::{Common, Top};
use crate::output::Style;
use crate::{config, output};
use dateline_bus::{Bus, BusStatus, ConsumerStatus, Topology};
use dateline_runtime::clock::{Clock, SystemClock};
use dateline_store::{RecordReader, StoreConfig, Totals, open_reader};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a look takes that is the only one: rates need two.
const ONCE: Duration = Duration::from_secs(1);
/// To the upper left corner; what is below is overwritten line by line, which flickers less
/// than an empty screen.
const HOME: &str = "\x1b[H";
const REST_OF_LINE: &str = "\x1b[K";
const REST_OF_SCREEN: &str = "\x1b[J";
const CLEAR: &str = "\x1b[2J";

/// The pipeline at one moment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Glance {
    /// What it means, in a word: `flowing`, `idle`, `stuck`, `absent`.
    state: &'static str,
    /// Articles a second: taken in, enriched, stored.
    rates: Rates,
    stages: Vec<StageGlance>,
    streams: Vec<StreamGlance>,
    dead_letters: u64,
    /// Absent while there is no store.
    stored: Option<Totals>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
struct Rates {
    accepted: f64,
    enriched: f64,
    stored: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StageGlance {
    name: String,
    state: &'static str,
    waiting: u64,
    in_work: u64,
    again: u64,
    /// How long the oldest message waits that is not settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_seconds: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StreamGlance {
    name: String,
    messages: u64,
    bytes: u64,
    limit_bytes: u64,
}

/// Shows it until a signal, or once.
pub(crate) async fn run(common: &Common, options: &Top) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let bus = connect(&config).await?;
    let store = config.store();
    let mut reader = None;
    let mut last = (Instant::now(), bus.status().await?);
    if options.once || options.json {
        tokio::time::sleep(ONCE).await;
        let glance = look(&bus, &store, &mut reader, &mut last).await?;
        output::line(if options.json {
            serde_json::to_string(&glance)?
        } else {
            drawn(&glance, Style::stdout()).trim_end().to_owned()
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut screen = std::io::stdout();
    if screen.is_terminal() {
        write!(screen, "{CLEAR}")?;
    }
    let mut end = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            _ = &mut end => return Ok(ExitCode::SUCCESS),
            () = tokio::time::sleep(options.interval()) => {}
        }
        let glance = look(&bus, &store, &mut reader, &mut last).await?;
        let text = drawn(&glance, Style::stdout());
        if screen.is_terminal() {
            let lines = text.replace('\n', &format!("{REST_OF_LINE}\n"));
            write!(screen, "{HOME}{lines}{REST_OF_SCREEN}")?;
        } else {
            write!(screen, "{text}")?;
        }
        screen.flush()?;
    }
}

async fn look(
    bus: &Bus,
    store: &StoreConfig,
    reader: &mut Option<Arc<dyn RecordReader>>,
    last: &mut (Instant, BusStatus),
) -> anyhow::Result<Glance> {
    let (now, status) = (Instant::now(), bus.status().await?);
    let (then, before) = std::mem::replace(last, (now, status.clone()));
    if reader.is_none() {
        *reader = open_reader(store).await.ok();
    }
    let stored = match reader {
        Some(reader) => reader.totals().await.ok(),
        None => None,
    };
    let mut stages = Vec::new();
    for consumer in status.consumers.iter().filter(|consumer| Topology::is_stage(&consumer.name)) {
        stages.push(stage(bus, &before, consumer).await);
    }
    let rate = |stream: &str| {
        let taken = |status: &BusStatus| status.stream(stream).map_or(0, |stream| stream.last_sequence);
        per_second(taken(&status).saturating_sub(taken(&before)), now.duration_since(then))
    };
    Ok(Glance {
        state: state(&stages),
        rates: Rates {
            accepted: rate("DATELINE_RAW"),
            enriched: rate("DATELINE_ENRICHED"),
            stored: rate("DATELINE_STORED"),
        },
        stages,
        streams: status.streams.iter().map(stream).collect(),
        dead_letters: status.stream("DATELINE_DEAD").map_or(0, |stream| stream.messages),
        stored,
    })
}

fn stream(stream: &dateline_bus::StreamStatus) -> StreamGlance {
    StreamGlance {
        name: stream.name.clone(),
        messages: stream.messages,
        bytes: stream.bytes,
        limit_bytes: u64::try_from(stream.max_bytes).unwrap_or(0),
    }
}

async fn stage(bus: &Bus, before: &BusStatus, consumer: &ConsumerStatus) -> StageGlance {
    let earlier = before.consumer(&consumer.name);
    let mut oldest = None;
    if consumer.lag() > 0
        && let Ok(Some(at)) = bus.arrival_after(&consumer.stream, consumer.ack_floor).await
    {
        oldest = u64::try_from(SystemClock.now().duration_since(at).as_secs()).ok();
    }
    StageGlance {
        name: consumer.name.clone(),
        state: stage_state(earlier, consumer),
        waiting: consumer.pending,
        in_work: consumer.ack_pending,
        again: consumer.redelivered,
        oldest_seconds: oldest,
    }
}

/// What a stage is doing, from two looks at its consumer.
fn stage_state(before: Option<&ConsumerStatus>, now: &ConsumerStatus) -> &'static str {
    let pulls = |consumer: &ConsumerStatus| consumer.waiting > 0 || consumer.ack_pending > 0;
    if !pulls(now) && before.is_none_or(|before| !pulls(before)) {
        "absent"
    } else if now.lag() == 0 {
        "idle"
    } else if before.is_some_and(|before| before.lag() > 0 && before.ack_floor == now.ack_floor) {
        "waiting"
    } else {
        "working"
    }
}

fn state(stages: &[StageGlance]) -> &'static str {
    let any = |state| stages.iter().any(|stage| stage.state == state);
    if any("absent") {
        "absent"
    } else if any("working") {
        "flowing"
    } else if any("waiting") {
        "waiting"
    } else {
        "idle"
    }
}

#[expect(clippy::cast_precision_loss, reason = "articles of some seconds")]
fn per_second(count: u64, time: Duration) -> f64 {
    let rate = count as f64 / time.as_secs_f64().max(0.001);
    (rate * 10.0).round() / 10.0
}

fn drawn(glance: &Glance, style: Style) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("writing to a string does not fail");
    let Rates { accepted, enriched, stored } = glance.rates;
    line(style.bold(&format!("Dateline  {}", sentence(glance.state))));
    line(format!("  coming in {accepted:>8.1}/s    enriched {enriched:>8.1}/s    stored {stored:>8.1}/s"));
    line(String::new());
    line(style.bold("stage        state       waiting   in work     again    oldest"));
    for stage in &glance.stages {
        let oldest = stage.oldest_seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds} s"));
        line(format!(
            "{:<12} {:<9} {:>9} {:>9} {:>9} {oldest:>9}",
            stage.name, stage.state, stage.waiting, stage.in_work, stage.again
        ));
    }
    line(String::new());
    line(style.bold("stream                messages        size  full"));
    for stream in &glance.streams {
        line(format!(
            "{:<19} {:>10} {:>11}  {}",
            stream.name,
            stream.messages,
            size(stream.bytes),
            bar(stream)
        ));
    }
    line(String::new());
    let stored = glance.stored.as_ref().map_or_else(
        || "no store at the configured place".to_owned(),
        |totals| {
            format!(
                "{} articles, {} versions, {} entities",
                totals.articles, totals.versions, totals.entities
            )
        },
    );
    line(format!("store        {stored}"));
    line(format!("dead letters {}", glance.dead_letters));
    text
}

fn sentence(state: &str) -> &'static str {
    match state {
        "flowing" => "news flows",
        "idle" => "everything accepted is stored",
        "absent" => "a stage is not running",
        _ => "work waits",
    }
}

/// How full a stream is: ten characters and a number.
fn bar(stream: &StreamGlance) -> String {
    if stream.limit_bytes == 0 {
        return "no limit".to_owned();
    }
    let percent = stream.bytes.saturating_mul(100) / stream.limit_bytes;
    let full = usize::try_from(percent.min(100) / 10).unwrap_or(10);
    format!("[{}{}] {percent} %", "#".repeat(full), ".".repeat(10 - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consumer(pending: u64, waiting: u64, ack_floor: u64) -> ConsumerStatus {
        ConsumerStatus {
            stream: "DATELINE_RAW".into(),
            name: "enricher".into(),
            pending,
            ack_pending: 0,
            redelivered: 0,
            ack_floor,
            deliveries: 0,
            delivered_up_to: 0,
            waiting,
        }
    }

    #[test]
    fn a_stage_is_judged_by_two_looks() {
        let check = |before: (u64, u64, u64), now: (u64, u64, u64), expected: &str| {
            let (before, now) = (consumer(before.0, before.1, before.2), consumer(now.0, now.1, now.2));
            assert_eq!(stage_state(Some(&before), &now), expected, "{before:?} {now:?}");
        };
        check((0, 1, 5), (0, 1, 5), "idle");
        check((9, 1, 5), (4, 1, 10), "working");
        check((9, 1, 5), (9, 1, 5), "waiting");
        check((9, 0, 5), (9, 0, 5), "absent");
        check((0, 1, 5), (0, 0, 5), "idle");
    }

    #[test]
    fn bars_show_how_full_a_stream_is() {
        let stream = |bytes, limit_bytes| StreamGlance { name: "S".into(), messages: 1, bytes, limit_bytes };
        for (bytes, limit, expected) in [
            (0, 100, "[..........] 0 %"),
            (55, 100, "[#####.....] 55 %"),
            (200, 100, "[##########] 200 %"),
            (1, 0, "no limit"),
        ] {
            assert_eq!(bar(&stream(bytes, limit)), expected);
        }
    }
}
