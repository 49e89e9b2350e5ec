//! The subjects of the pipeline, built only from sanitised tokens.

use dateline_model::{Source, Stage, SubjectToken};
use std::fmt;

/// A subject of the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    /// `dateline.raw.<source>`
    #[must_use]
    pub fn raw(source: &Source) -> Self {
        Self(format!("dateline.raw.{}", source.id))
    }

    /// `dateline.enriched.<lang>.<source>`
    #[must_use]
    pub fn enriched(language: &str, source: &Source) -> Self {
        Self(format!("dateline.enriched.{}.{}", SubjectToken::new(language), source.id))
    }

    /// `dateline.stored.<lang>.<source>`
    #[must_use]
    pub fn stored(language: &str, source: &Source) -> Self {
        Self(format!("dateline.stored.{}.{}", SubjectToken::new(language), source.id))
    }

    /// `dateline.dead.<stage>.<source>`
    #[must_use]
    pub fn dead(stage: Stage, source: &SubjectToken) -> Self {
        Self(format!("dateline.dead.{}.{source}", stage.as_str()))
    }

    /// `dateline.dropped.<stage>.<source>`: the note of a letter that a person dropped
    #[must_use]
    pub(crate) fn dropped(stage: Stage, source: &SubjectToken) -> Self {
        Self(format!("dateline.dropped.{}.{source}", stage.as_str()))
    }

    /// `dateline-bench.<name>`: outside the pipeline, for measuring the broker.
    #[must_use]
    pub fn bench(name: &SubjectToken) -> Self {
        Self(format!("dateline-bench.{name}"))
    }

    /// `dateline.trial.<stream>.<sequence>`: the note of a suspect
    #[must_use]
    pub(crate) fn trial(stream: &str, sequence: u64) -> Self {
        Self(format!("dateline.trial.{}.{sequence}", SubjectToken::new(stream)))
    }

    /// A subject that a message of ours already came on (replay).
    pub(crate) fn verbatim(subject: &str) -> Self {
        Self(subject.to_owned())
    }

    /// The source token of a subject of ours: always the last one.
    #[must_use]
    pub fn source_of(subject: &str) -> SubjectToken {
        SubjectToken::new(subject.rsplit('.').next().unwrap_or_default())
    }

    /// What all subjects of one stream have in common and no other's: `dateline.raw`.
    pub(crate) fn family(&self) -> &str {
        let end = self.0.match_indices('.').nth(1).map_or(self.0.len(), |(end, _)| end);
        &self.0[..end]
    }

    /// The subject as the broker takes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_model::SourceKind;

    #[test]
    fn a_hostile_name_cannot_widen_a_subject() {
        for name in ["a.b", "a.>", "*", ">", "a b\r\nPUB x", "..", "$JS.API"] {
            let source = Source::new(name, SourceKind::Push);
            let subject = Subject::enriched("e.*", &source);
            assert_eq!(subject.as_str().split('.').count(), 4, "{name}");
            assert!(!subject.as_str().contains(['*', '>', ' ', '$', '\n']), "{name}");
            assert_eq!(Subject::source_of(subject.as_str()), source.id);
        }
    }
}
