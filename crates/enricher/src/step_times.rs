//! How long each step of enrichment took.

use std::time::{Duration, Instant};

/// A step of [`Enrichment`](crate::Enrichment), in the order of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Which language the text is in.
    Language,
    /// Tokens, sentences and the code-point index, shared by the steps below.
    Tokens,
    /// The publication date and the dates in the text.
    Dates,
    /// People, organisations, places and other names.
    Entities,
    /// Readability and counts.
    Measures,
    /// Everything put into its place in the record.
    Record,
}

impl Step {
    /// All steps, in the order of work.
    pub const ALL: [Self; 6] =
        [Self::Language, Self::Tokens, Self::Dates, Self::Entities, Self::Measures, Self::Record];

    /// Its name, as in metrics and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Language => "language",
            Self::Tokens => "tokens",
            Self::Dates => "dates",
            Self::Entities => "entities",
            Self::Measures => "measures",
            Self::Record => "record",
        }
    }
}

/// Time spent in each step, added up over any number of articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepTimes([Duration; Step::ALL.len()]);

impl StepTimes {
    /// The time spent in one step.
    #[must_use]
    pub fn of(&self, step: Step) -> Duration {
        self.0[step as usize]
    }

    /// Each step with its time, in the order of work.
    pub fn iter(&self) -> impl Iterator<Item = (Step, Duration)> + '_ {
        Step::ALL.into_iter().map(|step| (step, self.of(step)))
    }

    /// The time of all steps together.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.0.iter().sum()
    }
}

/// Writes the time since the last mark to the step that ends at this one.
pub(crate) struct Laps<'a> {
    times: &'a mut StepTimes,
    last: Instant,
}

impl<'a> Laps<'a> {
    pub(crate) fn start(times: &'a mut StepTimes) -> Self {
        Self { times, last: Instant::now() }
    }

    /// What all steps took so far, those of earlier articles included.
    pub(crate) fn so_far(&self) -> Duration {
        self.times.total()
    }

    pub(crate) fn end(&mut self, step: Step) {
        let now = Instant::now();
        self.times.0[step as usize] += now - self.last;
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laps_add_up_to_the_whole() {
        let mut times = StepTimes::default();
        let started = Instant::now();
        let mut laps = Laps::start(&mut times);
        laps.end(Step::Language);
        laps.end(Step::Dates);
        laps.end(Step::Dates);
        assert!(times.total() <= started.elapsed());
        assert_eq!(times.of(Step::Language) + times.of(Step::Dates), times.total());
    }

    #[test]
    fn steps_have_names_of_their_own() {
        let names: std::collections::BTreeSet<_> = Step::ALL.map(Step::as_str).into_iter().collect();
        assert_eq!(names.len(), Step::ALL.len());
    }
}
