//! Section `[retention]`: how long articles are kept, and letting them go.

use dateline_runtime::ErrorChain;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::telemetry::catalogue::{RETENTION_FAILURES, RETENTION_REMOVED};
use dateline_runtime::units::HumanDuration;
use dateline_store::{AgeFrom, Expiry, RecordStore, Removed, Sources, StoreError, Vacuum};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Articles that go in one transaction: few enough that nobody waits long.
const PART: usize = 200;

/// How long the first store keeps articles. Without `keep` and sources: for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionConfig {
    /// How long articles are kept; absent: for ever.
    pub keep: Option<HumanDuration>,
    /// From which time on an article ages: `ingested` or `published`.
    pub from: AgeFrom,
    /// How often the sink looks for old articles.
    pub every: HumanDuration,
    /// Sources with a time of their own.
    pub sources: Vec<SourceRetention>,
}

/// How long the articles of one source are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRetention {
    /// Id of the source.
    pub source: String,
    /// How long; absent: for ever.
    #[serde(default)]
    pub keep: Option<HumanDuration>,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self {
            keep: None,
            from: AgeFrom::Ingested,
            every: HumanDuration(Duration::from_hours(1)),
            sources: Vec::new(),
        }
    }
}

impl RetentionConfig {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        let mut names = HashSet::new();
        for rule in &self.sources {
            if !names.insert(&rule.source) {
                return Err(format!("retention.sources names `{}` twice; keep one of them", rule.source));
            }
        }
        let all = self.sources.iter().map(|rule| rule.keep).chain([self.keep]);
        if all.flatten().any(|keep| keep.0.is_zero()) {
            return Err("retention.keep is 0, which would keep nothing; give a time such as 365d".to_owned());
        }
        if self.every.0 < Duration::from_secs(1) {
            return Err(format!("retention.every is {}; give at least 1s", self.every));
        }
        Ok(())
    }

    /// Which articles are too old at this moment: one answer for each source with
    /// a time of its own, one for all others.
    #[must_use]
    pub fn expiries(&self, now: Timestamp) -> Vec<Expiry> {
        let own: Vec<String> = self.sources.iter().map(|rule| rule.source.clone()).collect();
        let of_sources = self.sources.iter().map(|rule| (rule.keep, Sources::One(rule.source.clone())));
        of_sources
            .chain([(self.keep, Sources::AllBut(own))])
            .filter_map(|(keep, sources)| {
                let keep = SignedDuration::try_from(keep?.0).ok()?;
                // Longer than time itself is for ever.
                let before = now.checked_sub(keep).ok()?;
                Some(Expiry { before, age: self.from, sources })
            })
            .collect()
    }
}

/// Lets all old articles go, a part at a time, and then the entities that no other article
/// names. What went before a failure is gone.
///
/// # Errors
/// What stood in the way.
pub async fn remove_expired(
    store: &dyn RecordStore,
    config: &RetentionConfig,
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<Removed, StoreError> {
    let mut removed = Removed::default();
    for expiry in config.expiries(now) {
        while !stop.is_cancelled() {
            let part = store.remove(expiry.clone(), PART).await?;
            if part.total() == 0 {
                break;
            }
            for (source, count) in &part.articles {
                RETENTION_REMOVED.with([source]).increment(*count);
            }
            removed.add(part);
        }
    }
    if removed.total() > 0 && !stop.is_cancelled() {
        removed.entities = Some(store.forget_entities().await?);
    }
    Ok(removed)
}

/// Looks for old articles now and then, until `stop`. Does nothing where all are
/// kept for ever.
pub async fn run_retention(
    store: Arc<dyn RecordStore>,
    config: RetentionConfig,
    clock: SharedClock,
    stop: CancellationToken,
) {
    if config.expiries(clock.now()).is_empty() {
        return;
    }
    while !stop.is_cancelled() {
        match look_once(&*store, &config, clock.now(), &stop).await {
            Ok(removed) if removed.total() > 0 => {
                tracing::info!(
                    articles = removed.total(),
                    versions = removed.versions,
                    entities = removed.entities,
                    "old articles removed"
                );
            }
            Ok(_) => {}
            Err(error) => {
                RETENTION_FAILURES.increment();
                tracing::warn!(error = %ErrorChain(&error), "old articles could not be removed; it will be tried again");
            }
        }
        stop.run_until_cancelled(tokio::time::sleep(config.every.0)).await;
    }
}

async fn look_once(
    store: &dyn RecordStore,
    config: &RetentionConfig,
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<Removed, StoreError> {
    let removed = remove_expired(store, config, now, stop).await?;
    if removed.total() > 0 {
        store.vacuum(Vacuum::Gentle).await?;
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: u64) -> HumanDuration {
        HumanDuration(Duration::from_hours(24 * count))
    }

    fn rule(source: &str, keep: Option<HumanDuration>) -> SourceRetention {
        SourceRetention { source: source.into(), keep }
    }

    #[test]
    fn each_rule_gives_what_is_too_old() {
        let now: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let check = |config: RetentionConfig, expected: &[(&str, Sources)]| {
            let found: Vec<_> = config
                .expiries(now)
                .into_iter()
                .map(|expiry| (expiry.before.to_string(), expiry.sources))
                .collect();
            let expected: Vec<_> =
                expected.iter().map(|(at, sources)| ((*at).to_owned(), sources.clone())).collect();
            assert_eq!(found, expected, "{config:?}");
        };
        let config = RetentionConfig::default();
        check(config.clone(), &[]);
        let all = Sources::AllBut(Vec::new());
        check(RetentionConfig { keep: Some(days(1)), ..config.clone() }, &[("2026-11-21T00:00:00Z", all)]);
        let sources = vec![rule("wire", Some(days(2))), rule("archive", None)];
        let others = Sources::AllBut(vec!["wire".into(), "archive".into()]);
        check(
            RetentionConfig { keep: Some(days(10)), sources: sources.clone(), ..config.clone() },
            &[("2026-11-20T00:00:00Z", Sources::One("wire".into())), ("2026-11-12T00:00:00Z", others)],
        );
        check(
            RetentionConfig { sources, ..config.clone() },
            &[("2026-11-20T00:00:00Z", Sources::One("wire".into()))],
        );
        check(RetentionConfig { keep: Some(days(10_000_000)), ..config }, &[]);
    }

    #[test]
    fn what_would_keep_nothing_is_refused() {
        let check = |config: RetentionConfig, word: &str| {
            let fault = config.validate().unwrap_err();
            assert!(fault.contains(word), "{fault}");
        };
        let config = RetentionConfig::default();
        config.validate().unwrap();
        check(RetentionConfig { keep: Some(days(0)), ..config.clone() }, "keep nothing");
        check(RetentionConfig { sources: vec![rule("a", Some(days(0)))], ..config.clone() }, "keep nothing");
        check(
            RetentionConfig { sources: vec![rule("a", None), rule("a", Some(days(1)))], ..config.clone() },
            "`a` twice",
        );
        check(RetentionConfig { every: HumanDuration(Duration::ZERO), ..config }, "at least 1s");
    }
}
