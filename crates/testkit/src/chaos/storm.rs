//! Good input beside as much bad input: what the storm costs the good.
//!
//! Good articles are taken in through the watched folder, by themselves and with an unreadable
//! line behind each: calm, storm, storm, calm, so that a store that grows meanwhile slows both
//! alike. Once with all of them at once, where what counts is the time until the last good one is
//! stored; once at half of that rate, where it is how long a good one takes on its way.

use std::fmt::Write as _;
use std::time::Duration;

use dateline_store::open_reader;
use tokio::time::Instant;

use super::Options;
use super::broker::Broker;
use super::feed::drop_file;
use super::newsroom::{Extent, Newsroom};
use super::processes::Process;
use crate::{TestArticle, articles};

/// Articles a file.
const FILE: usize = 100;
/// The same where they come steadily.
const STEADY_FILE: usize = 20;
/// Files between two looks at what is stored.
const LOOK: usize = 5;
/// Most that one part may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// What was measured of the good articles.
#[derive(Debug, Clone, PartialEq)]
pub struct Storm {
    /// Stored a second where all come at once, by themselves.
    pub calm: f64,
    /// The same with as many bad lines between them.
    pub storm: f64,
    /// How long one takes on its way where half as many come, by themselves.
    pub calm_delay: Duration,
    /// The same with as many bad lines between them.
    pub storm_delay: Duration,
    /// Who worked for how long where all came at once.
    pub work: Vec<Work>,
}

/// Processor time of a process for each good article.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Which process.
    pub process: String,
    /// By themselves.
    pub calm: Duration,
    /// With a bad line for each.
    pub storm: Duration,
}

/// What lies between the good lines of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    Calm,
    Storm,
}

/// The order of the parts.
const WEATHERS: [Weather; 4] = [Weather::Calm, Weather::Storm, Weather::Storm, Weather::Calm];

/// Measures it; `options.articles` in each of the parts.
///
/// # Panics
/// When a process or server cannot be started, or a part takes more than five minutes.
pub async fn storm(options: &Options) -> Storm {
    let mut newsroom =
        Newsroom::open(options, Broker::start(false, options.seed, false), Extent::default()).await;
    // What is opened and learned at first use is not to be part of either time.
    take_in(&newsroom, options, 0, FILE, Weather::Calm).await;
    let mut times = [Duration::ZERO; 2];
    let mut watched = Watched::all(&mut newsroom);
    for (part, weather) in (1..).zip(WEATHERS) {
        for watched in &mut watched {
            watched.begin();
        }
        times[weather as usize] += take_in(&newsroom, options, part, options.articles, weather).await;
        for watched in &mut watched {
            watched.end(weather);
        }
    }
    let each = u32::try_from(2 * options.articles).unwrap_or(u32::MAX);
    let work = watched.into_iter().map(|watched| watched.work(each)).collect();
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no exact count")]
    let [calm, storm] = times.map(|time| 2.0 * options.articles as f64 / time.as_secs_f64());
    let mut delays = [Duration::ZERO; 2];
    for (part, weather) in (5..).zip(WEATHERS) {
        delays[weather as usize] += steadily(&newsroom, options, part, calm / 2.0, weather).await / 2;
    }
    let [calm_delay, storm_delay] = delays;
    Storm { calm, storm, calm_delay, storm_delay, work }
}

/// A process and what it worked in each weather.
struct Watched {
    process: Process,
    begun: Duration,
    worked: [Duration; 2],
}

impl Watched {
    fn all(newsroom: &mut Newsroom) -> Vec<Self> {
        let watch = |process| Self { process, begun: Duration::ZERO, worked: [Duration::ZERO; 2] };
        Process::all(newsroom).into_iter().chain([Process::own()]).map(watch).collect()
    }

    fn begin(&mut self) {
        self.begun = self.process.cpu().unwrap_or_default();
    }

    fn end(&mut self, weather: Weather) {
        self.worked[weather as usize] += self.process.cpu().unwrap_or_default().saturating_sub(self.begun);
    }

    fn work(self, articles: u32) -> Work {
        let [calm, storm] = self.worked.map(|worked| worked / articles);
        Work { process: self.process.name, calm, storm }
    }
}

/// The lines of a file.
fn lines(batch: &[TestArticle], number: usize, weather: Weather) -> String {
    let mut lines = String::new();
    for (place, article) in batch.iter().enumerate() {
        writeln!(lines, "{}", article.json()).expect("a string takes any text");
        if weather == Weather::Storm {
            writeln!(lines, "{{\"id\": \"bad {number} {place}\", \"text\": ")
                .expect("a string takes any text");
        }
    }
    lines
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
    let load: Vec<TestArticle> = articles(count, options.seed * 9 + part).collect();
    let started = Instant::now();
    for (number, batch) in load.chunks(FILE).enumerate() {
        let lines = lines(batch, number, weather);
        drop_file(&newsroom.inbox(), &format!("{part}-{number:06}.jsonl"), lines.as_bytes());
    }
    wait_for(newsroom, before + count as u64).await;
    started.elapsed()
}

/// How long an article takes on its way in the mean, of so many good ones a second: those under
/// way, by the rate (Little 1961).
async fn steadily(
    newsroom: &Newsroom,
    options: &Options,
    part: u64,
    rate: f64,
    weather: Weather,
) -> Duration {
    let before = stored(newsroom).await;
    let load: Vec<TestArticle> = articles(options.articles, options.seed * 9 + part).collect();
    let (started, mut under_way) = (Instant::now(), Vec::new());
    for (number, batch) in load.chunks(STEADY_FILE).enumerate() {
        let sent = number * STEADY_FILE;
        #[expect(clippy::cast_precision_loss, reason = "a time needs no exact count")]
        tokio::time::sleep_until(started + Duration::from_secs_f64(sent as f64 / rate)).await;
        if number % LOOK == LOOK - 1 {
            under_way.push((before + sent as u64).saturating_sub(stored(newsroom).await));
        }
        let lines = lines(batch, number, weather);
        drop_file(&newsroom.inbox(), &format!("{part}-{number:06}.jsonl"), lines.as_bytes());
    }
    wait_for(newsroom, before + load.len() as u64).await;
    #[expect(clippy::cast_precision_loss, reason = "a mean needs no exact count")]
    let mean = under_way.iter().sum::<u64>() as f64 / under_way.len().max(1) as f64;
    Duration::from_secs_f64(mean / rate)
}

/// Waits until so many are stored.
async fn wait_for(newsroom: &Newsroom, count: u64) {
    let started = Instant::now();
    while stored(newsroom).await < count {
        assert!(started.elapsed() < PATIENCE, "not all articles were stored in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn stored(newsroom: &Newsroom) -> u64 {
    match open_reader(&newsroom.store()).await {
        Ok(reader) => reader.totals().await.map_or(0, |totals| totals.articles),
        Err(_) => 0,
    }
}
