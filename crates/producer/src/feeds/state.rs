//! What is known of a source between two polls, as it is kept in the bucket.

use super::rhythm::Wishes;
use super::seen::Seen;
use crate::fetch::Validators;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// Redirects of the past that are kept.
const REDIRECTS: usize = 10;
/// Polls that must see a permanent redirect, or an end, before it is believed.
const POLLS_TO_BELIEVE: u32 = 3;
/// Failures in a row after which a believed redirect is doubted.
const DOUBT_AFTER: u32 = 5;
/// Answers in a row that must end inside of an item at the same place before it is taken as it is.
const BELIEVED_HALVES: u32 = 4;
/// Longest error text that is kept.
const ERROR_LENGTH: usize = 500;

/// Everything that is known of a source. A field that an older version did not know
/// takes its default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SourceState {
    /// The address that it was configured with; another one starts over.
    pub(crate) configured: String,
    /// The address that a permanent redirect led to, once it is believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moved: Option<String>,
    /// A permanent redirect that is not believed yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moving: Option<Moving>,
    /// Redirects that were believed, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) redirects: Vec<Moved>,
    pub(crate) validators: Validators,
    /// Hash of the last answer, by which an unchanged one is known.
    pub(crate) body_hash: Option<u64>,
    /// Whether the same answer may lead to more: pages that wait, a list of sitemaps.
    pub(crate) unfinished: bool,
    /// Answers in a row that ended inside of an item, all at the same place.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) half_answers: u32,
    /// Polls in a row in which pages failed that may come later.
    pub(crate) page_failures: u32,
    /// Name that the source gives itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    pub(crate) next_at: Option<Timestamp>,
    pub(crate) last_success: Option<Timestamp>,
    pub(crate) last_new: Option<Timestamp>,
    /// Time between two new items, in seconds.
    pub(crate) rhythm: Option<f64>,
    /// The same while it still gave something: what silence is measured by.
    pub(crate) usual_rhythm: Option<f64>,
    /// What the last answer said of how often to ask.
    pub(crate) wishes: Wishes,
    /// Failed polls in a row.
    pub(crate) failures: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_error: Option<String>,
    /// When it was believed that it is gone for good (410).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gone: Option<Timestamp>,
    /// Since when its server says so, which is not believed yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) going: Option<Going>,
    /// Whether the silence alarm was raised.
    pub(crate) silent: bool,
    /// Articles and versions taken in so far.
    pub(crate) articles: u64,
    /// Hashes of entries that could not be read and are dead letters already.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) faults: Vec<u64>,
    /// How long the last answer stays fresh, by HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<Duration>,
    /// The hub that the feed offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hub: Option<Hub>,
    /// Until when the hub delivers, as it has confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hub_until: Option<Timestamp>,
    /// Whether it does: it has delivered, and no poll found what it did not bring since.
    pub(crate) hub_delivers: bool,
    /// Who polls it at this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lease: Option<Lease>,
    pub(crate) seen: Seen,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks in this form")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A permanent redirect on probation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Moving {
    pub(crate) to: String,
    pub(crate) since: Timestamp,
    pub(crate) polls: u32,
}

/// A WebSub hub, and the address of the feed as the hub knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hub {
    pub(crate) url: String,
    pub(crate) topic: String,
}

/// A server that says that a source is gone, on probation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Going {
    pub(crate) since: Timestamp,
    pub(crate) polls: u32,
}

/// A redirect that was believed, or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Moved {
    pub(crate) to: String,
    pub(crate) at: Timestamp,
}

/// Leave to poll a source until a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lease {
    pub(crate) holder: String,
    pub(crate) until: Timestamp,
}

impl SourceState {
    /// The state for an address: this one, or a fresh one when it is about another.
    /// What was seen stays: a feed that moves by hand keeps its items.
    pub(crate) fn for_address(self, configured: &str) -> Self {
        if self.configured == configured {
            return self;
        }
        let (seen, articles, title) = (self.seen, self.articles, self.title);
        Self {
            configured: configured.to_owned(),
            seen,
            articles,
            title,
            lease: self.lease,
            ..Self::default()
        }
    }

    /// Notes how an answer ended, and whether it was the same as the one before; true when half
    /// an item is all that there will be. A connection that breaks now and then gives the same
    /// half twice, and half an address is that of another article.
    pub(crate) fn note_end(&mut self, is_half: bool, is_same: bool) -> bool {
        self.half_answers = match (is_half, is_same) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => self.half_answers.saturating_add(1),
        };
        self.half_answers >= BELIEVED_HALVES
    }

    /// Where to ask.
    pub(crate) fn address(&self) -> Option<Url> {
        Url::parse(self.moved.as_deref().unwrap_or(&self.configured)).ok()
    }

    /// Notes where permanent redirects led in a successful poll; gives the address
    /// that is believed from now on, when that changed.
    pub(crate) fn note_redirect(
        &mut self,
        to: Option<&Url>,
        now: Timestamp,
        hold: Duration,
    ) -> Option<String> {
        let Some(to) = to else {
            self.moving = None;
            return None;
        };
        let moving = match self.moving.take().filter(|moving| moving.to == to.as_str()) {
            Some(moving) => Moving { polls: moving.polls.saturating_add(1), ..moving },
            None => Moving { to: to.to_string(), since: now, polls: 1 },
        };
        if !has_held(moving.since, now, hold) || moving.polls < POLLS_TO_BELIEVE {
            self.moving = Some(moving);
            return None;
        }
        self.remember_redirect(&moving.to, now);
        self.moved = Some(moving.to.clone());
        Some(moving.to)
    }

    /// Notes a poll that was answered "gone for good"; true when that is believed from
    /// now on. A mistake in a server's set-up must not end a source.
    pub(crate) fn note_gone(&mut self, now: Timestamp, hold: Duration) -> bool {
        let mut going = self.going.take().unwrap_or(Going { since: now, polls: 0 });
        going.polls = going.polls.saturating_add(1);
        let believed = has_held(going.since, now, hold) && going.polls >= POLLS_TO_BELIEVE;
        self.going = Some(going);
        if believed {
            self.gone = Some(now);
        }
        believed
    }

    /// Notes a failed poll. A believed redirect that leads to nothing but failures is
    /// taken back.
    pub(crate) fn note_failure(&mut self, error: &str, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        self.last_error = Some(error.chars().take(ERROR_LENGTH).collect());
        if self.failures.is_multiple_of(DOUBT_AFTER) && self.moved.take().is_some() {
            self.validators = Validators::default();
            let configured = self.configured.clone();
            self.remember_redirect(&configured, now);
        }
    }

    /// Notes a poll that gave an answer.
    pub(crate) fn note_success(&mut self, now: Timestamp) {
        self.failures = 0;
        self.last_error = None;
        self.gone = None;
        self.going = None;
        self.last_success = Some(now);
    }

    fn remember_redirect(&mut self, to: &str, at: Timestamp) {
        self.redirects.push(Moved { to: to.to_owned(), at });
        let excess = self.redirects.len().saturating_sub(REDIRECTS);
        self.redirects.drain(..excess);
    }

    /// Time between two new items, as far as it is known.
    pub(crate) fn gap(&self) -> Option<Duration> {
        self.rhythm.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    }

    /// The rhythm while the source still gave something.
    pub(crate) fn usual_gap(&self) -> Option<Duration> {
        self.usual_rhythm.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    }

    /// Time since the last new item.
    pub(crate) fn quiet_for(&self, now: Timestamp) -> Option<Duration> {
        Duration::try_from(now.duration_since(self.last_new?)).ok()
    }
}

/// Whether what began at `since` has lasted long enough to be believed.
fn has_held(since: Timestamp, now: Timestamp, hold: Duration) -> bool {
    now.duration_since(since) >= jiff::SignedDuration::try_from(hold).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(hour)
    }

    fn state() -> SourceState {
        SourceState::default().for_address("https://a.example/rss")
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_permanent_redirect_is_believed_when_it_has_held() {
        let (mut state, to) = (state(), url("https://b.example/rss"));
        for hour in [0, 30, 71] {
            assert_eq!(state.note_redirect(Some(&to), at(hour), HOUR * 72), None, "{hour}");
        }
        assert_eq!(state.address().unwrap().host_str(), Some("a.example"));
        assert_eq!(state.note_redirect(Some(&to), at(72), HOUR * 72).as_deref(), Some(to.as_str()));
        assert_eq!(state.address().unwrap(), to);
        assert_eq!(state.redirects.len(), 1);
    }

    #[test]
    fn a_redirect_that_changes_its_mind_starts_over() {
        let (mut state, one, two) = (state(), url("https://b.example/"), url("https://c.example/"));
        state.note_redirect(Some(&one), at(0), HOUR);
        state.note_redirect(Some(&two), at(5), HOUR);
        assert_eq!(state.moving.as_ref().unwrap().since, at(5));
        state.note_redirect(None, at(6), HOUR);
        assert_eq!(state.moving, None);
        for hour in [7, 9] {
            assert_eq!(state.note_redirect(Some(&one), at(hour), HOUR), None, "seen too few times");
        }
        assert!(state.note_redirect(Some(&one), at(10), HOUR).is_some());
    }

    #[test]
    fn a_believed_redirect_that_fails_is_taken_back() {
        let mut state = SourceState { moved: Some("https://b.example/".into()), ..state() };
        for _ in 0..DOUBT_AFTER {
            assert!(state.moved.is_some());
            state.note_failure(&"x".repeat(9_999), at(1));
        }
        assert_eq!(state.address().unwrap().host_str(), Some("a.example"));
        assert_eq!(state.last_error.as_ref().unwrap().len(), ERROR_LENGTH);
        state.note_success(at(2));
        assert_eq!((state.failures, state.last_error), (0, None));
    }

    #[test]
    fn half_an_item_is_believed_when_it_has_held() {
        let mut state = SourceState::default();
        let halves: Vec<bool> =
            [false, true, true, true, true].map(|same| state.note_end(true, same)).to_vec();
        assert_eq!(halves, [false, false, false, true, true]);
        assert!(!state.note_end(true, false), "another place");
        assert!(!state.note_end(true, true));
        assert!(!state.note_end(false, false), "a whole answer");
        assert!(!state.note_end(true, false));
    }

    #[test]
    fn an_end_is_believed_when_it_has_held() {
        let mut state = state();
        for (hour, believed) in [(0, false), (71, false), (72, true)] {
            assert_eq!(state.note_gone(at(hour), HOUR * 72), believed, "{hour}");
        }
        state.note_success(at(73));
        assert_eq!((state.gone, &state.going), (None, &None));
        for (hour, believed) in [(80, false), (180, false), (181, true)] {
            assert_eq!(state.note_gone(at(hour), HOUR * 72), believed, "{hour}: too few polls");
        }
    }

    #[test]
    fn another_address_starts_over_but_keeps_what_was_seen() {
        let mut state = SourceState { body_hash: Some(7), failures: 3, articles: 9, ..state() };
        state = state.for_address("https://a.example/rss");
        assert_eq!(state.failures, 3);
        state = state.for_address("https://a.example/atom");
        assert_eq!((state.failures, state.body_hash, state.articles), (0, None, 9));
    }

    #[test]
    fn state_reads_back_and_older_state_too() {
        let state = SourceState { next_at: Some(at(3)), rhythm: Some(60.0), ..state() };
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<SourceState>(&json).unwrap(), state);
        assert_eq!(serde_json::from_str::<SourceState>("{}").unwrap(), SourceState::default());
    }
}
