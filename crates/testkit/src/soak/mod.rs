//! Thousands of feeds that misbehave, a real producer that polls them, and the judge of both.
//!
//! Every feed publishes items at a rhythm of its own, and answers at random from a seed: late,
//! in drops, not at all, with redirects, bombs, wrong dates, old versions of itself, "not now".
//! At the end all feeds come to their senses and publish nothing more. Then each item must be
//! stored once and in one version, and the server's own log must show that no host was asked
//! more often than it was promised. The memory of the producer is noted throughout.
//!
//! Left out: faults of processes and of the broker, which are the business of `chaos`.

mod feeds;
mod report;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dateline_runtime::usage::Process;
use dateline_store::{RecordReader, SqliteConfig, SqliteReader};
use tempfile::TempDir;

use crate::web::rude_visits;
use crate::{Dateline, Manners, NatsServer, WebServer};
use feeds::Feeds;
pub use report::Report;

/// Requests to a host at once, and the pause between two.
const MANNERS: Manners = Manners { per_host: 1, delay: Duration::from_millis(200) };
/// Feeds of one host.
pub(crate) const PER_HOST: usize = 4;
/// Most that the last items may take once all feeds are sane.
const DRAIN: Duration = Duration::from_mins(5);
/// Between two notes of the memory.
const NOTED: Duration = Duration::from_secs(10);

/// What a run is to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// The `dateline` binary.
    pub dateline: PathBuf,
    /// Draws rhythms and misbehaviour.
    pub seed: u64,
    /// How many feeds there are.
    pub sources: usize,
    /// How long they misbehave.
    pub time: Duration,
    /// Bounds of the interval between two polls of a source.
    pub interval: [Duration; 2],
}

/// Runs the feeds and the pipeline, and judges.
///
/// # Panics
/// When a process or server cannot be started at all, or ends by itself.
pub async fn run(options: &Options) -> Report {
    let feeds = Arc::new(Feeds::new(options));
    let answering = feeds.clone();
    let server = WebServer::start(move |request| answering.answer(request)).await;
    feeds.listens_at(server.port());
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write_config(folder.path(), options, &feeds);
    let nats = NatsServer::start();
    let mut producer = start(&folder, &nats, "producer");
    let mut others = start(&folder, &nats, "enricher");
    let mut sink = start(&folder, &nats, "sink");
    let began = Instant::now();
    let mut memory = Vec::new();
    let usage = Process::of(producer.id());
    while began.elapsed() < options.time {
        tokio::time::sleep(NOTED.min(options.time)).await;
        memory.extend(usage.resident().map(|bytes| bytes >> 10));
        for process in [&mut producer, &mut others, &mut sink] {
            assert_eq!(process.exit_status(), None, "a process ended by itself:\n{}", process.stderr());
        }
    }
    let items = feeds.come_to_their_senses();
    let drain = Instant::now();
    let store = folder.path().join("data/articles.db");
    let missing = drain_into(&store, &items).await;
    memory.extend(usage.resident().map(|bytes| bytes >> 10));
    let totals =
        SqliteReader::open(SqliteConfig::at(&store)).await.expect("the store is there").totals().await;
    let totals = totals.expect("the store can be counted");
    let visits = server.visits();
    Report {
        seed: options.seed,
        sources: options.sources,
        seconds: options.time.as_secs(),
        drain_seconds: drain.elapsed().as_secs(),
        requests: visits.len(),
        misbehaved: feeds.misbehaved(),
        items: items.len(),
        lost: missing,
        articles: totals.articles,
        versions: totals.versions,
        rude: rude_visits(&visits, MANNERS),
        memory_kib: memory,
    }
}

/// Waits until every item is stored, or should be; gives those that are not.
async fn drain_into(store: &Path, items: &[String]) -> Vec<String> {
    let deadline = Instant::now() + DRAIN;
    // A look at every item is work, which the pipeline needs more: at first they are counted.
    while stored(store).await < items.len() as u64 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let reader = SqliteReader::open(SqliteConfig::at(store)).await.expect("the store is there");
    let mut missing = Vec::new();
    for url in items {
        let id = dateline_model::ArticleId::from_url(url);
        if !matches!(reader.get(id).await, Ok(Some(_))) {
            missing.push(url.clone());
        }
    }
    missing
}

async fn stored(store: &Path) -> u64 {
    match SqliteReader::open(SqliteConfig::at(store)).await {
        Ok(reader) => reader.totals().await.map_or(0, |totals| totals.articles),
        Err(_) => 0,
    }
}

fn start(folder: &TempDir, nats: &NatsServer, role: &str) -> Dateline {
    Dateline::binary(folder.path().join("dateline"))
        .current_dir(folder.path())
        .args(["run", role, "--config", "dateline.toml", "--data-dir", "data"])
        .args(["--nats-url", &nats.url()])
        .spawn()
}

fn write_config(folder: &Path, options: &Options, feeds: &Feeds) {
    let seconds = |duration: Duration| format!("{}ms", duration.as_millis());
    let [min, max] = options.interval.map(seconds);
    let config = format!(
        "[admin]\nlisten = \"127.0.0.1:0\"\n[producer.push]\nenabled = false\n\
         [producer.feeds]\nfiles = [\"feeds.toml\"]\nrefresh = \"1s\"\nmin_interval = \"{min}\"\n\
         max_interval = \"{max}\"\nmax_failure_interval = \"{max}\"\nlease = \"30s\"\nconcurrent = 64\n\
         [producer.feeds.http]\ncontact = \"soak@dateline.example\"\nhost_delay = \"{}\"\n\
         connect_timeout = \"2s\"\nfirst_byte_timeout = \"3s\"\ntimeout = \"5s\"\n\
         allow_networks = [\"127.0.0.0/8\"]\n",
        seconds(MANNERS.delay)
    );
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).expect("a temporary folder can be written to");
    };
    write("dateline.toml", &config);
    write("feeds.toml", &feeds.list());
    std::os::unix::fs::symlink(&options.dateline, folder.join("dateline"))
        .expect("a temporary folder can be written to");
}
