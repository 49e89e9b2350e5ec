//! Real servers, real processes and known articles for the tests.
//!
//! - [`NatsServer`]: a nats-server on a free port with data of its own; it can be killed,
//!   frozen and restarted
//! - [`PostgresServer`]: a PostgreSQL server of the tests' own, shared by those of one program
//! - [`S3Server`]: a server that keeps buckets
//! - [`Dateline`]: the real `dateline` binary, its output, its admin port, its signals
//! - [`fn@articles`]: news of which everything is known beforehand
//! - [`NatsCluster`]: three of them that keep three copies of every stream
//! - [`Proxy`]: a network between two processes that can be made to fail
//! - [`chaos`]: the whole pipeline under faults of every kind, and the judge of what it kept
//! - [`oracle`]: what was accepted against what a store holds
//! - [`eventually`]: waiting for something instead of sleeping
//! - [`metrics`]: the metrics of a process, or of one test
//! - [`http`]: a client of a few lines
//! - [`WebServer`]: a web server that behaves as badly as it is told to
//! - [`Hub`]: a WebSub hub
//! - [`soak`]: thousands of feeds that misbehave, and the judge of who polls them
//!
//! Everything that is started ends with the value that started it, also when a test panics
//! or is killed. Used by tests only: whatever goes wrong here panics and says what to do.
//! Left out: any knowledge of the stages, which test themselves with this.

#![expect(clippy::missing_panics_doc, reason = "a failed test panics, and that is what all of this is for")]

pub mod chaos;
mod dateline;
mod eventually;
pub mod http;
pub mod metrics;
mod nats_cluster;
mod nats_server;
pub mod oracle;
mod port;
mod postgres_server;
mod process;
mod program;
mod proxy;
mod s3_server;
mod search_server;
pub mod soak;
mod web;

pub use dateline::{Dateline, DatelineBuilder};
pub use dateline_sample::{TestArticle, articles, body_span, json_lines, plain_entity, plain_record};
pub use eventually::{PATIENCE, eventually, eventually_true};
pub use metrics::{LocalMetrics, Metrics, StageCounts};
pub use nats_cluster::{NODES, NatsCluster};
pub use nats_server::{NatsServer, NatsServerBuilder, Sync};
pub use oracle::assert_exactly_once;
pub use port::free_port;
pub use postgres_server::PostgresServer;
pub use process::Signal;
pub use proxy::{Network, Proxy};
pub use s3_server::S3Server;
pub use search_server::{Index, SearchServer};
pub use web::{Asked, Hub, Manner, Manners, Reply, Request, Signature, Visit, WebServer, rude_visits};
