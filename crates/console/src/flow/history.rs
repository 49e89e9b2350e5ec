//! What only several looks together tell: rates, and whether a stage moves.

use super::{CONSUMING, ENRICHED, RAW, STORED};
use dateline_bus::BusStatus;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Over how long rates are taken, and how long a stage may stand still with work
/// in front of it before it counts as stuck.
const WINDOW: Duration = Duration::from_secs(15);
/// How long a stage may be between two pulls before it counts as not running.
const PULL_GAP: Duration = Duration::from_secs(4);

/// Messages a second into each stream; absent until there are two looks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Rates {
    pub(crate) accepted: Option<f64>,
    pub(crate) enriched: Option<f64>,
    pub(crate) stored: Option<f64>,
}

/// What a stage is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum StageState {
    /// Not known (yet).
    #[default]
    Unknown,
    /// Nobody pulls.
    Absent,
    /// Waits for work.
    Idle,
    /// Has work and gets on with it.
    Working,
    /// Has work and settles nothing.
    Stuck,
}

impl StageState {
    /// The word shown; also the style's name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Absent => "not running",
            Self::Idle => "idle",
            Self::Working => "working",
            Self::Stuck => "stuck",
        }
    }
}

/// One look, as far as later ones need it.
#[derive(Debug, Clone)]
struct Point {
    at: Instant,
    /// Last sequences of [`RAW`], [`ENRICHED`], [`STORED`].
    sequences: [u64; 3],
    consumers: [Pulse; CONSUMING.len()],
}

#[derive(Debug, Clone, Copy, Default)]
struct Pulse {
    pulls: bool,
    lag: u64,
    ack_floor: u64,
}

/// The last looks, oldest first.
#[derive(Debug, Default)]
pub(crate) struct History(VecDeque<Point>);

impl History {
    /// Adds a look and forgets those that are too old.
    pub(crate) fn add(&mut self, at: Instant, status: &BusStatus) {
        let sequence = |name| status.stream(name).map_or(0, |stream| stream.last_sequence);
        let pulse = |name| {
            let consumer = status.consumer(name);
            consumer.map_or_else(Pulse::default, |consumer| Pulse {
                pulls: consumer.waiting > 0 || consumer.ack_pending > 0,
                lag: consumer.lag(),
                ack_floor: consumer.ack_floor,
            })
        };
        let point =
            Point { at, sequences: [RAW, ENRICHED, STORED].map(sequence), consumers: CONSUMING.map(pulse) };
        // Streams that were made anew count from 1 again: what was before tells nothing.
        if self.0.back().is_some_and(|last| point.sequences < last.sequences) {
            self.0.clear();
        }
        self.0.push_back(point);
        while self.0.front().is_some_and(|first| at.duration_since(first.at) > WINDOW) {
            self.0.pop_front();
        }
    }

    pub(crate) fn rates(&self) -> Rates {
        let [accepted, enriched, stored] = [0, 1, 2].map(|stream| self.rate(stream));
        Rates { accepted, enriched, stored }
    }

    fn rate(&self, stream: usize) -> Option<f64> {
        let (first, last) = (self.0.front()?, self.0.back()?);
        let seconds = last.at.duration_since(first.at).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "messages of some seconds")]
        let messages = last.sequences[stream].saturating_sub(first.sequences[stream]) as f64;
        (seconds > 0.5).then(|| messages / seconds)
    }

    /// States in the order of [`CONSUMING`].
    pub(crate) fn states(&self) -> [StageState; CONSUMING.len()] {
        let mut states = [StageState::Unknown; CONSUMING.len()];
        for (consumer, state) in states.iter_mut().enumerate() {
            *state = self.state(consumer).unwrap_or_default();
        }
        states
    }

    fn state(&self, consumer: usize) -> Option<StageState> {
        let (first, last) = (self.0.front()?, self.0.back()?);
        let now = last.consumers[consumer];
        let recent = self.0.iter().rev().take_while(|point| last.at.duration_since(point.at) <= PULL_GAP);
        Some(if !recent.into_iter().any(|point| point.consumers[consumer].pulls) {
            StageState::Absent
        } else if now.lag == 0 {
            StageState::Idle
        } else if last.at.duration_since(first.at) > WINDOW.mul_f64(0.8)
            && self.0.iter().all(|point| {
                point.consumers[consumer].lag > 0 && point.consumers[consumer].ack_floor == now.ack_floor
            })
        {
            StageState::Stuck
        } else {
            StageState::Working
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::figures::tests::status;

    /// Feeds one look a second and gives the enricher's state after the last.
    fn check(looks: &[(u64, u64, u64)], expected: StageState) {
        let mut history = History::default();
        let start = Instant::now();
        for (second, &(waiting, pending, ack_floor)) in (0u64..).zip(looks) {
            let mut status = status();
            let enricher = &mut status.consumers[0];
            (enricher.waiting, enricher.pending, enricher.ack_floor) = (waiting, pending, ack_floor);
            enricher.ack_pending = 0;
            history.add(start + Duration::from_secs(second), &status);
        }
        assert_eq!(history.states()[0], expected, "{looks:?}");
    }

    #[test]
    fn states_follow_from_several_looks() {
        check(&[], StageState::Unknown);
        check(&[(0, 0, 5)], StageState::Absent);
        check(&[(1, 0, 5)], StageState::Idle);
        check(&[(1, 3, 5)], StageState::Working);
        // Between two pulls nobody waits for a moment.
        check(&[(1, 0, 5), (0, 0, 5), (0, 0, 5)], StageState::Idle);
        check(&[(1, 3, 5); 20], StageState::Stuck);
        let moving: Vec<_> = (0..20).map(|floor| (1, 3, floor)).collect();
        check(&moving, StageState::Working);
        let gone: Vec<_> = std::iter::once((1, 3, 5)).chain([(0, 3, 5); 9]).collect();
        check(&gone, StageState::Absent);
    }

    #[test]
    fn rates_need_two_looks_and_survive_new_streams() {
        let mut history = History::default();
        let start = Instant::now();
        let mut look = |second, sequence| {
            let mut status = status();
            status.streams[0].last_sequence = sequence;
            history.add(start + Duration::from_secs(second), &status);
            history.rates().accepted
        };
        assert_eq!(look(0, 100), None);
        assert_eq!(look(2, 300), Some(100.0));
        assert_eq!(look(3, 2), None);
        assert_eq!(look(4, 4), Some(2.0));
    }
}
