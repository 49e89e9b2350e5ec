//! How often a source is worth asking: its own rhythm within our bounds.
//!
//! The rhythm is the time between two new items, learnt first from the dates of the
//! items and then from what each poll brings. A source is asked twice in that time. What
//! it says itself (ttl, freshness, hours and days without news) can only make it later.
//! Pure functions of state and time; the clock and the waiting are elsewhere.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Share of the newest observation in the rhythm.
const WEIGHT: f64 = 0.3;
/// Dates of items that the first guess looks at.
const DATES: usize = 20;
/// Polls in the time between two items.
const POLLS_PER_ITEM: u32 = 2;
/// Jitter: up to this share is added to each interval, so that sources that began
/// together do not stay together.
const JITTER: f64 = 0.1;
const HOUR: Duration = Duration::from_hours(1);

/// Bounds of the interval between two polls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: Duration,
    pub(crate) max: Duration,
    pub(crate) max_failing: Duration,
}

/// What a feed says of its own rhythm; each is a wish.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Wishes {
    /// How long an answer stays fresh, by the feed or by HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fresh: Option<Duration>,
    /// Hours of the day in UTC (0 to 23) without news.
    pub(crate) skip_hours: Vec<u8>,
    /// Days of the week without news, 1 for Monday.
    pub(crate) skip_days: Vec<u8>,
}

/// The first guess: the middle gap between the newest dates.
pub(crate) fn from_dates(dates: &[Timestamp], now: Timestamp) -> Option<Duration> {
    let mut dates: Vec<Timestamp> = dates.iter().copied().filter(|date| *date <= now).collect();
    dates.sort_by(|a, b| b.cmp(a));
    dates.truncate(DATES);
    let mut gaps: Vec<SignedDuration> =
        dates.windows(2).map(|pair| pair[0].duration_since(pair[1])).collect();
    gaps.sort();
    let middle = *gaps.get(gaps.len() / 2)?;
    let quiet = now.duration_since(*dates.first()?);
    // A source that has been quiet for longer than usual has slowed down.
    Duration::try_from(middle.max(quiet / 4)).ok().filter(|gap| !gap.is_zero())
}

/// The rhythm after a poll that brought `new` items; `since_new` is the time since the
/// last new item before it.
pub(crate) fn learnt(gap: Option<Duration>, new: usize, since_new: Option<Duration>) -> Option<Duration> {
    let Some(quiet) = since_new else { return gap };
    let Some(gap) = gap else { return (new > 0).then(|| quiet / u32::try_from(new).unwrap_or(u32::MAX)) };
    if new == 0 {
        // Nothing yet: the gap is at least as long as it has lasted.
        return Some(gap.max(quiet));
    }
    let observed = quiet / u32::try_from(new).unwrap_or(u32::MAX);
    Some(Duration::from_secs_f64(gap.as_secs_f64() * (1.0 - WEIGHT) + observed.as_secs_f64() * WEIGHT))
}

/// When a source that works is polled next; `draw` is an even draw from 0 to 1.
pub(crate) fn next_poll(
    now: Timestamp,
    gap: Option<Duration>,
    wishes: &Wishes,
    bounds: Bounds,
    draw: f64,
) -> Timestamp {
    let own = gap.map_or(bounds.min.max(HOUR / 4), |gap| gap / POLLS_PER_ITEM);
    let fresh = wishes.fresh.unwrap_or_default();
    let interval = own.max(fresh).clamp(bounds.min, bounds.max);
    skip(later(now, jittered(interval, draw)), wishes, later(now, bounds.max))
}

/// When a source that failed `failures` times in a row is polled next.
pub(crate) fn next_try(
    now: Timestamp,
    failures: u32,
    asked: Option<Duration>,
    bounds: Bounds,
    draw: f64,
) -> Timestamp {
    let doubled = bounds.min.saturating_mul(2_u32.saturating_pow(failures.min(20)));
    let longest = bounds.max_failing.max(bounds.min);
    let interval = doubled.max(asked.unwrap_or_default()).clamp(bounds.min, longest);
    later(now, jittered(interval, draw))
}

/// Whether a source has been quiet for suspiciously long.
pub(crate) fn is_silent(gap: Option<Duration>, since_new: Duration, factor: u32, least: Duration) -> bool {
    let usual = gap.unwrap_or_default().saturating_mul(factor);
    since_new > usual.max(least)
}

fn jittered(interval: Duration, draw: f64) -> Duration {
    interval + interval.mul_f64(JITTER * draw.clamp(0.0, 1.0))
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// Moves a time out of the hours and days without news, but not past `latest`: a feed
/// that skips everything is not believed.
fn skip(mut at: Timestamp, wishes: &Wishes, latest: Timestamp) -> Timestamp {
    let skipped = |at: Timestamp| {
        let time = at.to_zoned(jiff::tz::TimeZone::UTC);
        let hour = u8::try_from(time.hour()).unwrap_or_default();
        let day = u8::try_from(time.weekday().to_monday_one_offset()).unwrap_or_default();
        wishes.skip_hours.contains(&hour) || wishes.skip_days.contains(&day)
    };
    while skipped(at) && at < latest {
        at = later(at, HOUR);
    }
    at.min(latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);
    const BOUNDS: Bounds =
        Bounds { min: MINUTE, max: Duration::from_hours(2), max_failing: Duration::from_hours(24) };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_guess_comes_from_dates() {
        let now = at("2024-03-01T12:00:00Z");
        let check = |dates: &[&str], minutes: Option<u64>| {
            let dates: Vec<Timestamp> = dates.iter().map(|date| at(date)).collect();
            assert_eq!(
                from_dates(&dates, now),
                minutes.map(|minutes| MINUTE * u32::try_from(minutes).unwrap())
            );
        };
        check(&[], None);
        check(&["2024-03-01T11:00:00Z"], None);
        check(&["2024-03-01T11:00:00Z", "2024-03-01T11:50:00Z", "2024-03-01T11:30:00Z"], Some(30));
        check(&["2024-03-01T08:00:00Z", "2024-03-01T07:50:00Z"], Some(60));
        check(&["2041-01-01T00:00:00Z", "2024-03-01T11:55:00Z", "2024-03-01T11:45:00Z"], Some(10));
        check(&["2024-03-01T11:00:00Z", "2024-03-01T11:00:00Z"], Some(15));
    }

    #[test]
    fn the_rhythm_follows_what_polls_bring() {
        let check = |gap: Option<u32>, new, quiet: Option<u32>, expected: Option<u32>| {
            let minutes = |value: Option<u32>| value.map(|value| MINUTE * value);
            assert_eq!(
                learnt(minutes(gap), new, minutes(quiet)),
                minutes(expected),
                "{gap:?} {new} {quiet:?}"
            );
        };
        check(None, 5, None, None);
        check(None, 0, Some(10), None);
        check(None, 2, Some(10), Some(5));
        check(Some(10), 1, Some(10), Some(10));
        check(Some(10), 1, Some(20), Some(13));
        check(Some(10), 0, Some(5), Some(10));
        check(Some(10), 0, Some(90), Some(90));
        assert_eq!(learnt(Some(MINUTE * 10), 4, Some(MINUTE * 20)), Some(Duration::from_secs(510)));
    }

    /// Minutes until the next poll.
    fn wait(gap: Option<u32>, wishes: &Wishes) -> u64 {
        let now = at("2024-03-01T12:00:00Z"); // a Friday
        let next = next_poll(now, gap.map(|gap| MINUTE * gap), wishes, BOUNDS, 0.0);
        u64::try_from(next.duration_since(now).as_secs() / 60).unwrap()
    }

    #[test]
    fn intervals_stay_within_bounds() {
        let none = Wishes::default();
        assert_eq!(wait(None, &none), 15);
        assert_eq!(wait(Some(1), &none), 1);
        assert_eq!(wait(Some(40), &none), 20);
        assert_eq!(wait(Some(100_000), &none), 120);
        let fresh = |minutes: u32| Wishes { fresh: Some(MINUTE * minutes), ..Wishes::default() };
        assert_eq!(wait(Some(40), &fresh(5)), 20);
        assert_eq!(wait(Some(40), &fresh(60)), 60);
        assert_eq!(wait(Some(40), &fresh(6_000)), 120);
    }

    #[test]
    fn hours_and_days_without_news_are_left_out() {
        let hours = |hours: &[u8]| Wishes { skip_hours: hours.to_vec(), ..Wishes::default() };
        assert_eq!(wait(Some(40), &hours(&[12])), 80);
        assert_eq!(wait(Some(40), &hours(&[13])), 20);
        assert_eq!(wait(Some(40), &hours(&(0..24).collect::<Vec<_>>())), 120, "not believed");
        let days = |days: &[u8]| Wishes { skip_days: days.to_vec(), ..Wishes::default() };
        assert_eq!(wait(Some(40), &days(&[5])), 120);
        assert_eq!(wait(Some(40), &days(&[6])), 20);
    }

    #[test]
    fn failures_slow_down_and_requests_are_obeyed() {
        let now = at("2024-03-01T12:00:00Z");
        let minutes = |failures, asked: Option<u32>| {
            let next = next_try(now, failures, asked.map(|asked| MINUTE * asked), BOUNDS, 0.0);
            next.duration_since(now).as_secs() / 60
        };
        assert_eq!([1, 2, 3, 5].map(|failures| minutes(failures, None)), [2, 4, 8, 32]);
        assert_eq!(minutes(u32::MAX, None), 24 * 60);
        assert_eq!(minutes(1, Some(90)), 90);
        assert_eq!(minutes(5, Some(1)), 32);
        assert_eq!(minutes(1, Some(1_000_000)), 24 * 60);
        let latest = next_try(now, 1, None, BOUNDS, 1.0).duration_since(now).as_secs();
        assert_eq!(latest, 132);
    }

    #[test]
    fn silence_is_measured_by_the_rhythm() {
        let silent =
            |gap: Option<u32>, since: u32| is_silent(gap.map(|gap| MINUTE * gap), MINUTE * since, 10, HOUR);
        assert!(!silent(Some(60), 599) && silent(Some(60), 601));
        assert!(!silent(Some(1), 59) && silent(Some(1), 61));
        assert!(silent(None, 61));
    }
}
