//! How long to wait before the next attempt.
//!
//! Exponential growth with full jitter: a wait is drawn evenly from everything up to the
//! current ceiling, so that many waiters that failed together do not come back together
//! ("Exponential Backoff and Jitter", AWS Architecture Blog, 2015). The draw never falls
//! under half of the first delay: an instant retry is what a broken peer needs least.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Growing, jittered delays.
///
/// [`delay`](Self::delay) answers for a known attempt number. As an iterator it counts the
/// attempts itself: `next()` never ends, and [`reset`](Self::reset) goes back to the start
/// after a success.
#[derive(Debug)]
pub struct Backoff {
    first: Duration,
    max: Duration,
    attempt: u32,
    random: AtomicU64,
}

impl Backoff {
    /// Delays that start around `first` and never exceed `max`. A `max` under `first`
    /// counts as `first`.
    #[must_use]
    pub fn new(first: Duration, max: Duration) -> Self {
        Self::with_seed(first, max, RandomState::new().hash_one(0_u8))
    }

    /// The same with a fixed sequence of draws, for tests.
    #[must_use]
    pub fn with_seed(first: Duration, max: Duration, seed: u64) -> Self {
        Self { first, max: max.max(first), attempt: 0, random: AtomicU64::new(seed) }
    }

    /// The wait before attempt `attempt + 1`; 0 stands for the first failure.
    #[must_use]
    pub fn delay(&self, attempt: u32) -> Duration {
        let floor = self.first / 2;
        let ceiling = self.ceiling(attempt);
        floor + ceiling.saturating_sub(floor).mul_f64(self.draw())
    }

    /// Starts over, as after a success.
    pub fn reset(&mut self) {
        self.attempt = 0;
    }

    /// How many delays the iterator has given since the start or the last reset.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempt
    }

    fn ceiling(&self, attempt: u32) -> Duration {
        2_u32
            .checked_pow(attempt)
            .and_then(|factor| self.first.checked_mul(factor))
            .unwrap_or(self.max)
            .min(self.max)
    }

    /// An even draw from `0.0..1.0` by `SplitMix64` (Steele, Lea and Flood, 2014).
    fn draw(&self) -> f64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let state = self.random.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let bits = u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("32 bits are left after the shift");
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }
}

impl Iterator for Backoff {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let delay = self.delay(self.attempt);
        self.attempt = self.attempt.saturating_add(1);
        Some(delay)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn ceilings_double_up_to_the_maximum() {
        let backoff = Backoff::with_seed(SECOND, SECOND * 30, 1);
        let ceilings: Vec<u64> = [0, 1, 2, 3, 4, 5, 6, 40, u32::MAX]
            .into_iter()
            .map(|attempt| backoff.ceiling(attempt).as_secs())
            .collect();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 30, 30, 30, 30]);
    }

    #[test]
    fn the_iterator_counts_and_starts_over() {
        let mut backoff = Backoff::with_seed(SECOND, SECOND * 60, 7);
        assert!(backoff.by_ref().take(12).all(|delay| delay >= SECOND / 2 && delay <= SECOND * 60));
        assert_eq!(backoff.attempts(), 12);
        backoff.reset();
        assert!(backoff.next().unwrap() <= SECOND);
    }

    #[test]
    fn draws_spread_over_the_whole_range() {
        let backoff = Backoff::with_seed(SECOND, SECOND * 100, 3);
        let mut counts = [0; 4];
        for _ in 0..4_000 {
            let quarter = backoff.delay(20).as_secs() / 25;
            counts[usize::try_from(quarter.min(3)).unwrap()] += 1;
        }
        assert!(counts.iter().all(|&count| count > 800), "uneven draws: {counts:?}");
    }

    #[test]
    fn two_instances_do_not_wait_alike() {
        let delays = |backoff: Backoff| backoff.take(8).collect::<Vec<_>>();
        let fresh = || Backoff::new(SECOND, SECOND * 60);
        assert_ne!(delays(fresh()), delays(fresh()));
    }

    proptest! {
        #[test]
        fn delays_stay_within_bounds(first in 0_u64..100_000, max in 0_u64..1_000_000, attempt: u32, seed: u64) {
            let (first, max) = (Duration::from_millis(first), Duration::from_millis(max));
            let delay = Backoff::with_seed(first, max, seed).delay(attempt);
            prop_assert!(delay >= first / 2);
            prop_assert!(delay <= max.max(first));
        }
    }
}
