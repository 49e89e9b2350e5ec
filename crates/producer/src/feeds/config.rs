//! The `[producer.feeds]` section: which sources are polled, and how often.

use super::websub::WebSubConfig;
use crate::fetch::HttpConfig;
use dateline_runtime::units::HumanDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// Live polling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FeedsConfig {
    /// Whether this process polls.
    pub enabled: bool,
    /// Lists of sources, such as config/feeds.toml. More are added with `dateline sources add`.
    pub files: Vec<PathBuf>,
    /// How often lists and commands are looked at.
    pub refresh: HumanDuration,
    /// Polls under way at once.
    pub concurrent: usize,
    /// Shortest interval between two polls of a source.
    pub min_interval: HumanDuration,
    /// Longest interval between two polls of a source that works.
    pub max_interval: HumanDuration,
    /// Longest interval between two polls of a source that fails.
    pub max_failure_interval: HumanDuration,
    /// How long a permanent redirect must hold before it is believed; the same goes for
    /// a server that says that a source is gone for good (410).
    pub believe_redirect_after: HumanDuration,
    /// How long one poll may be under way before another producer may take the source.
    pub lease: HumanDuration,
    /// Items that are remembered of each source.
    pub seen_items: usize,
    /// Most items of one answer.
    pub max_items: usize,
    /// Pages fetched for one poll; the others wait for the next one.
    pub pages_per_poll: usize,
    /// A source is silent when it gave nothing new for this many times its rhythm ...
    pub silence_factor: u32,
    /// ... and for at least so long.
    pub silence_min: HumanDuration,
    /// Sources with metrics of their own; all others count as `other`.
    pub labelled_sources: usize,
    /// How foreign servers are asked.
    pub http: HttpConfig,
    /// Deliveries by hubs.
    pub websub: WebSubConfig,
}

impl Default for FeedsConfig {
    fn default() -> Self {
        let seconds = |seconds| HumanDuration(Duration::from_secs(seconds));
        let hours = |hours| HumanDuration(Duration::from_hours(hours));
        Self {
            enabled: true,
            files: Vec::new(),
            refresh: seconds(10),
            concurrent: 64,
            min_interval: seconds(120),
            max_interval: hours(2),
            max_failure_interval: hours(24),
            believe_redirect_after: hours(72),
            lease: seconds(180),
            seen_items: 1000,
            max_items: 5000,
            pages_per_poll: 30,
            silence_factor: 10,
            silence_min: hours(24),
            labelled_sources: 500,
            http: HttpConfig::default(),
            websub: WebSubConfig::default(),
        }
    }
}

impl FeedsConfig {
    /// What is wrong across fields, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        if self.min_interval > self.max_interval {
            return Err("producer.feeds.min_interval is longer than max_interval; swap them".to_owned());
        }
        if self.min_interval.0.is_zero() || self.refresh.0.is_zero() {
            return Err("producer.feeds.min_interval and refresh must be longer than nothing".to_owned());
        }
        if self.concurrent == 0 || self.seen_items == 0 || self.max_items == 0 || self.pages_per_poll == 0 {
            return Err(
                "producer.feeds.concurrent, seen_items, max_items and pages_per_poll must be at least 1"
                    .to_owned(),
            );
        }
        if self.lease.0 <= self.http.timeout.0 {
            return Err(
                "producer.feeds.lease must be longer than http.timeout, or a slow answer loses its source"
                    .to_owned(),
            );
        }
        self.websub.validate()?;
        self.http.validate()
    }
}
