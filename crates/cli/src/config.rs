//! The whole configuration: the sections of all crates under one root.

use crate::args::Common;
use anyhow::Context;
use dateline_bus::NatsConfig;
use dateline_console::ConsoleConfig;
use dateline_enricher::EnricherConfig;
use dateline_producer::ProducerConfig;
use dateline_runtime::admin::AdminConfig;
use dateline_runtime::config::{Loaded, load};
use dateline_runtime::telemetry::{LogConfig, OtlpConfig};
use dateline_runtime::units::{ByteSize, HumanDuration};
use dateline_sink::{RetentionConfig, SinkConfig};
use dateline_store::StoreConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "dateline.toml";

/// Everything that can be configured; see config/dateline.toml.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Folder of the pipeline's own files; relative paths below count from it.
    pub(crate) data_dir: PathBuf,
    /// How long a clean stop may take.
    pub(crate) grace: HumanDuration,
    pub(crate) log: LogConfig,
    pub(crate) admin: AdminConfig,
    pub(crate) telemetry: TelemetryConfig,
    pub(crate) nats: NatsConfig,
    pub(crate) broker: BrokerConfig,
    pub(crate) up: UpConfig,
    pub(crate) producer: ProducerConfig,
    pub(crate) enricher: EnricherConfig,
    pub(crate) sink: SinkConfig,
    pub(crate) store: StoreConfig,
    pub(crate) retention: RetentionConfig,
    pub(crate) console: ConsoleConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from(".dateline"),
            grace: HumanDuration(Duration::from_secs(25)),
            log: LogConfig::default(),
            admin: AdminConfig::default(),
            telemetry: TelemetryConfig::default(),
            nats: NatsConfig::default(),
            broker: BrokerConfig::default(),
            up: UpConfig::default(),
            producer: ProducerConfig::default(),
            enricher: EnricherConfig::default(),
            sink: SinkConfig::default(),
            store: StoreConfig::default(),
            retention: RetentionConfig::default(),
            console: ConsoleConfig::default(),
        }
    }
}

/// `[telemetry]`: what is told about the work, beside logs and metrics.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TelemetryConfig {
    /// Traces of articles for an OpenTelemetry collector.
    pub(crate) otlp: OtlpConfig,
}

/// `[broker]`: the nats-server that `dateline up` starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BrokerConfig {
    /// The program; without it `DATELINE_NATS_SERVER`, then `nats-server` on PATH.
    pub(crate) program: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes the last one again, or a free one.
    pub(crate) port: u16,
    /// When the server writes through to the disk.
    pub(crate) sync: SyncRule,
    /// Largest message.
    pub(crate) max_payload: ByteSize,
}

/// `[up]`: what `dateline up` reads beside the configured sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UpConfig {
    /// Folder that is watched for new articles, relative to `data_dir`.
    pub(crate) inbox: PathBuf,
    /// Folder of articles that are fed first.
    pub(crate) seeds: PathBuf,
}

impl Default for UpConfig {
    fn default() -> Self {
        Self { inbox: PathBuf::from("inbox"), seeds: PathBuf::from("seeds") }
    }
}

/// When the child broker writes through to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SyncRule {
    /// Before each acknowledgement: nothing accepted is lost to a power cut.
    Always,
    /// Every two minutes: faster, and a power cut loses that much. A crash of
    /// the process alone loses nothing either way.
    Lazy,
}

impl Default for BrokerConfig {
    fn default() -> Self {
        Self { program: None, port: 0, sync: SyncRule::Always, max_payload: ByteSize(8 << 20) }
    }
}

/// A configuration that is read but not sound.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unsound(pub(crate) String);

impl Config {
    /// `path` below the data folder, unless it is absolute.
    pub(crate) fn in_data_dir(&self, path: &Path) -> PathBuf {
        self.data_dir.join(path)
    }

    /// The store with its path below the data folder.
    pub(crate) fn store(&self) -> StoreConfig {
        self.side_store(&self.store)
    }

    /// A store beside the first, with its path below the data folder.
    pub(crate) fn side_store(&self, store: &StoreConfig) -> StoreConfig {
        StoreConfig { path: self.in_data_dir(&store.path), ..store.clone() }
    }

    /// Where cursors are kept.
    pub(crate) fn state_dir(&self) -> PathBuf {
        let configured = self.producer.state_dir.as_deref();
        self.in_data_dir(configured.unwrap_or(Path::new("state")))
    }

    /// Where the console's token is.
    pub(crate) fn console_token(&self) -> PathBuf {
        self.in_data_dir(self.console.token_file.as_deref().unwrap_or(Path::new("console.token")))
    }

    /// The inbox folder of `dateline up`.
    pub(crate) fn inbox(&self) -> PathBuf {
        self.in_data_dir(&self.up.inbox)
    }

    /// Two sinks that write to the same place would do everything twice.
    fn stores_differ(&self) -> Result<(), String> {
        let mut places = HashMap::from([(self.store.place(), "[store]".to_owned())]);
        for side in &self.sink.also {
            let name = format!("sink.also `{}`", side.name);
            if let Some(other) = places.insert(side.store.place(), name.clone()) {
                return Err(format!("{name} and {other} write to the same store; give each its own"));
            }
        }
        Ok(())
    }

    fn validate(&self) -> Result<(), Unsound> {
        self.nats
            .validate()
            .and_then(|()| self.producer.validate())
            .and_then(|()| self.enricher.validate())
            .and_then(|()| self.sink.validate())
            .and_then(|()| self.store.validate().map_err(|fault| format!("store.{fault}")))
            .and_then(|()| self.telemetry.otlp.validate())
            .and_then(|()| self.retention.validate())
            .and_then(|()| self.stores_differ())
            .map_err(Unsound)
    }
}

/// The JSON Schema of the configuration, made from the types.
pub(crate) fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Config);
    schema.insert("title".to_owned(), "Configuration of Dateline".into());
    schema.to_value()
}

/// Reads file, environment and command line, in rising order of precedence.
pub(crate) fn read(common: &Common) -> anyhow::Result<Loaded<Config>> {
    let default = Path::new(DEFAULT_FILE);
    let file = common.config.as_deref().or_else(|| default.exists().then_some(default));
    let mut loaded: Loaded<Config> = load(file, std::env::vars()).context("configuration")?;
    if let Some(url) = &common.nats_url {
        loaded.value.nats.servers = vec![url.clone()];
        loaded.set_by_option("nats.servers", "--nats-url");
    }
    if let Some(data_dir) = &common.data_dir {
        loaded.value.data_dir.clone_from(data_dir);
        loaded.set_by_option("data_dir", "--data-dir");
    }
    loaded.value.validate().context("configuration")?;
    Ok(loaded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_sound() {
        Config::default().validate().unwrap();
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/dateline.toml");
        let documented: Loaded<Config> = load(Some(Path::new(file)), std::iter::empty()).unwrap();
        let defaults = serde_json::to_value(Config::default()).unwrap();
        assert_eq!(serde_json::to_value(documented.value).unwrap(), defaults);
    }

    #[test]
    fn the_documented_file_names_every_key() {
        let text = include_str!("../../../config/dateline.toml");
        let missing: Vec<String> = crate::config_page::keys(&schema())
            .into_iter()
            .filter(|key| {
                let name = key.rsplit('.').next().unwrap_or(key);
                let is_it = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(" = "));
                !text.lines().any(|line| is_it(line.strip_prefix("# ").unwrap_or(line)))
            })
            .collect();
        assert_eq!(missing, Vec::<String>::new(), "add them to config/dateline.toml");
    }

    #[test]
    fn the_configuration_of_the_cluster_is_sound() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/kubernetes/base/dateline.toml");
        let deployed: Loaded<Config> = load(Some(Path::new(file)), std::iter::empty()).unwrap();
        deployed.value.validate().unwrap();
    }

    #[test]
    fn every_commented_key_is_a_key() {
        let text = include_str!("../../../config/dateline.toml");
        let is_key = |line: &str| line.starts_with("# ") && (line.contains(" = ") || line.starts_with("# ["));
        let uncommented: String = text
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|_| is_key(line)).unwrap_or(line))
            .fold(String::new(), |all, line| all + line + "\n");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dateline.toml");
        std::fs::write(&file, uncommented).unwrap();
        let loaded: Loaded<Config> = load(Some(&file), std::iter::empty()).unwrap();
        assert_eq!(loaded.value.producer.files.folders.len(), 1);
        assert_eq!(loaded.value.sink.also.len(), 1);
        assert_eq!(loaded.value.retention.sources.len(), 1);
        assert!(loaded.value.broker.program.is_some() && loaded.value.nats.user.is_some());
    }

    #[test]
    fn relative_paths_follow_the_data_folder() {
        let config = Config { data_dir: PathBuf::from("/var/lib/dateline"), ..Config::default() };
        assert_eq!(config.store().path, Path::new("/var/lib/dateline/articles.db"));
        assert_eq!(config.in_data_dir(Path::new("/elsewhere")), Path::new("/elsewhere"));
    }
}
