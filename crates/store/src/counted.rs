//! Counting a large store takes a while, and whoever watches it asks every second.
//! So an answer is held for a time that grows with what it cost: counting takes at
//! most a twentieth of one connection's time, and small stores are always exact.

use crate::Totals;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For how many times as long as it took an answer is held.
const HELD: u32 = 20;
/// Counting that takes less is done each time.
const QUICK: Duration = Duration::from_millis(25);
/// No answer is held for longer.
const LONGEST: Duration = Duration::from_mins(1);

/// The last answer.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    last: Mutex<Option<Answer>>,
}

#[derive(Debug)]
struct Answer {
    totals: Totals,
    until: Instant,
}

impl Counted {
    /// The last answer, where it may still be given.
    pub(crate) fn get(&self, now: Instant) -> Option<Totals> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|answer| now < answer.until).map(|answer| answer.totals.clone())
    }

    /// Takes in what was counted from `begun` to `now`.
    pub(crate) fn put(&self, totals: &Totals, begun: Instant, now: Instant) {
        let took = now.duration_since(begun);
        let held = if took < QUICK { Duration::ZERO } else { (took * HELD).min(LONGEST) };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Answer { totals: totals.clone(), until: now + held });
    }

    /// The store has changed by way of this process.
    pub(crate) fn forget(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_long_is_held_longer_but_never_over_a_minute() {
        let check = |took: u64, asked_after: u64, is_held: bool| {
            let (counted, begun) = (Counted::default(), Instant::now());
            let done = begun + Duration::from_millis(took);
            counted.put(&Totals::default(), begun, done);
            let later = done + Duration::from_millis(asked_after);
            assert_eq!(counted.get(later).is_some(), is_held, "{took} ms, {asked_after} ms later");
            counted.forget();
            assert_eq!(counted.get(done), None);
        };
        check(1, 0, false);
        check(24, 0, false);
        check(30, 599, true);
        check(30, 601, false);
        check(500, 9_999, true);
        check(500, 10_001, false);
        check(600_000, 59_999, true);
        check(600_000, 60_001, false);
    }
}
