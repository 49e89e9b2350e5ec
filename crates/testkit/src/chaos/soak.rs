//! The pipeline under a steady load and no faults, for hours: does it stay as large as it was,
//! and does the backlog stay small?
//!
//! First it is given all that it takes for a while; half of that rate is the load. Articles come
//! by push. After so many distinct ones they come again, so that the store does not outgrow the
//! disk: they pass every stage, and the store finds that it has them.

use std::fmt::Write as _;
use std::time::Duration;

use dateline_store::open_reader;
use tokio::time::Instant;

use super::Options;
use super::broker::Broker;
use super::judge::{lag, letters};
use super::newsroom::{Extent, Newsroom};
use super::processes::Process;
use crate::{TestArticle, articles, http};

/// Articles a push.
const BATCH: usize = 50;
/// Distinct articles of each of them; a store of all takes 5 GB.
const DISTINCT: usize = 40_000;
/// Those who push at the same time.
const SENDERS: usize = 4;
/// How often the backlog is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// Most that a backlog may take to be gone in the end.
const DRAIN: Duration = Duration::from_mins(2);

/// How long each part takes.
#[derive(Debug, Clone)]
pub struct Soak {
    /// As much as is taken is sent for so long first, to learn the peak.
    pub peak: Duration,
    /// The steady load lasts so long.
    pub load: Duration,
    /// Memory and backlog are told each time after so long.
    pub row: Duration,
}

/// Runs it and hands each part of its page to `tell` as it is known. Gives what was wrong in the
/// end; what memory and backlog did is for a person to judge.
///
/// # Panics
/// When a process or server cannot be started.
pub async fn soak(options: &Options, soak: &Soak, mut tell: impl FnMut(&str)) -> Vec<String> {
    let broker = Broker::start(options.cluster, options.seed, false);
    let mut newsroom = Newsroom::open(options, broker, Extent::default()).await;
    let (distinct, peak) = peak(&newsroom, options.seed, soak.peak).await;
    drain(&newsroom).await;
    tell(&format!(
        "Peak: {peak:.0} articles a second over {} s. Load: half of it for {} minutes.\n\n{}",
        soak.peak.as_secs(),
        soak.load.as_secs() / 60,
        head(&mut newsroom)
    ));
    let (started, mut rows) = (Instant::now(), 0);
    let mut senders = senders(options.seed + SENDERS as u64);
    while started.elapsed() < soak.load {
        rows += 1;
        let (end, before) = ((soak.row * rows).min(soak.load), accepted_by(&senders));
        let worst = send_steadily(&newsroom, &mut senders, started + end, peak / 2.0).await;
        let seconds = end.saturating_sub(soak.row * (rows - 1)).as_secs_f64();
        let rate = count(accepted_by(&senders) - before) / seconds;
        tell(&row(&mut newsroom, started.elapsed(), rate, worst));
    }
    newsroom.revive();
    judge(&newsroom, distinct + distinct_by(&senders)).await
}

/// As much as is taken: how many different articles were accepted, and how many a second. Intake is
/// held back by enrichment and storage, so that no more is accepted than they take.
async fn peak(newsroom: &Newsroom, seed: u64, time: Duration) -> (u64, f64) {
    let started = Instant::now();
    let mut senders = senders(seed);
    let sending = senders.each_mut().map(async |sender| {
        while started.elapsed() < time {
            sender.send(newsroom).await;
        }
    });
    join(sending).await;
    (distinct_by(&senders), count(accepted_by(&senders)) / started.elapsed().as_secs_f64())
}

/// So many articles a second until `end`; gives the largest backlog that was seen.
async fn send_steadily(newsroom: &Newsroom, senders: &mut Senders, end: Instant, rate: f64) -> Option<u64> {
    let rate = rate / count(SENDERS as u64);
    let sending = senders.each_mut().map(async |sender| sender.send_steadily(newsroom, end, rate).await);
    let watching = async {
        let mut worst = lag(newsroom);
        while Instant::now() < end {
            tokio::time::sleep_until(end.min(Instant::now() + LOOK)).await;
            worst = worst.max(lag(newsroom));
        }
        worst
    };
    tokio::join!(join(sending), watching).1
}

/// Those who push, side by side.
type Senders = [Sender; SENDERS];

/// Each with articles of its own.
fn senders(seed: u64) -> Senders {
    let mut seeds = seed..;
    std::array::from_fn(|_| Sender::new(seeds.next().unwrap_or(seed)))
}

fn accepted_by(senders: &Senders) -> u64 {
    senders.iter().map(|sender| sender.accepted).sum()
}

/// Of those accepted, the ones that are not there for the second time.
fn distinct_by(senders: &Senders) -> u64 {
    senders.iter().map(|sender| sender.accepted.min(DISTINCT as u64)).sum()
}

async fn join(parts: [impl Future<Output = ()>; SENDERS]) {
    let [one, two, three, four] = parts;
    tokio::join!(one, two, three, four);
}

/// One who pushes, batch after batch.
struct Sender {
    seed: u64,
    articles: Box<dyn Iterator<Item = TestArticle> + Send>,
    accepted: u64,
}

impl Sender {
    fn new(seed: u64) -> Self {
        Self { seed, articles: Box::new(articles(DISTINCT, seed)), accepted: 0 }
    }

    /// Sends one batch until it is accepted.
    async fn send(&mut self, newsroom: &Newsroom) {
        let mut batch: Vec<TestArticle> = self.articles.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            self.articles = Box::new(articles(DISTINCT, self.seed));
            batch = self.articles.by_ref().take(BATCH).collect();
        }
        let lines: String = batch.iter().map(|article| article.json() + "\n").collect();
        let headers = [("Content-Type", "application/x-ndjson")];
        loop {
            match http::post(newsroom.push(), "/articles?source=soak", &headers, lines.as_bytes()).await {
                Ok(answer) if answer.status == 202 => break,
                Ok(answer) => assert!([429, 503].contains(&answer.status), "{answer:?}"),
                // The producer is only starting.
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.accepted += batch.len() as u64;
    }

    /// Sends so many a second until `end`.
    async fn send_steadily(&mut self, newsroom: &Newsroom, end: Instant, rate: f64) {
        let (started, before) = (Instant::now(), self.accepted);
        while Instant::now() < end {
            self.send(newsroom).await;
            let due = started + Duration::from_secs_f64(count(self.accepted - before) / rate);
            tokio::time::sleep_until(due.min(end)).await;
        }
    }
}

fn head(newsroom: &mut Newsroom) -> String {
    let mut head = String::from("| minute | accepted/s | largest backlog |");
    let mut rule = String::from("|---|---|---|");
    for Process { name, .. } in Process::all(newsroom) {
        write!(head, " {name}, MiB |").expect("a string takes any text");
        rule.push_str("---|");
    }
    format!("{head}\n{rule}\n")
}

fn row(newsroom: &mut Newsroom, at: Duration, rate: f64, worst: Option<u64>) -> String {
    let worst = worst.map_or("?".to_owned(), |worst| worst.to_string());
    let mut row = format!("| {:.1} | {rate:.0} | {worst} |", at.as_secs_f64() / 60.0);
    for process in Process::all(newsroom) {
        let memory = process.resident_mib().map_or("?".to_owned(), |mib| mib.to_string());
        write!(row, " {memory} |").expect("a string takes any text");
    }
    row + "\n"
}

async fn drain(newsroom: &Newsroom) -> Option<u64> {
    let deadline = Instant::now() + DRAIN;
    loop {
        let left = lag(newsroom);
        if left == Some(0) || Instant::now() >= deadline {
            return left;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn judge(newsroom: &Newsroom, distinct: u64) -> Vec<String> {
    let mut wrong: Vec<String> = newsroom.unasked_ends().into_iter().map(str::to_owned).collect();
    let left = drain(newsroom).await;
    if left != Some(0) {
        wrong.push(format!("{left:?} messages are left after {DRAIN:?}"));
    }
    let reader = open_reader(&newsroom.store()).await.expect("the store is there");
    let stored = reader.totals().await.expect("the store can be counted").articles;
    if stored != distinct {
        wrong.push(format!("{stored} articles are stored of {distinct}"));
    }
    match letters(newsroom).await.map(|letters| letters.lines().count()) {
        Some(0) => {}
        Some(count) => wrong.push(format!("{count} dead letters")),
        None => wrong.push("dead letters cannot be listed".to_owned()),
    }
    wrong
}

#[expect(clippy::cast_precision_loss, reason = "a rate on a page needs no exact count")]
fn count(articles: u64) -> f64 {
    articles as f64
}
