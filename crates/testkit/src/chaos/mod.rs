//! The whole pipeline under faults of every kind, and the judge of what it kept.
//!
//! Thousands of articles with known content go in through push, folder, feeds and standard input.
//! Each one that was accepted is an *obligation*, written into a book. Meanwhile
//! faults strike at random from a seed: processes are killed, frozen and restarted, so are the
//! nodes of the broker and the PostgreSQL server, the network between them fails, and streams and
//! disks run full. Then everything is healed, and the
//! judge reads the store, the dead letters and the metrics: each obligation stored once with
//! its content and versions, every bad input one letter, nothing else, every stage's equation
//! true, and all of it drained in bounded time.
//!
//! Left out: what happens within one process (the stages test that themselves), and machines
//! that lose power (a kill leaves the page cache).

mod book;
mod broker;
mod disk;
mod feed;
mod judge;
mod newsroom;
mod plan;
mod processes;
mod report;
mod settings;
mod soak;
mod storm;
mod web;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use broker::Broker;
use feed::Feed;
use newsroom::{Extent, Newsroom};
use plan::Plan;
pub use report::{Report, table};
pub use soak::{Soak, soak};
pub use storm::{Storm, Work, storm};

/// What a run is to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// The `dateline` binary.
    pub dateline: PathBuf,
    /// Draws articles, faults and moments.
    pub seed: u64,
    /// Articles to send, changed and repeated ones not counted.
    pub articles: usize,
    /// How long sending them should take at least; faults strike during this time.
    pub load: Duration,
    /// Three nodes and three replicas instead of one server.
    pub cluster: bool,
    /// `DATELINE_FAULTS` of the sinks: a bug to be caught.
    pub planted: Option<String>,
    /// The commit that the binary was made of, for the record.
    pub commit: String,
}

/// Runs the pipeline under faults and judges it.
///
/// # Panics
/// When a process or server cannot be started at all.
pub async fn run(options: &Options) -> Report {
    let extent = Extent::of(options.seed);
    let broker = Broker::start(options.cluster, options.seed, extent.small_disks);
    let mut newsroom = Newsroom::open(options, broker, extent).await;
    let started = Instant::now();
    let feed = Feed::new(options, &newsroom);
    // A planted bug sits in the sinks, and shows when one dies at the wrong moment.
    let plan = Plan::new(options.seed, options.planted.is_some().then_some("sink"));
    let faults = {
        let striking = plan.strike(&mut newsroom);
        tokio::pin!(striking);
        let feeding = feed.run();
        tokio::pin!(feeding);
        // Faults strike as long as articles are sent; the last one is healed in any case.
        tokio::select! {
            () = &mut feeding => plan.stop(),
            _ = &mut striking => unreachable!("faults strike until they are told to stop"),
        }
        striking.await
    };
    let load = started.elapsed();
    newsroom.heal();
    let healed = Instant::now();
    let findings = judge::judge(&mut newsroom, feed.book()).await;
    Report::new(options, &newsroom, faults, [load, healed.elapsed()], findings)
}
