//! What is to be done about a failure.

use std::fmt;

/// The decision that every stage error carries with it.
///
/// The code that meets an error rarely knows what it means; the code that makes it does.
/// So each error type answers `disposition()`, and the driver of a stage only obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// The surroundings failed (a broker, a disk, a network): hand the message back and
    /// try again after a growing delay.
    Retry,
    /// The message itself is bad, and would fail the same way every time: put it aside
    /// with its reason, and go on with the next.
    DeadLetter,
    /// Going on would break a promise or serves no purpose: stop the process and say why.
    Fatal,
}

impl Disposition {
    /// The name used as a metric label and in dead letters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::DeadLetter => "dead_letter",
            Self::Fatal => "fatal",
        }
    }
}

impl fmt::Display for Disposition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
