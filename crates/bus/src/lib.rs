//! `JetStream` behind Dateline's own types: the only crate that knows the broker.
//!
//! [`Bus`] connects, creates the [`Topology`] and reads it back; a
//! [`Publisher`] publishes and waits for the broker's word; an [`Intake`] hands
//! out [`Delivery`] values, each of which is decided exactly once; the
//! [`DeadLetterDesk`] keeps what a stage gave up on. Left out: what the payloads
//! mean, and any knowledge of a stage's neighbours.

mod bare_relay;
mod burial;
mod config;
mod connect;
mod dead_letters;
mod delivery;
mod dropped;
mod error;
mod gate;
mod headers;
mod inspect;
mod intake;
mod janitor;
mod key_value;
mod preflight;
mod publish;
mod pull;
mod pulse;
mod quarantine;
mod replay;
mod room;
mod scan;
mod stage_metrics;
mod status;
mod subject;
mod tap;
mod topology;
mod watch;

pub use burial::run_burials;
pub use config::NatsConfig;
pub use connect::Bus;
pub use dead_letters::{DeadEntry, DeadFilter, DeadLetterDesk};
pub use delivery::Delivery;
pub use dropped::DroppedLetter;
pub use error::BusError;
pub use gate::Gate;
pub use inspect::{Inspected, InspectedState};
pub use intake::Intake;
pub use janitor::{run_janitor, sweep};
pub use key_value::{Entry, Key, KeyValue, Revision, Write};
pub use preflight::{Finding, Preflight};
pub use publish::{Outgoing, Publisher, Receipt};
pub use quarantine::{Quarantine, QuarantineError};
pub use replay::{Replay, ReplayCount, ReplayError};
pub use room::ByteRoom;
pub use scan::ScanStart;
pub use stage_metrics::StageMetrics;
pub use status::{BusStatus, ConsumerStatus, StreamStatus};
pub use subject::Subject;
pub use tap::{Passing, Tap};
pub use topology::{
    BucketDefinition, ConsumerDefinition, DiscardRule, PersistRule, StreamDefinition, Topology, TopologyError,
};
pub use watch::SourceStatus;
