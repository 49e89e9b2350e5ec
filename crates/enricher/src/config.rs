//! The `[enricher]` section.

use dateline_runtime::units::{ByteSize, HumanDuration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// What is said where the accurate mode is asked for and not built in.
pub(crate) const NO_TRANSFORMER: &str = "enricher.transformer.folder is set, and this dateline was built without \
    transformers; build it with `cargo build --release --features transformer`, or take the key out";

/// How articles are enriched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EnricherConfig {
    /// Threads for the work; 0 takes one for each core.
    pub threads: usize,
    /// Articles under way at once in this process.
    pub in_flight: usize,
    /// Largest body; a longer article becomes a dead letter.
    pub max_text: ByteSize,
    /// IANA time zone of publication times that name none ("Europe/Kyiv").
    /// Unset: they are taken as UTC and marked as assumed.
    pub default_zone: Option<String>,
    /// Whether records go to the sinks packed, each as a Zstandard frame (RFC
    /// 8878), which has a fifth of the bytes. Without it they go as JSON, for
    /// readers of their own on `dateline.enriched.>` that do not unpack. Sinks
    /// take both.
    pub compress: bool,
    /// Own gazetteers, behind the shipped one: files of `dateline gazetteer
    /// build`, or plain lists.
    pub gazetteers: Vec<PathBuf>,
    /// How often these files are looked at; a changed one is read again.
    pub gazetteer_check: HumanDuration,
    /// Names by a transformer in place of the built-in model.
    pub transformer: TransformerConfig,
}

/// The accurate mode: names by a transformer. For a `dateline` that was built
/// with the feature `transformer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TransformerConfig {
    /// Folder of a token classifier (`bert` or `distilbert`): config.json,
    /// model.safetensors, and tokenizer.json or vocab.txt. Unset: the built-in
    /// model finds the names.
    pub folder: Option<PathBuf>,
    /// Languages that it reads, as primary subtags; others are read as without
    /// it.
    pub languages: Vec<String>,
    /// Words of an article that it reads; the built-in model reads the rest.
    pub max_words: usize,
}

impl Default for TransformerConfig {
    fn default() -> Self {
        Self { folder: None, languages: vec!["en".to_owned()], max_words: 2000 }
    }
}

impl Default for EnricherConfig {
    fn default() -> Self {
        Self {
            threads: 0,
            in_flight: 256,
            max_text: ByteSize(1 << 20),
            default_zone: None,
            compress: true,
            gazetteers: Vec::new(),
            gazetteer_check: HumanDuration(Duration::from_secs(5)),
            transformer: TransformerConfig::default(),
        }
    }
}

impl EnricherConfig {
    /// What is wrong across fields, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        if self.in_flight == 0 {
            return Err("enricher.in_flight must be at least 1".to_owned());
        }
        if self.gazetteer_check.0.is_zero() {
            return Err("enricher.gazetteer_check must be longer than 0; 5s is usual".to_owned());
        }
        if self.transformer.folder.is_some() && !cfg!(feature = "transformer") {
            return Err(NO_TRANSFORMER.to_owned());
        }
        Ok(())
    }

    /// Threads to start.
    #[must_use]
    pub fn effective_threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            threads => threads,
        }
    }
}
