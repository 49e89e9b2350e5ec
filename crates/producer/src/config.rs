//! The `[producer]` section.

use crate::FeedsConfig;
use dateline_extract::Limits;
use dateline_runtime::units::{ByteSize, HumanDuration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// What is read, and how much of it at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProducerConfig {
    /// Raw articles that the enricher may lag behind before sources pause.
    pub high_water: u64,
    /// Lag at which they go on.
    pub low_water: u64,
    /// Largest article (title, summary and text), in bytes of UTF-8.
    pub max_article: ByteSize,
    /// Largest input (one file, one push).
    pub max_input: ByteSize,
    /// Most articles of one input.
    pub max_articles: usize,
    /// Where cursors are kept.
    pub state_dir: Option<PathBuf>,
    /// Folders that are watched.
    pub files: FilesConfig,
    /// HTTP push.
    pub push: PushConfig,
    /// Live polling.
    pub feeds: FeedsConfig,
}

impl Default for ProducerConfig {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            high_water: 20_000,
            low_water: 5_000,
            max_article: ByteSize(limits.max_article_bytes as u64),
            max_input: ByteSize(limits.max_input_bytes as u64),
            max_articles: limits.max_articles,
            state_dir: None,
            files: FilesConfig::default(),
            push: PushConfig::default(),
            feeds: FeedsConfig::default(),
        }
    }
}

impl ProducerConfig {
    /// The limits that extraction keeps to.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let bytes = |size: ByteSize| usize::try_from(size.0).unwrap_or(usize::MAX);
        Limits {
            max_input_bytes: bytes(self.max_input),
            max_article_bytes: bytes(self.max_article),
            max_articles: self.max_articles,
            ..Limits::default()
        }
    }

    /// What is wrong across fields, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        if self.low_water >= self.high_water {
            return Err(format!(
                "producer.low_water is {} and high_water {}; low_water must be the smaller one",
                self.low_water, self.high_water
            ));
        }
        if self.max_article.0 > self.max_input.0 {
            return Err("producer.max_article is larger than max_input; an article cannot exceed its input"
                .to_owned());
        }
        if !self.push.listen.ip().is_loopback() && self.push.token_file.is_none() && self.push.enabled {
            return Err(format!(
                "producer.push.listen is {}, open to others, without a token_file; set one, or listen on 127.0.0.1",
                self.push.listen
            ));
        }
        self.feeds.validate()
    }
}

/// `[producer.files]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FilesConfig {
    /// How often folders are looked at.
    pub poll: HumanDuration,
    /// The folders.
    #[serde(rename = "folder", skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<FolderConfig>,
}

impl Default for FilesConfig {
    fn default() -> Self {
        Self { poll: HumanDuration(Duration::from_millis(250)), folders: Vec::new() }
    }
}

/// `[[producer.files.folder]]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderConfig {
    /// The folder; files in a subfolder get the subfolder's name as source.
    pub path: PathBuf,
    /// Source of files at its top.
    pub source: String,
}

/// `[producer.push]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PushConfig {
    /// Whether to listen.
    pub enabled: bool,
    /// Where.
    pub listen: SocketAddr,
    /// File with the bearer token that senders must show.
    pub token_file: Option<PathBuf>,
    /// Largest request body.
    pub max_body: ByteSize,
    /// Requests under way at once; more get 429.
    pub max_requests: usize,
    /// Requests a second from one address; more get 429.
    pub max_rate: NonZeroU32,
    /// Source of articles whose sender names none (`?source=`).
    pub source: String,
}

impl Default for PushConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8480)),
            token_file: None,
            max_body: ByteSize(16 << 20),
            max_requests: 64,
            max_rate: NonZeroU32::new(1_000).expect("not zero"),
            source: "push".to_owned(),
        }
    }
}
