//! Faults that a test plants into a running process, to see whether the tests notice.
//!
//! Read from `DATELINE_FAULTS` in builds with debug assertions or with the feature `faults`;
//! any other build has none of it.

use jiff::SignedDuration;
use std::sync::OnceLock;

/// What is wrong with this process on purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// The sink acknowledges before it has stored: the bug that the oracle must catch.
    pub ack_early: bool,
    /// The enricher ends the process when a payload holds this word.
    pub abort_on: Option<String>,
    /// How far the clock is off.
    pub clock_offset: SignedDuration,
}

impl Faults {
    /// Reads `ack-early,abort-on=WORD,clock=-3600` (seconds); unknown parts are ignored.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut faults = Self::default();
        for part in text.split(',') {
            match part.split_once('=') {
                None if part == "ack-early" => faults.ack_early = true,
                Some(("abort-on", word)) if !word.is_empty() => faults.abort_on = Some(word.to_owned()),
                Some(("clock", seconds)) => {
                    faults.clock_offset = SignedDuration::from_secs(seconds.parse().unwrap_or(0));
                }
                _ => {}
            }
        }
        faults
    }
}

/// The faults of this process.
#[must_use]
pub fn planted() -> &'static Faults {
    static PLANTED: OnceLock<Faults> = OnceLock::new();
    PLANTED.get_or_init(|| {
        let text = if cfg!(any(debug_assertions, feature = "faults")) {
            std::env::var("DATELINE_FAULTS").unwrap_or_default()
        } else {
            String::new()
        };
        Faults::parse(&text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read() {
        let check = |text: &str, expected: Faults| assert_eq!(Faults::parse(text), expected, "{text}");
        check("", Faults::default());
        check("nonsense,clock=soon,abort-on=", Faults::default());
        check("ack-early", Faults { ack_early: true, ..Faults::default() });
        check(
            "clock=-60,abort-on=boom",
            Faults {
                clock_offset: SignedDuration::from_secs(-60),
                abort_on: Some("boom".to_owned()),
                ..Faults::default()
            },
        );
    }
}
