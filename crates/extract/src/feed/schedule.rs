//! How often a feed asks to be fetched.

use std::time::Duration;

/// What a feed says of its own rhythm. All of it is a wish: whoever polls
/// keeps bounds of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    /// RSS `ttl`: how long a copy may be kept.
    pub ttl: Option<Duration>,
    /// Hours of the day in UTC (0 to 23) without news; each once, ascending.
    pub skip_hours: Vec<u8>,
    /// Days of the week without news, 1 for Monday to 7 for Sunday; each once,
    /// ascending.
    pub skip_days: Vec<u8>,
    /// `sy:updatePeriod` over `sy:updateFrequency`: time between two updates.
    pub update_interval: Option<Duration>,
}

/// The parts of a schedule as they are read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    schedule: Schedule,
    period: Option<Duration>,
    frequency: Option<u32>,
}

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;
/// No feed has more to say than this.
const YEAR: u64 = 365 * DAY;

impl Draft {
    /// Minutes, as RSS has it.
    pub(super) fn ttl(&mut self, written: &str) {
        let minutes = written.trim().parse::<u64>().ok().filter(|&minutes| minutes > 0);
        let seconds = minutes.map(|minutes| minutes.saturating_mul(MINUTE).min(YEAR));
        self.schedule.ttl = seconds.map(Duration::from_secs).or(self.schedule.ttl);
    }

    /// 0 to 23; some count to 24.
    pub(super) fn hour(&mut self, written: &str) {
        let hour = written.trim().parse::<u8>().ok().filter(|&hour| hour <= 24).map(|hour| hour % 24);
        insert(&mut self.schedule.skip_hours, hour);
    }

    pub(super) fn day(&mut self, written: &str) {
        const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let written = written.trim().to_ascii_lowercase();
        let day = (1..).zip(DAYS).find(|(_, name)| written.starts_with(name)).map(|(day, _)| day);
        insert(&mut self.schedule.skip_days, day);
    }

    pub(super) fn period(&mut self, written: &str) {
        let seconds = match written.trim().to_ascii_lowercase().as_str() {
            "hourly" => DAY / 24,
            "daily" => DAY,
            "weekly" => 7 * DAY,
            "monthly" => 30 * DAY,
            "yearly" => YEAR,
            _ => return,
        };
        self.period = Some(Duration::from_secs(seconds));
    }

    pub(super) fn frequency(&mut self, written: &str) {
        self.frequency = written.trim().parse().ok().filter(|&frequency| frequency > 0).or(self.frequency);
    }

    pub(super) fn finish(self) -> Schedule {
        // A frequency alone is one of the default period, a day.
        let period = self.period.or(self.frequency.map(|_| Duration::from_secs(DAY)));
        let update_interval = period.map(|period| period / self.frequency.unwrap_or(1));
        Schedule { update_interval, ..self.schedule }
    }
}

fn insert(values: &mut Vec<u8>, value: Option<u8>) {
    let Some(value) = value else { return };
    if let Err(at) = values.binary_search(&value) {
        values.insert(at, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(fill: impl Fn(&mut Draft)) -> Option<u64> {
        let mut draft = Draft::default();
        fill(&mut draft);
        let schedule = draft.finish();
        schedule.ttl.or(schedule.update_interval).map(|time| time.as_secs() / MINUTE)
    }

    #[test]
    fn times_between_updates() {
        assert_eq!(minutes(|draft| draft.ttl(" 60 ")), Some(60));
        assert_eq!(minutes(|draft| draft.ttl("0")), None);
        assert_eq!(minutes(|draft| draft.ttl("soon")), None);
        assert_eq!(minutes(|draft| draft.ttl("99999999999999999")), Some(YEAR / MINUTE));
        assert_eq!(minutes(|draft| draft.period("Hourly")), Some(60));
        assert_eq!(minutes(|draft| draft.period("often")), None);
        assert_eq!(
            minutes(|draft| {
                draft.frequency("4");
                draft.period("hourly");
            }),
            Some(15)
        );
        assert_eq!(minutes(|draft| draft.frequency("2")), Some(12 * 60));
        assert_eq!(minutes(|draft| draft.frequency("0")), None);
    }

    #[test]
    fn quiet_hours_and_days() {
        let mut draft = Draft::default();
        for hour in ["3", "24", "0", "25", "x", " 1 "] {
            draft.hour(hour);
        }
        for day in ["Sunday", "sat", "Never", " Monday "] {
            draft.day(day);
        }
        let schedule = draft.finish();
        assert_eq!((schedule.skip_hours, schedule.skip_days), (vec![0, 1, 3], vec![1, 6, 7]));
    }
}
