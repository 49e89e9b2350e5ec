//! Streams and consumers as data (config/streams.toml).

use async_nats::jetstream::{consumer, stream};
use dateline_runtime::units::{ByteSize, HumanDuration};
use serde::Deserialize;
use std::path::Path;
use std::time::Duration;

/// The shipped topology.
const BUILT_IN: &str = include_str!("../../../config/streams.toml");
/// Values carry no message ids; the broker wants a window all the same.
const BUCKET_WINDOW: Duration = Duration::from_secs(2);

/// What the consumers of further sinks begin with.
const SIDE_SINK: &str = "sink-";

/// All streams and durable consumers of the pipeline.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topology {
    /// The streams.
    #[serde(rename = "stream")]
    pub streams: Vec<StreamDefinition>,
    /// The durable pull consumers.
    #[serde(rename = "consumer")]
    pub consumers: Vec<ConsumerDefinition>,
    /// The key-value buckets.
    #[serde(rename = "bucket", default)]
    pub buckets: Vec<BucketDefinition>,
}

/// A topology file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TopologyError {
    /// The file could not be read.
    #[error("could not read the topology file {path}; check nats.topology")]
    Read {
        /// Which file.
        path: String,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// Its content is wrong.
    #[error("{path} is no topology; compare it with config/streams.toml")]
    Parse {
        /// Which file.
        path: String,
        /// Where and what.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A stage asked for a consumer that the file does not define.
    #[error("the topology defines no consumer `{0}`; add it to the file that nats.topology names")]
    NoConsumer(String),
    /// A stage asked for a bucket that the file does not define.
    #[error("the topology defines no bucket `{0}`; add it to the file that nats.topology names")]
    NoBucket(String),
}

/// One stream.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamDefinition {
    /// Its name.
    pub name: String,
    /// What it captures.
    pub subjects: Vec<String>,
    /// What happens when it is full.
    pub discard: DiscardRule,
    /// Its largest size.
    pub max_bytes: ByteSize,
    /// Oldest message kept; absent: no limit.
    #[serde(default)]
    pub max_age: Option<HumanDuration>,
    /// Most messages of one subject; absent: no limit.
    #[serde(default)]
    pub max_per_subject: Option<u32>,
    /// How long the broker remembers message ids.
    pub duplicate_window: HumanDuration,
    /// How long processed messages stay; absent: the janitor leaves it alone.
    #[serde(default)]
    pub replay_window: Option<HumanDuration>,
    /// Share of `max_bytes` past which processed messages go earlier.
    #[serde(default = "default_high_water")]
    pub high_water: f64,
    /// When its messages reach the disk.
    #[serde(default)]
    pub persist: PersistRule,
}

/// When messages of a stream reach the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersistRule {
    /// Before they are acknowledged, as far as the server's own settings go.
    #[default]
    Acknowledged,
    /// A moment later, all that came in between together; a server that dies loses those. Of a
    /// stream with one replica, from NATS 2.12 on; elsewhere as [`Self::Acknowledged`].
    Async,
}

fn default_high_water() -> f64 {
    0.8
}

/// What a full stream does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DiscardRule {
    /// Refuses new messages.
    New,
    /// Lets the oldest fall off.
    Old,
}

/// One durable pull consumer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerDefinition {
    /// Which stream it reads.
    pub stream: String,
    /// Its durable name.
    pub name: String,
    /// After how long without a word a delivery is made again.
    pub ack_wait: HumanDuration,
    /// Deliveries under way at once, over all copies of the stage.
    pub max_ack_pending: i64,
}

/// One key-value bucket.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketDefinition {
    /// Its name.
    pub name: String,
    /// Size of all values together.
    pub max_bytes: ByteSize,
}

impl Topology {
    /// The consumer of the enrichers.
    pub const ENRICHER: &str = "enricher";
    /// The consumer of the first sink.
    pub const SINK: &str = "sink";

    /// The consumer that keeps house: it turns the broker's own advisories into dead letters.
    pub const BURIAL: &str = "burial";

    /// Whether a consumer belongs to a stage that articles go through.
    #[must_use]
    pub fn is_stage(consumer: &str) -> bool {
        consumer != Self::BURIAL
    }

    /// The consumer of one more sink of this name.
    #[must_use]
    pub fn side_sink(name: &str) -> String {
        format!("{SIDE_SINK}{name}")
    }

    /// Whether a consumer is one of a sink beside the first. Such a sink may
    /// be away for good: nobody waits for it when its stream is nearly full.
    #[must_use]
    pub fn is_side_sink(consumer: &str) -> bool {
        consumer.starts_with(SIDE_SINK)
    }

    /// Adds a durable consumer for each of these sinks, made like the first
    /// sink's, unless the topology defines it already.
    #[must_use]
    pub fn with_side_sinks<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        for name in names {
            let name = Self::side_sink(name);
            if self.consumer(&name).is_ok() {
                continue;
            }
            if let Ok(first) = self.consumer(Self::SINK).cloned() {
                self.consumers.push(ConsumerDefinition { name, ..first });
            }
        }
        self
    }

    /// Bytes that all streams and buckets hold together when each is full, in one copy.
    #[must_use]
    pub fn most_bytes(&self) -> u64 {
        let streams = self.streams.iter().map(|stream| stream.max_bytes.0);
        let buckets = self.buckets.iter().map(|bucket| bucket.max_bytes.0);
        streams.chain(buckets).sum()
    }

    /// The topology that ships with Dateline.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the file is compiled in.
    #[must_use]
    pub fn built_in() -> Self {
        toml::from_str(BUILT_IN).expect("config/streams.toml is compiled in and read by a test")
    }

    /// Reads a topology file, or gives the built-in one.
    ///
    /// # Errors
    /// When the file cannot be read or is no topology.
    pub fn load(file: Option<&Path>) -> Result<Self, TopologyError> {
        let Some(file) = file else { return Ok(Self::built_in()) };
        let path = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|source| TopologyError::Read { path: path.clone(), source })?;
        toml::from_str(&text).map_err(|source| TopologyError::Parse { path, source: Box::new(source) })
    }

    /// The consumer of a stage.
    ///
    /// # Errors
    /// When the topology does not define it.
    pub fn consumer(&self, name: &str) -> Result<&ConsumerDefinition, TopologyError> {
        self.consumers
            .iter()
            .find(|consumer| consumer.name == name)
            .ok_or_else(|| TopologyError::NoConsumer(name.to_owned()))
    }

    /// The bucket of that name.
    ///
    /// # Errors
    /// When the topology does not define it.
    pub fn bucket(&self, name: &str) -> Result<&BucketDefinition, TopologyError> {
        self.buckets
            .iter()
            .find(|bucket| bucket.name == name)
            .ok_or_else(|| TopologyError::NoBucket(name.to_owned()))
    }
}

impl StreamDefinition {
    /// What all its subjects have in common, as [`Subject::family`](crate::Subject) of them says.
    pub(crate) fn families(&self) -> impl Iterator<Item = String> + '_ {
        self.subjects.iter().map(|subject| subject.split('.').take(2).collect::<Vec<_>>().join("."))
    }

    pub(crate) fn to_config(&self, replicas: usize) -> stream::Config {
        stream::Config {
            name: self.name.clone(),
            subjects: self.subjects.clone(),
            retention: stream::RetentionPolicy::Limits,
            storage: stream::StorageType::File,
            discard: match self.discard {
                DiscardRule::New => stream::DiscardPolicy::New,
                DiscardRule::Old => stream::DiscardPolicy::Old,
            },
            max_bytes: i64::try_from(self.max_bytes.0).unwrap_or(i64::MAX),
            max_messages: -1,
            max_messages_per_subject: self.max_per_subject.map_or(-1, i64::from),
            max_age: self.max_age.map_or(Duration::ZERO, |age| age.0),
            duplicate_window: self.duplicate_window.0,
            num_replicas: replicas,
            ..stream::Config::default()
        }
    }
}

impl BucketDefinition {
    /// Name of the stream under it, as NATS names its own buckets.
    #[must_use]
    pub fn stream_name(&self) -> String {
        format!("KV_{}", self.name)
    }

    /// One value for each key; full means refused, as everywhere.
    pub(crate) fn to_config(&self, replicas: usize) -> stream::Config {
        stream::Config {
            name: self.stream_name(),
            subjects: vec![format!("$KV.{}.>", self.name)],
            retention: stream::RetentionPolicy::Limits,
            storage: stream::StorageType::File,
            discard: stream::DiscardPolicy::New,
            max_bytes: i64::try_from(self.max_bytes.0).unwrap_or(i64::MAX),
            max_messages: -1,
            max_messages_per_subject: 1,
            duplicate_window: BUCKET_WINDOW,
            allow_rollup: true,
            num_replicas: replicas,
            ..stream::Config::default()
        }
    }
}

impl ConsumerDefinition {
    pub(crate) fn to_config(&self) -> consumer::pull::Config {
        consumer::pull::Config {
            durable_name: Some(self.name.clone()),
            deliver_policy: consumer::DeliverPolicy::All,
            ack_policy: consumer::AckPolicy::Explicit,
            ack_wait: self.ack_wait.0,
            max_deliver: -1,
            max_ack_pending: self.max_ack_pending,
            ..consumer::pull::Config::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_topology_reads() {
        let topology = Topology::built_in();
        let names: Vec<&str> = topology.streams.iter().map(|stream| stream.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "DATELINE_RAW",
                "DATELINE_ENRICHED",
                "DATELINE_STORED",
                "DATELINE_DEAD",
                "DATELINE_DROPPED",
                "DATELINE_TRIALS",
                "DATELINE_ADVISORIES"
            ]
        );
        assert_eq!(topology.consumer("sink").unwrap().stream, "DATELINE_ENRICHED");
        assert!(topology.consumer("nobody").is_err());
        assert_eq!(topology.bucket("DATELINE_SOURCES").unwrap().stream_name(), "KV_DATELINE_SOURCES");
        assert!(topology.bucket("NOTHING").is_err());
    }

    #[test]
    fn only_the_notice_board_discards_old_messages() {
        for stream in Topology::built_in().streams {
            let board =
                ["DATELINE_STORED", "DATELINE_DROPPED", "DATELINE_TRIALS"].contains(&stream.name.as_str());
            assert_eq!(stream.discard == DiscardRule::Old, board, "{}", stream.name);
        }
    }

    #[test]
    fn each_further_sink_has_a_consumer() {
        let topology = Topology::built_in().with_side_sinks(["archive", "archive"]);
        assert_eq!(topology.consumers.len(), Topology::built_in().consumers.len() + 1);
        let archive = topology.consumer("sink-archive").unwrap();
        assert_eq!((archive.stream.as_str(), archive.max_ack_pending), ("DATELINE_ENRICHED", 8192));
        assert!(Topology::is_side_sink(&archive.name) && !Topology::is_side_sink(Topology::SINK));
        let stages = topology.consumers.iter().filter(|consumer| Topology::is_stage(&consumer.name));
        assert_eq!(
            stages.map(|consumer| consumer.name.as_str()).collect::<Vec<_>>(),
            ["enricher", "sink", "sink-archive"]
        );
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let text = BUILT_IN.replace("ack_wait", "ackwait");
        assert!(toml::from_str::<Topology>(&text).is_err());
    }
}
