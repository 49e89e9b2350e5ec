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

    /// Where a dead letter says that it came from, if that is a subject which a stage reads. A
    /// letter is written by one role and replayed with an operator's rights: it must not get
    /// those to any other subject.
    pub(crate) fn replayable(subject: &str) -> Option<Self> {
        let tokens = match subject.split('.').collect::<Vec<_>>().as_slice() {
            ["dateline", "raw", source] => vec![*source],
            ["dateline", "enriched", language, source] => vec![*language, *source],
            _ => return None,
        };
        let sanitised = tokens.iter().all(|token| SubjectToken::new(token).as_str() == *token);
        sanitised.then(|| Self(subject.to_owned()))
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
    use proptest::prelude::*;

    /// The tokens of each kind of subject that a name and a language go into.
    fn subjects(name: &str, language: &str) -> Vec<(Subject, usize)> {
        let source = Source::new(name, SourceKind::Push);
        let mut subjects = vec![
            (Subject::raw(&source), 3),
            (Subject::enriched(language, &source), 4),
            (Subject::stored(language, &source), 4),
            (Subject::trial(name, u64::MAX), 4),
            (Subject::bench(&SubjectToken::new(name)), 2),
        ];
        for stage in [Stage::Producer, Stage::Enricher, Stage::Sink] {
            subjects.push((Subject::dead(stage, &source.id), 4));
            subjects.push((Subject::dead(stage, &Subject::source_of(name)), 4));
            subjects.push((Subject::dropped(stage, &source.id), 4));
        }
        subjects
    }

    fn check_narrow(name: &str, language: &str) {
        for (subject, tokens) in subjects(name, language) {
            let found: Vec<&str> = subject.as_str().split('.').collect();
            assert_eq!(found.len(), tokens, "{subject} of {name:?} and {language:?}");
            for token in found {
                let narrow = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
                assert!(!token.is_empty() && token.chars().all(narrow), "{subject} of {name:?}");
            }
            assert!(subject.as_str().len() < 200, "{subject} of {name:?}");
        }
    }

    #[test]
    fn a_hostile_name_cannot_widen_a_subject() {
        for name in ["a.b", "a.>", "*", ">", "a b\r\nPUB x", "..", "$JS.API", "", "ÄÖ", "\0"] {
            check_narrow(name, "e.*");
            let source = Source::new(name, SourceKind::Push);
            assert_eq!(Subject::source_of(Subject::raw(&source).as_str()), source.id);
        }
    }

    proptest! {
        #[test]
        fn no_name_and_no_language_widens_a_subject(name in any::<String>(), language in any::<String>()) {
            check_narrow(&name, &language);
        }

        #[test]
        fn nor_do_the_characters_that_mean_something_to_the_broker(
            name in "[.*> $\r\n\ta-zA-Z0-9_-]{0,300}", language in "[.*>A-Za-z]{0,9}"
        ) {
            check_narrow(&name, &language);
        }

        #[test]
        fn a_letter_is_replayed_only_to_where_a_stage_reads(subject in "(dateline|[$]JS|x)([.](raw|enriched|dead|[a-zA-Z*>]{0,3})){0,4}") {
            if let Some(replayed) = Subject::replayable(&subject) {
                let family = replayed.family();
                prop_assert!(["dateline.raw", "dateline.enriched"].contains(&family), "{}", subject);
                prop_assert!(!subject.contains(['*', '>']) && !subject.contains(".."), "{}", subject);
            }
        }
    }

    #[test]
    fn what_a_stage_reads_can_be_replayed() {
        let check = |subject: &str, expected: bool| {
            assert_eq!(Subject::replayable(subject).is_some(), expected, "{subject}");
        };
        check("dateline.raw.wire", true);
        check("dateline.enriched.en.wire", true);
        check("dateline.raw.wire.more", false);
        check("dateline.raw.>", false);
        check("dateline.raw.Wire", false);
        check("dateline.raw.", false);
        check("dateline.dead.sink.wire", false);
        check("$JS.API.STREAM.DELETE.DATELINE_RAW", false);
        check("", false);
    }
}
