//! Good input beside as much bad input: what the storm costs the good.
//!
//! Good articles are taken in through the watched folder, by themselves and with an unreadable
//! line behind each: calm, storm, storm, calm, so that a store that grows meanwhile slows both
//! alike. What counts is the time until the last good one is stored.

use std::fmt::Write as _;
use std::time::Duration;

use dateline_store::open_reader;
use tokio::time::Instant;

use super::Options;
use super::broker::Broker;
use super::feed::drop_file;
use super::newsroom::{Extent, Newsroom};
use crate::{TestArticle, articles};

/// Articles a file.
const FILE: usize = 100;
/// Most that one part may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// Good articles a second until they were stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Storm {
    /// By themselves.
    pub calm: f64,
    /// With as many bad lines between them.
    pub storm: f64,
}

/// What lies between the good lines of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    Calm,
    Storm,
}

/// Measures it; `options.articles` in each of the four parts.
///
/// # Panics
/// When a process or server cannot be started, or a part takes more than five minutes.
pub async fn storm(options: &Options) -> Storm {
    let newsroom =
        Newsroom::open(options, Broker::start(false, options.seed, false), Extent::default()).await;
    // What is opened and learned at first use is not to be part of either time.
    take_in(&newsroom, options, 0, FILE, Weather::Calm).await;
    let (mut calm, mut storm) = (Duration::ZERO, Duration::ZERO);
    for (part, weather) in (1..).zip([Weather::Calm, Weather::Storm, Weather::Storm, Weather::Calm]) {
        let time = take_in(&newsroom, options, part, options.articles, weather).await;
        match weather {
            Weather::Calm => calm += time,
            Weather::Storm => storm += time,
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no exact count")]
    let rate = |time: Duration| 2.0 * options.articles as f64 / time.as_secs_f64();
    Storm { calm: rate(calm), storm: rate(storm) }
}

/// How long until the last one is stored; `part` sets the articles of one part apart from another's.
async fn take_in(
    newsroom: &Newsroom,
    options: &Options,
    part: u64,
    count: usize,
    weather: Weather,
) -> Duration {
    let before = stored(newsroom).await;
    let load: Vec<TestArticle> = articles(count, options.seed * 5 + part).collect();
    let started = Instant::now();
    for (number, batch) in load.chunks(FILE).enumerate() {
        let mut lines = String::new();
        for (place, article) in batch.iter().enumerate() {
            writeln!(lines, "{}", article.json()).expect("a string takes any text");
            if weather == Weather::Storm {
                writeln!(lines, "{{\"id\": \"bad {number} {place}\", \"text\": ")
                    .expect("a string takes any text");
            }
        }
        drop_file(&newsroom.inbox(), &format!("{part}-{number:06}.jsonl"), lines.as_bytes());
    }
    while stored(newsroom).await < before + count as u64 {
        assert!(started.elapsed() < PATIENCE, "{count} articles were not stored in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    started.elapsed()
}

async fn stored(newsroom: &Newsroom) -> u64 {
    match open_reader(&newsroom.store()).await {
        Ok(reader) => reader.totals().await.map_or(0, |totals| totals.articles),
        Err(_) => 0,
    }
}
