//! The types through which metrics are counted. A family is all series of one name; how
//! many labels it has is part of its type, so that none can be forgotten.

use std::borrow::Cow;

use metrics::{Counter, Gauge, Histogram, SharedString};

use super::label::Label;

/// What a family looks like from outside.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its name, unit included.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// By what its series are told apart.
    pub labels: &'static [&'static Label],
    /// What it says, in one sentence.
    pub help: &'static str,
    /// Upper bounds of a histogram's buckets; empty for the others.
    pub buckets: &'static [f64],
}

/// The kinds of Prometheus' metrics that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counted in buckets.
    Histogram,
}

impl Kind {
    /// As Prometheus names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

impl Definition {
    /// Most series that a process can make of it; a histogram's buckets, sum and count are
    /// series of their own.
    #[must_use]
    pub fn most_series(&self) -> usize {
        let each = if self.kind == Kind::Histogram { self.buckets.len() + 3 } else { 1 };
        self.labels.iter().map(|label| label.most()).product::<usize>() * each
    }
}

macro_rules! family {
    ($(#[$doc:meta])* $family:ident, $handle:ident, $kind:ident, $macro:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $family<const N: usize> {
            definition: Definition,
        }

        impl<const N: usize> $family<N> {
            pub(super) const fn new(
                name: &'static str,
                labels: &'static [&'static Label; N],
                help: &'static str,
                buckets: &'static [f64],
            ) -> Self {
                Self { definition: Definition { name, kind: Kind::$kind, labels, help, buckets } }
            }

            /// What it looks like from outside.
            #[must_use]
            pub const fn definition(&self) -> Definition {
                self.definition
            }

            /// The series with these label values, in the order of the table. Keep it where
            /// it is used often.
            pub fn with(&self, values: [&str; N]) -> $handle {
                metrics::$macro!(self.definition.name, labels(&self.definition, &values))
            }
        }
    };
}

family!(
    /// Counters of one name.
    Counters, Counter, Counter, counter
);
family!(
    /// Gauges of one name.
    Gauges, Gauge, Gauge, gauge
);
family!(
    /// Histograms of one name.
    Histograms, Histogram, Histogram, histogram
);

impl Counters<0> {
    /// Adds one to the only series.
    pub fn increment(&self) {
        self.with([]).increment(1);
    }
}

impl Gauges<0> {
    /// Sets the only series.
    pub fn set(&self, value: f64) {
        self.with([]).set(value);
    }
}

impl Histograms<0> {
    /// Records into the only series.
    pub fn record(&self, value: f64) {
        self.with([]).record(value);
    }
}

fn labels(definition: &Definition, values: &[&str]) -> Vec<metrics::Label> {
    let shared = |label: &Label, value: &str| -> SharedString {
        // A value of the fixed set needs no copy of its own.
        if let super::label::Values::OneOf(known) = label.values {
            return known.iter().find(|one| **one == value).copied().unwrap_or(super::label::OTHER).into();
        }
        match label.bounded(value) {
            Cow::Borrowed(value) => value.to_owned().into(),
            Cow::Owned(value) => value.into(),
        }
    };
    let pairs = definition.labels.iter().zip(values);
    pairs.map(|(label, value)| metrics::Label::new(label.name, shared(label, value))).collect()
}
