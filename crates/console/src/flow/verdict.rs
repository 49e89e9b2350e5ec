//! Whether news flows, in one sentence and what to do about it in another.

use super::{CONSUMING, Flow, StageState};
use crate::display::{count, rate, size};
use dateline_bus::StreamStatus;

/// Share of a stream's limit from which on it is a matter for a person, in percent.
const NEARLY_FULL: u64 = 90;

/// How serious it is; also the style's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing to do.
    Good,
    /// Work is under way.
    Busy,
    /// Somebody should look.
    Bad,
}

impl Tone {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Busy => "busy",
            Self::Bad => "bad",
        }
    }
}

/// What the figures mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) tone: Tone,
    pub(crate) title: String,
    pub(crate) detail: String,
}

impl Verdict {
    fn new(tone: Tone, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { tone, title: title.into(), detail: detail.into() }
    }

    /// The most serious thing that there is to say.
    pub(crate) fn of(flow: &Flow) -> Self {
        if flow.looks == 0 {
            return Self::new(Tone::Busy, "Looking…", "The first figures come within a second.");
        }
        broker_down(flow)
            .or_else(|| stage_at_fault(flow))
            .or_else(|| stream_nearly_full(flow))
            .unwrap_or_else(|| in_order(flow))
    }
}

fn broker_down(flow: &Flow) -> Option<Verdict> {
    if flow.broker.is_some() {
        return None;
    }
    let trouble = flow.trouble.as_deref().unwrap_or("no reason is known");
    let detail = format!("{trouble}. What was accepted is safe; sources wait until it is back.");
    Some(Verdict::new(Tone::Bad, "The broker does not answer", detail))
}

fn stage_at_fault(flow: &Flow) -> Option<Verdict> {
    let broker = flow.broker.as_ref()?;
    let faults = CONSUMING.iter().zip(flow.states).filter_map(|(&name, state)| {
        let lag = broker.consumer(name).map_or(0, dateline_bus::ConsumerStatus::lag);
        let waiting = match lag {
            0 => "Nothing waits for it yet".to_owned(),
            1 => "1 article waits for it".to_owned(),
            _ => format!("{} articles wait for it", count(lag)),
        };
        let verdict = match state {
            StageState::Absent => Verdict::new(
                Tone::Bad,
                format!("No {name} is running"),
                format!("{waiting}; start one with `dateline run {name}`."),
            ),
            StageState::Stuck => Verdict::new(
                Tone::Bad,
                format!("The {name} is stuck"),
                format!("{waiting}, and none was settled for a while; its log says why."),
            ),
            StageState::Unknown | StageState::Idle | StageState::Working => return None,
        };
        Some((lag, verdict))
    });
    // Of two with as much before them the earlier one, which comes last here.
    faults.rev().max_by_key(|(lag, _)| *lag).map(|(_, verdict)| verdict)
}

fn stream_nearly_full(flow: &Flow) -> Option<Verdict> {
    let full = |stream: &&StreamStatus| {
        // A notice board lets the oldest fall off: full is how it should be.
        let limit = u64::try_from(stream.max_bytes).unwrap_or(0);
        stream.name != super::STORED && limit > 0 && stream.bytes >= limit / 100 * NEARLY_FULL
    };
    let stream = flow.broker.as_ref()?.streams.iter().find(full)?;
    Some(Verdict::new(
        Tone::Bad,
        format!("{} is nearly full", stream.name),
        format!(
            "{} of {}; a full stream takes nothing more, and the stage before it waits.",
            size(stream.bytes),
            size(stream.max_bytes.unsigned_abs())
        ),
    ))
}

fn in_order(flow: &Flow) -> Verdict {
    let lag: u64 =
        flow.broker.iter().flat_map(|broker| &broker.consumers).map(dateline_bus::ConsumerStatus::lag).sum();
    if flow.held {
        let detail = format!("{} articles are on their way; sources go on when there are fewer.", count(lag));
        return Verdict::new(Tone::Busy, "Sources are held back", detail);
    }
    if lag > 0 {
        let detail = format!(
            "{} on {} way; {} in, {} enriched, {} stored.",
            count(lag),
            if lag == 1 { "its" } else { "their" },
            rate(flow.rates.accepted),
            rate(flow.rates.enriched),
            rate(flow.rates.stored)
        );
        return Verdict::new(Tone::Busy, "News flows", detail);
    }
    let dead =
        flow.broker.as_ref().and_then(|broker| broker.stream(super::DEAD)).map_or(0, |dead| dead.messages);
    // A fast pipeline has nothing on its way at most looks.
    let doing = if flow.rates.accepted.is_some_and(|accepted| accepted > 0.0) {
        format!("{} in, {} stored", rate(flow.rates.accepted), rate(flow.rates.stored))
    } else {
        "Waiting for news".to_owned()
    };
    let detail = match dead {
        0 => format!("{doing}."),
        1 => format!("{doing}; 1 dead letter is there to look at."),
        _ => format!("{doing}; {} dead letters are there to look at.", count(dead)),
    };
    Verdict::new(Tone::Good, "Everything accepted is stored", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::figures::tests::{flow, status};
    use crate::flow::history::Rates;

    #[track_caller]
    fn check(flow: &Flow, tone: Tone, title: &str, detail: &str) {
        let verdict = Verdict::of(flow);
        assert_eq!((verdict.tone, verdict.title.as_str()), (tone, title));
        assert!(verdict.detail.contains(detail), "{}", verdict.detail);
    }

    #[test]
    fn the_most_serious_thing_is_said() {
        check(&Flow::default(), Tone::Busy, "Looking…", "second");
        let good = flow();
        check(&good, Tone::Good, "Everything accepted is stored", "3 dead letters");
        let waits = Flow { rates: Rates { accepted: Some(0.0), ..good.rates }, ..flow() };
        check(&waits, Tone::Good, "Everything accepted is stored", "Waiting for news; ");
        let fast = Flow { rates: Rates { accepted: Some(11.0), stored: Some(11.0), ..good.rates }, ..flow() };
        check(&fast, Tone::Good, "Everything accepted is stored", "11/s in, 11/s stored; ");
        let down = Flow { broker: None, trouble: Some("gone".into()), ..flow() };
        check(&down, Tone::Bad, "The broker does not answer", "gone. ");
        let absent = Flow { states: [StageState::Absent, StageState::Idle], ..flow() };
        check(&absent, Tone::Bad, "No enricher is running", "Nothing waits");
    }

    #[test]
    fn the_stage_with_more_before_it_is_named() {
        let mut broker = status();
        (broker.consumers[0].pending, broker.consumers[1].pending) = (1, 2000);
        let flow = Flow { states: [StageState::Absent, StageState::Stuck], broker: Some(broker), ..flow() };
        check(&flow, Tone::Bad, "The sink is stuck", "000 articles wait for it, and none");
    }

    #[test]
    fn full_streams_count_but_not_the_notice_board() {
        let mut broker = status();
        for stream in &mut broker.streams {
            stream.bytes =
                if stream.name == crate::flow::STORED { stream.max_bytes.unsigned_abs() } else { 0 };
        }
        check(
            &Flow { broker: Some(broker.clone()), ..flow() },
            Tone::Good,
            "Everything accepted is stored",
            "",
        );
        broker.streams[0].bytes = broker.streams[0].max_bytes.unsigned_abs();
        check(&Flow { broker: Some(broker), ..flow() }, Tone::Bad, "DATELINE_RAW is nearly full", "waits");
    }

    #[test]
    fn backpressure_is_said() {
        let held = Flow { held: true, ..flow() };
        check(&held, Tone::Busy, "Sources are held back", "go on when there are fewer");
    }

    #[test]
    fn work_under_way_is_no_fault() {
        let mut broker = status();
        broker.consumers[0].pending = 12;
        let flow = Flow { states: [StageState::Working, StageState::Idle], broker: Some(broker), ..flow() };
        check(&flow, Tone::Busy, "News flows", "12 on their way");
    }
}
