//! What a hub was asked, and what it answered; kept in the bucket of the sources.

use jiff::{SignedDuration, Timestamp};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::time::Duration;

/// Longest that a hub is believed to remember us.
const LONGEST: Duration = Duration::from_hours(30 * 24);
/// Pause after a request that led to nothing; it doubles with each one.
const FIRST_PAUSE: Duration = Duration::from_mins(5);
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// One subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Subscription {
    /// The hub, and what it was asked for.
    pub(crate) hub: String,
    pub(crate) topic: String,
    /// Part of the callback's path: nobody else knows where to deliver.
    pub(crate) token: String,
    /// What deliveries are signed with.
    pub(crate) secret: String,
    pub(crate) requested_at: Timestamp,
    /// Requests since it was last confirmed.
    pub(crate) requests: u32,
    /// Until when the hub delivers, once it has confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Timestamp>,
    /// How long it was confirmed for.
    #[serde(default)]
    pub(crate) granted: Duration,
}

impl Subscription {
    /// A new one, with a token and a secret of its own.
    pub(super) fn new(hub: &str, topic: &str, now: Timestamp) -> Self {
        Self {
            hub: hub.to_owned(),
            topic: topic.to_owned(),
            token: random_hex(16),
            secret: random_hex(32),
            requested_at: now,
            requests: 0,
            until: None,
            granted: Duration::ZERO,
        }
    }

    /// Whether the hub delivers at this moment.
    pub(crate) fn is_active(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until > now)
    }

    /// Whether the hub is to be asked: at first, in the last third of what it granted, and
    /// again and again, ever more slowly, while it does not confirm.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let since_request = now.duration_since(self.requested_at);
        if self.requests > 0 {
            let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow((self.requests - 1).min(20)));
            // What is running out is asked for again before it has.
            let pause = if self.is_active(now) { pause.min(self.granted / 6) } else { pause };
            return since_request >= span(pause.min(LONGEST_PAUSE));
        }
        self.until.is_none_or(|until| until.duration_since(now) < span(self.granted / 3))
    }

    pub(super) fn note_request(&mut self, now: Timestamp) {
        self.requested_at = now;
        self.requests = self.requests.saturating_add(1);
    }

    /// The hub has confirmed for so long.
    pub(super) fn note_confirmed(&mut self, granted: Duration, now: Timestamp) {
        self.granted = granted.min(LONGEST);
        self.until = now.checked_add(span(self.granted)).ok();
        self.requests = 0;
    }

    /// The hub will not deliver, or not any more.
    pub(super) fn note_denied(&mut self) {
        self.until = None;
    }
}

fn span(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

fn random_hex(bytes: usize) -> String {
    let mut drawn = vec![0; bytes];
    SystemRandom::new().fill(&mut drawn).expect("every system that we run on has random bytes");
    drawn.iter().fold(String::with_capacity(bytes * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn a_hub_is_asked_ever_more_slowly_until_it_confirms() {
        let mut subscription = Subscription::new("https://hub.example/", "https://n.example/rss", at(0));
        assert!(subscription.is_due(at(0)));
        for (minute, next) in [(0, 5), (5, 15), (15, 35), (35, 75)] {
            subscription.note_request(at(minute));
            assert!(!subscription.is_due(at(next - 1)) && subscription.is_due(at(next)), "{minute}");
        }
        subscription.requests = u32::MAX;
        assert!(!subscription.is_due(at(35 + 23 * 60)) && subscription.is_due(at(35 + 24 * 60)));
    }

    #[test]
    fn what_runs_out_is_renewed_before() {
        let mut subscription = Subscription::new("https://hub.example/", "https://n.example/rss", at(0));
        subscription.note_request(at(0));
        subscription.note_confirmed(MINUTE * 90, at(1));
        assert!(subscription.is_active(at(90)) && !subscription.is_active(at(91)));
        assert!(!subscription.is_due(at(61)) && subscription.is_due(at(62)));
        subscription.note_request(at(62));
        assert!(!subscription.is_due(at(66)) && subscription.is_due(at(67)));
        subscription.note_denied();
        assert!(!subscription.is_active(at(70)));
        subscription.note_confirmed(Duration::MAX, at(70));
        assert!(!subscription.is_active(at(70 + 31 * 24 * 60)), "nobody is believed for ever");
    }

    #[test]
    fn tokens_and_secrets_are_unlike_each_other() {
        let new = || Subscription::new("h", "t", at(0));
        let (one, two) = (new(), new());
        assert_eq!((one.token.len(), one.secret.len()), (32, 64));
        assert!(one.token != two.token && one.secret != two.secret);
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Subscription>(&json).unwrap(), one);
    }
}
