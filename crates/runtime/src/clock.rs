//! The time of day, as a value that can be handed in.
//!
//! Everything that needs the present takes a [`SharedClock`]; a lint bans reading the
//! system clock anywhere else, so that a test decides what time it is.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment in UTC.
    fn now(&self) -> Timestamp;
}

/// A clock that any task may hold.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl SystemClock {
    /// The machine's clock, ready to be handed around.
    #[must_use]
    pub fn shared() -> SharedClock {
        Arc::new(Self)
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system clock is read")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        // Zero but in a test of what an odd clock does.
        now.saturating_add(crate::faults::planted().clock_offset).unwrap_or(now)
    }
}

/// A clock that stands still until it is moved, for tests. Clones show the same time.
#[derive(Debug, Clone)]
pub struct ManualClock {
    now: Arc<Mutex<Timestamp>>,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { now: Arc::new(Mutex::new(now)) }
    }

    /// Moves the clock to `now`, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the clock on by `step`; it stops at the end of representable time.
    pub fn advance(&self, step: std::time::Duration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let step = SignedDuration::try_from(step).unwrap_or(SignedDuration::MAX);
        *now = now.saturating_add(step).unwrap_or(Timestamp::MAX);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(at("2023-11-03T10:00:00Z"));
        let other = clock.clone();
        assert_eq!(clock.now(), at("2023-11-03T10:00:00Z"));
        other.advance(Duration::from_secs(90));
        assert_eq!(clock.now(), at("2023-11-03T10:01:30Z"));
        clock.set(at("2019-01-01T00:00:00Z"));
        assert_eq!(other.now(), at("2019-01-01T00:00:00Z"));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
    }

    #[test]
    fn system_clock_is_past_the_year_of_writing() {
        assert!(SystemClock::shared().now() > at("2024-01-01T00:00:00Z"));
    }
}
