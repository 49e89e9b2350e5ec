//! What a poll leaves behind in the state of its source: when to ask again, and what was seen.

use super::{Found, Poller, Taken};
use crate::feeds::definition::SourceDefinition;
use crate::feeds::rhythm::{self, Bounds, Wishes};
use crate::feeds::state::SourceState;
use crate::fetch::{FetchError, Fetched};
use dateline_runtime::ErrorChain;
use jiff::Timestamp;
use std::sync::atomic::Ordering;
use std::time::Duration;
use xxhash_rust::xxh3::xxh3_64;

impl Poller {
    pub(super) fn note(&self, source: &SourceDefinition, state: &mut SourceState, found: Found) {
        let now = self.now();
        let outcome = match found {
            Found::Unchanged(fetched) => {
                self.note_answer(source, state, &fetched, 0, &[], None);
                "unchanged"
            }
            Found::Taken(taken) => {
                self.note_taken(source, state, *taken);
                "changed"
            }
            Found::Failed(error) => {
                self.note_failure(source, state, &ErrorChain(&error).to_string(), error.retry_after());
                self.note_end(source, state, &error, now);
                error.label()
            }
            Found::Unreadable(error) => {
                self.note_failure(source, state, &error.to_string(), None);
                "unreadable"
            }
        };
        self.metrics.polled(&source.id(), outcome);
        self.metrics.failing(&source.id(), state.failures);
        self.watch_silence(source, state, now);
    }

    /// An end that has held for a while is believed; any other answer takes it back.
    fn note_end(
        &self,
        source: &SourceDefinition,
        state: &mut SourceState,
        error: &FetchError,
        now: Timestamp,
    ) {
        if !error.is_gone() {
            // Only an answer of the server itself says that it is still there.
            if matches!(error, FetchError::Status { .. }) {
                state.going = None;
            }
        } else if state.note_gone(now, self.config.believe_redirect_after.0) {
            tracing::warn!(
                source = source.name,
                "the server says for good that the source is gone; not polled any more"
            );
        }
    }

    fn note_taken(&self, source: &SourceDefinition, state: &mut SourceState, taken: Taken) {
        let Taken { fetched, body_hash, title, wishes, hub, dates, remembered, faults, new, changed, .. } =
            taken;
        state.hub = hub;
        // The hub should have brought it; from now on it is looked for again.
        state.hub_delivers &= new == 0;
        state.unfinished = taken.unfinished;
        state.page_failures = if taken.pages_failed { state.page_failures.saturating_add(1) } else { 0 };
        state.body_hash = Some(body_hash);
        state.title = title.or(state.title.take());
        state.seen.remember(remembered, self.config.seen_items);
        state.faults = faults;
        state.articles += (new + changed) as u64;
        self.metrics.taken(&source.id(), new, changed);
        self.note_answer(source, state, &fetched, new, &dates, Some(wishes));
        if taken.waiting > 0 {
            // The rest of the pages need not wait for a new item.
            state.next_at = state.next_at.min(Some(self.soon(source)));
        }
        if new + changed > 0 {
            tracing::debug!(source = source.name, new, changed, "items taken in");
        }
    }

    /// What every answer means for validators, address and rhythm.
    fn note_answer(
        &self,
        source: &SourceDefinition,
        state: &mut SourceState,
        fetched: &Fetched,
        new: usize,
        dates: &[Timestamp],
        wishes: Option<Wishes>,
    ) {
        let now = self.now();
        state.note_success(now);
        state.validators = if fetched.body.is_some() {
            fetched.validators.clone()
        } else {
            std::mem::take(&mut state.validators).updated_by(fetched.validators.clone())
        };
        let hold = self.config.believe_redirect_after.0;
        if let Some(to) = state.note_redirect(fetched.moved_to.as_ref(), now, hold) {
            tracing::info!(source = source.name, to, "permanent redirect held, it is believed from now on");
        }
        let quiet = state.quiet_for(now);
        let gap = match state.gap() {
            None if state.last_new.is_none() => rhythm::from_dates(dates, now),
            gap => rhythm::learnt(gap, new, quiet),
        };
        state.rhythm = gap.map(|gap| gap.as_secs_f64());
        if new > 0 || state.last_new.is_none() {
            state.last_new = Some(now);
            state.usual_rhythm = state.rhythm;
        }
        state.wishes = wishes.unwrap_or_else(|| state.wishes.clone());
        state.max_age = fetched.max_age;
        state.next_at = Some(self.next_poll(source, state, now));
    }

    /// When a source that works is polled next. One whose hub delivers is only looked after.
    pub(super) fn next_poll(
        &self,
        source: &SourceDefinition,
        state: &SourceState,
        now: Timestamp,
    ) -> Timestamp {
        let mut bounds = self.bounds(source);
        if state.hub_delivers && state.hub_until.is_some_and(|until| until > now) {
            bounds.min = bounds.max;
        }
        let mut wishes = state.wishes.clone();
        wishes.fresh = wishes.fresh.max(state.max_age);
        rhythm::next_poll(now, state.gap(), &wishes, bounds, self.draw())
    }

    /// When a source is polled next whose pages were not all fetched.
    pub(super) fn soon(&self, source: &SourceDefinition) -> Timestamp {
        rhythm::next_try(self.now(), 0, None, self.bounds(source), self.draw())
    }

    fn note_failure(
        &self,
        source: &SourceDefinition,
        state: &mut SourceState,
        error: &str,
        retry_after: Option<Duration>,
    ) {
        let now = self.now();
        state.note_failure(error, now);
        let next = rhythm::next_try(now, state.failures, retry_after, self.bounds(source), self.draw());
        state.next_at = Some(next);
        tracing::debug!(source = source.name, error, failures = state.failures, %next, "poll failed");
    }

    pub(super) fn watch_silence(&self, source: &SourceDefinition, state: &mut SourceState, now: Timestamp) {
        let Some(quiet) = state.quiet_for(now) else { return };
        let (factor, least) = (self.config.silence_factor, self.config.silence_min.0);
        let silent = rhythm::is_silent(state.usual_gap(), quiet, factor, least);
        if silent && !state.silent {
            let error = state.last_error.as_deref().unwrap_or("none");
            tracing::warn!(source = source.name, hours = quiet.as_secs() / 3600, error, "source is silent");
        } else if state.silent && !silent {
            tracing::info!(source = source.name, "source is back");
        }
        state.silent = silent;
        self.metrics.silent(&source.id(), silent);
    }

    fn bounds(&self, source: &SourceDefinition) -> Bounds {
        let min = source.min_interval.unwrap_or(self.config.min_interval).0;
        let max = source.max_interval.unwrap_or(self.config.max_interval).0.max(min);
        Bounds { min, max, max_failing: self.config.max_failure_interval.0.max(max) }
    }

    /// An even draw from 0 to 1, for jitter.
    fn draw(&self) -> f64 {
        let count = self.draws.fetch_add(1, Ordering::Relaxed);
        let bits = u32::try_from(xxh3_64(&count.to_le_bytes()) >> 32).unwrap_or_default();
        f64::from(bits) / f64::from(u32::MAX)
    }
}
