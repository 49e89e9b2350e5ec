//! Labels whose values are bounded, so that no input can make series without end.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// What a value becomes that is not in the set, or one too many.
pub const OTHER: &str = "other";

/// Longest value of an open label, in bytes.
const LONGEST: usize = 80;

/// By what the series of a metric are told apart.
#[derive(Debug)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// Which values it may have.
    pub values: Values,
    /// What it means, for the page of metrics.
    pub help: &'static str,
    /// Values that an open label has had in this process.
    seen: Mutex<BTreeSet<String>>,
}

/// The values of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// One of these; anything else is counted as [`OTHER`].
    OneOf(&'static [&'static str]),
    /// So many different ones in a process, first come, first served; the rest is counted
    /// as [`OTHER`].
    AtMost(usize),
}

impl Label {
    /// A label with a fixed set of values.
    pub(super) const fn one_of(
        name: &'static str,
        values: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self { name, values: Values::OneOf(values), help, seen: Mutex::new(BTreeSet::new()) }
    }

    /// A label whose values come from configuration or from outside.
    pub(super) const fn at_most(name: &'static str, most: usize, help: &'static str) -> Self {
        Self { name, values: Values::AtMost(most), help, seen: Mutex::new(BTreeSet::new()) }
    }

    /// Most series that the label can make.
    #[must_use]
    pub fn most(&self) -> usize {
        match self.values {
            Values::OneOf(values) => values.len() + usize::from(!values.contains(&OTHER)),
            Values::AtMost(most) => most + 1,
        }
    }

    /// `value` if the label may have it, else [`OTHER`].
    #[must_use]
    pub fn bounded<'a>(&self, value: &'a str) -> Cow<'a, str> {
        let known = match self.values {
            Values::OneOf(values) => values.contains(&value),
            Values::AtMost(most) => self.is_seen(value, most),
        };
        Cow::Borrowed(if known { value } else { OTHER })
    }

    fn is_seen(&self, value: &str, most: usize) -> bool {
        if value.len() > LONGEST {
            return false;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.contains(value) {
            return true;
        }
        let room = seen.len() < most;
        if room {
            seen.insert(value.to_owned());
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_outside_the_set_are_other() {
        let label = Label::one_of("x", &["a", "b"], "");
        for (value, expected) in [("a", "a"), ("b", "b"), ("c", OTHER), ("", OTHER), (OTHER, OTHER)] {
            assert_eq!(label.bounded(value), expected);
        }
        assert_eq!(label.most(), 3);
    }

    #[test]
    fn an_open_label_takes_so_many_and_keeps_them() {
        let label = Label::at_most("x", 100, "");
        let different: BTreeSet<String> =
            (0..10_000).map(|n| label.bounded(&format!("source-{n}")).into_owned()).collect();
        assert_eq!((different.len(), label.most()), (101, 101));
        assert_eq!(label.bounded("source-3"), "source-3");
        assert_eq!(label.bounded("source-9999"), OTHER);
        assert_eq!(label.bounded(&"x".repeat(1 << 20)), OTHER);
    }
}
