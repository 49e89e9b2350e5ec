//! Feeds that misbehave, polled by a real producer: a short run of a fixed seed. The long one is
//! `cargo run -p dateline-testkit --example soak`.

use std::path::PathBuf;
use std::time::Duration;

use dateline_testkit::soak::{Options, run};

use crate::once::DATELINE;

/// Far more than a producer of so few sources needs, far less than one that keeps what it reads.
const MOST_MEMORY_KIB: u64 = 600 << 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_and_nobody_is_rude() {
    let options = Options {
        dateline: PathBuf::from(DATELINE),
        seed: 11,
        sources: 120,
        time: Duration::from_secs(40),
        interval: [Duration::from_secs(2), Duration::from_secs(6)],
    };
    let report = run(&options).await;
    println!("{}", report.json());
    assert!(report.is_clean(), "{:#}", report.json());
    assert!(report.misbehaved.len() >= 12, "too tame: {:#}", report.json());
    assert!(report.most_memory_kib() < MOST_MEMORY_KIB, "{:#}", report.json());
}
