//! Every live figure under a name: what a page shows first, and what the script
//! puts in its place each second. Only texts, states, widths and drawings travel, so that
//! the script knows nothing of their meaning.

use super::{CONSUMING, DEAD, ENRICHED, Flow, RAW, StageState, Verdict};
use crate::display::{count, rate, size, waited};
use dateline_bus::{BusStatus, StreamStatus};
use serde::Serialize;
use std::collections::BTreeMap;

/// Width of a stream's gauge in the picture.
pub(crate) const GAUGE: f64 = 100.0;
/// Shown where nothing is known.
const UNKNOWN: &str = "–";

/// The live figures of one look.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// What stands in `data-live`.
    text: BTreeMap<String, String>,
    /// What `data-live-state` elements get as `data-state`.
    state: BTreeMap<String, String>,
    /// What `data-live-width` elements get as `width`.
    width: BTreeMap<String, String>,
    /// What `data-live-drawing` elements, which are SVG, contain.
    drawing: BTreeMap<String, String>,
}

impl Figures {
    /// All figures of a look.
    pub(crate) fn of(flow: &Flow) -> Self {
        let mut figures = Self::default();
        figures.add_verdict(&Verdict::of(flow));
        for (text, value) in [
            ("rate.accepted", flow.rates.accepted),
            ("rate.enriched", flow.rates.enriched),
            ("rate.stored", flow.rates.stored),
        ] {
            figures.set(text, rate(value));
        }
        for (name, state) in CONSUMING.iter().zip(flow.states) {
            let done = if *name == "sink" { flow.rates.stored } else { flow.rates.enriched };
            figures.set(&format!("{name}.state"), state.as_str().to_owned());
            figures.set(&format!("{name}.pace"), format!("{} · {}", state.as_str(), rate(done)));
            figures.state.insert((*name).to_owned(), slug(state).to_owned());
        }
        for (name, age) in CONSUMING.iter().zip(flow.ages) {
            figures.set(&format!("{name}.age"), age.map_or_else(|| "–".to_owned(), waited));
        }
        figures.set("gate", if flow.held { "held back" } else { "open" }.to_owned());
        figures.state.insert("gate".to_owned(), if flow.held { "held" } else { "open" }.to_owned());
        for (index, name) in ["accepted", "enriched", "stored"].iter().enumerate() {
            figures.drawing.insert((*name).to_owned(), flow.trail.drawing(index));
        }
        if let Some(broker) = &flow.broker {
            figures.add_broker(broker);
        }
        if let Some(totals) = &flow.totals {
            figures.set("store.named", format!("{} entities", count(totals.entities)));
            for (text, value) in [
                ("store.articles", totals.articles),
                ("store.versions", totals.versions),
                ("store.entities", totals.entities),
                ("store.retracted", totals.retracted),
            ] {
                figures.set(text, count(value));
            }
        }
        figures
    }

    fn add_verdict(&mut self, verdict: &Verdict) {
        self.set("verdict.title", verdict.title.clone());
        self.set("verdict.detail", verdict.detail.clone());
        self.state.insert("verdict".to_owned(), verdict.tone.as_str().to_owned());
    }

    fn add_broker(&mut self, broker: &BusStatus) {
        self.set("broker.version", broker.server_version.clone());
        let taken = |name| broker.stream(name).map_or(0, |stream| stream.last_sequence);
        self.set("articles.in", count(taken(RAW)));
        self.set("articles.enriched", count(taken(ENRICHED)));
        for consumer in &broker.consumers {
            let name = &consumer.name;
            self.set(&format!("{name}.waiting"), count(consumer.pending));
            self.set(&format!("{name}.working"), count(consumer.ack_pending));
            self.set(&format!("{name}.again"), count(consumer.redelivered));
            self.set(&format!("{name}.lag"), count(consumer.lag()));
        }
        for stream in &broker.streams {
            self.add_stream(stream);
        }
        let dead = broker.stream(DEAD).map_or(0, |stream| stream.messages);
        self.set("dead.count", count(dead));
        self.state.insert("dead".to_owned(), if dead == 0 { "none" } else { "some" }.to_owned());
    }

    fn add_stream(&mut self, stream: &StreamStatus) {
        let name = &stream.name;
        let limit = u64::try_from(stream.max_bytes).unwrap_or(0);
        self.set(&format!("{name}.messages"), count(stream.messages));
        self.set(&format!("{name}.taken"), count(stream.last_sequence));
        self.set(&format!("{name}.bytes"), size(stream.bytes));
        let of_limit = if limit == 0 {
            "no limit".to_owned()
        } else {
            format!("{} of {}", size(stream.bytes), size(limit))
        };
        self.set(&format!("{name}.size"), of_limit);
        self.width.insert(format!("{name}.fill"), format!("{:.1}", fill(stream.bytes, limit)));
    }

    fn set(&mut self, name: &str, text: String) {
        self.text.insert(name.to_owned(), text);
    }

    /// A text; a dash where it is not known.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.text.get(name).map_or(UNKNOWN, String::as_str)
    }

    /// A state; `unknown` where it is not known.
    pub(crate) fn state(&self, name: &str) -> &str {
        self.state.get(name).map_or("unknown", String::as_str)
    }

    /// A spark line, without the element around it; empty where it is not known.
    pub(crate) fn drawing(&self, name: &str) -> &str {
        self.drawing.get(name).map_or("", String::as_str)
    }

    /// A width; 0 where it is not known.
    pub(crate) fn width(&self, name: &str) -> &str {
        self.width.get(name).map_or("0", String::as_str)
    }
}

/// A state as a style sheet can name it.
fn slug(state: StageState) -> &'static str {
    if state == StageState::Absent { "absent" } else { state.as_str() }
}

/// How far a gauge is filled; a stream that holds anything shows a trace of it.
fn fill(bytes: u64, limit: u64) -> f64 {
    if limit == 0 || bytes == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a width on a screen")]
    let share = bytes as f64 / limit as f64;
    (share * GAUGE).clamp(2.0, GAUGE)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use dateline_bus::ConsumerStatus;
    use dateline_store::Totals;

    /// A broker with nothing left to do and three dead letters.
    pub(crate) fn status() -> BusStatus {
        let stream = |name: &str, messages| StreamStatus {
            name: name.into(),
            messages,
            bytes: 1 << 20,
            max_bytes: 1 << 30,
            first_sequence: 1,
            last_sequence: messages,
        };
        let consumer = |stream: &str, name: &str| ConsumerStatus {
            stream: stream.into(),
            name: name.into(),
            pending: 0,
            ack_pending: 0,
            redelivered: 0,
            ack_floor: 1200,
            deliveries: 0,
            delivered_up_to: 0,
            waiting: 1,
        };
        BusStatus {
            server_version: "2.15.1".into(),
            streams: vec![
                stream(RAW, 1200),
                stream(ENRICHED, 1200),
                stream(crate::flow::STORED, 1200),
                stream(DEAD, 3),
            ],
            consumers: vec![consumer(RAW, "enricher"), consumer(ENRICHED, "sink")],
            missing: Vec::new(),
        }
    }

    /// The same, seen from all sides.
    pub(crate) fn flow() -> Flow {
        Flow {
            looks: 1,
            broker: Some(status()),
            states: [StageState::Idle; 2],
            totals: Some(Totals { articles: 1197, ..Totals::default() }),
            ..Flow::default()
        }
    }

    #[test]
    fn figures_have_names_and_units() {
        let figures = Figures::of(&flow());
        for (name, expected) in [
            ("articles.in", "1 200"),
            ("store.articles", "1 197"),
            ("dead.count", "3"),
            ("enricher.waiting", "0"),
            ("enricher.state", "idle"),
            ("enricher.pace", "idle · –/s"),
            ("DATELINE_RAW.size", "1.0 MiB of 1.0 GiB"),
            ("rate.accepted", "–/s"),
            ("nothing.of.that.name", "–"),
        ] {
            assert_eq!(figures.text(name).replace('\u{202f}', " "), expected, "{name}");
        }
        assert_eq!(figures.width("DATELINE_RAW.fill"), "2.0");
        assert_eq!((figures.state("enricher"), figures.state("verdict")), ("idle", "good"));
    }

    #[test]
    fn what_is_not_known_is_a_dash() {
        let figures = Figures::of(&Flow { looks: 1, ..Flow::default() });
        assert_eq!((figures.text("articles.in"), figures.text("store.articles")), ("–", "–"));
        assert_eq!((figures.state("dead"), figures.width("DATELINE_RAW.fill")), ("unknown", "0"));
    }
}
