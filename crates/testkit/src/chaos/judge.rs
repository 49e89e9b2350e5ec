//! Reads what the pipeline kept, and compares it with the book.

use std::process::Command;
use std::time::Duration;

use dateline_model::NewsRecord;
use dateline_store::{RecordReader, open_reader};
use serde_json::Value;
use tokio::time::Instant;

use super::book::{Book, Entries};
use super::newsroom::{Newsroom, Role};
use super::settings::CONFIG;
use crate::{Metrics, TestArticle, http};

/// Most that everything may take to arrive once all is healed.
const DRAIN: Duration = Duration::from_mins(4);
/// Between two looks at the store: a count of thousands of rows is work.
const LOOK: Duration = Duration::from_millis(500);
/// Most that a process may take to settle its last counts and to tell them.
const SETTLE: Duration = Duration::from_secs(20);
/// Faults named in full; of more of one kind only the number is told.
const NAMED: usize = 5;

/// What the judge found. A clean run has nothing but counts of what was owed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// Articles that were accepted.
    pub articles: usize,
    /// Their versions.
    pub versions: usize,
    /// Inputs that nobody can read.
    pub bad_inputs: usize,
    /// Accepted, and not stored.
    pub lost: usize,
    /// Stored in more versions than were sent, or more articles than were accepted.
    pub duplicated: usize,
    /// Stored with other content than the newest version's.
    pub wrong: usize,
    /// Bad inputs without a letter.
    pub letters_missing: usize,
    /// Letters that no bad input explains.
    pub letters_unexplained: usize,
    /// Letters for an input that has one already: the broker forgot its id in the meantime.
    pub letters_repeated: usize,
    /// Processes whose counts do not add up, that still hold something, or that do not tell; a
    /// broker that has something left in the end.
    pub not_conserved: Vec<String>,
    /// Some of the above by name.
    pub named: Vec<String>,
}

impl Findings {
    /// Whether nothing was lost, doubled, altered or left unexplained.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let faults = [self.lost, self.duplicated, self.wrong, self.letters_missing, self.letters_unexplained];
        faults.iter().all(|count| *count == 0) && self.not_conserved.is_empty()
    }

    fn name(&mut self, what: &str, of: &str) {
        if self.named.iter().filter(|line| line.starts_with(what)).count() < NAMED {
            self.named.push(format!("{what}: {of}"));
        }
    }
}

/// Waits until everything has arrived, or should have, and judges.
pub(crate) async fn judge(newsroom: &mut Newsroom, book: &Book) -> Findings {
    drain(newsroom, book).await;
    let reader = open_reader(&newsroom.store()).await.expect("the store is there");
    let entries = std::mem::take(&mut *book.entries());
    let mut findings = Findings {
        articles: entries.articles.len(),
        versions: entries.versions(),
        bad_inputs: entries.bad.len(),
        ..Findings::default()
    };
    judge_records(&*reader, &entries, &mut findings).await;
    let totals = reader.totals().await.expect("the store can be counted");
    let too_many = totals.articles.saturating_sub(findings.articles as u64);
    findings.duplicated += usize::try_from(too_many).unwrap_or(usize::MAX);
    judge_letters(newsroom, &entries, &mut findings).await;
    for role in newsroom.roles() {
        findings.not_conserved.extend(imbalance(role).await);
    }
    let left = lag(newsroom);
    if left != Some(0) {
        findings.not_conserved.push(format!("broker: {left:?} messages that nobody settled"));
    }
    findings
}

/// Waits until the store holds as much as is owed and no stage has anything left, or too long.
async fn drain(newsroom: &mut Newsroom, book: &Book) {
    let owed = {
        let entries = book.entries();
        (entries.articles.len() as u64, entries.versions() as u64)
    };
    let deadline = Instant::now() + DRAIN;
    while Instant::now() < deadline {
        newsroom.revive();
        let stored = match open_reader(&newsroom.store()).await {
            Ok(reader) => reader.totals().await.ok(),
            Err(_) => None,
        };
        let arrived = stored.is_some_and(|totals| totals.articles >= owed.0 && totals.versions >= owed.1);
        if arrived && lag(newsroom) == Some(0) {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn judge_records(reader: &dyn RecordReader, entries: &Entries, findings: &mut Findings) {
    for (id, versions) in &entries.articles {
        let newest = versions.last().expect("an entry has the version that made it");
        let Some(record) = reader.get(*id).await.expect("the store can be read") else {
            findings.lost += 1;
            findings.name("lost", &newest.id);
            continue;
        };
        if !is_same(&record, newest) {
            findings.wrong += 1;
            findings.name("wrong", &newest.id);
        }
        if versions.len() > 1 || record.version.is_empty() {
            let stored = reader.versions(*id).await.expect("the store can be read").len();
            findings.lost += versions.len().saturating_sub(stored);
            findings.duplicated += stored.saturating_sub(versions.len());
            if stored != versions.len() {
                findings.name("versions", &format!("{} has {stored} of {}", newest.id, versions.len()));
            }
        }
    }
}

fn is_same(record: &NewsRecord, article: &TestArticle) -> bool {
    record.headline() == Some(article.title.as_str()) && record.body() == article.text
}

/// Every dead letter, one a line; `None` where the broker does not tell. A cluster that was just
/// healed has a while to choose its leaders.
pub(crate) async fn letters(newsroom: &Newsroom) -> Option<String> {
    let deadline = Instant::now() + SETTLE;
    loop {
        let letters = command(newsroom, &["dead", "list", "--json", "--limit", "1000000"]);
        if letters.is_some() || Instant::now() >= deadline {
            return letters;
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn judge_letters(newsroom: &Newsroom, entries: &Entries, findings: &mut Findings) {
    let Some(letters) = letters(newsroom).await else {
        findings.not_conserved.push("broker: dead letters cannot be listed".to_owned());
        return;
    };
    let mut missing = entries.bad.clone();
    let mut seen = std::collections::BTreeSet::new();
    for line in letters.lines() {
        if let Some(mark) = entries.bad.iter().find(|mark| line.contains(mark.as_str())) {
            missing.remove(mark);
            findings.letters_repeated += usize::from(!seen.insert(mark));
        } else {
            findings.letters_unexplained += 1;
            findings.name("letter", line.get(..400).unwrap_or(line));
        }
    }
    findings.letters_missing = missing.len();
    for mark in &missing {
        findings.name("no letter", mark);
    }
}

/// What is wrong with the counts of a process, if anything: it has a while to bring them in order.
async fn imbalance(role: &Role) -> Option<String> {
    let deadline = Instant::now() + SETTLE;
    loop {
        let wrong = wrong_counts(role).await;
        if wrong.is_none() || Instant::now() >= deadline {
            return wrong.map(|wrong| format!("{}: {wrong}", role.name()));
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn wrong_counts(role: &Role) -> Option<String> {
    let Some(admin) = role.process().and_then(|process| process.logged_address("admin port listens")) else {
        return Some("has no admin port".to_owned());
    };
    let metrics = match http::get(admin, "/metrics").await {
        Ok(answer) => Metrics::parse(&answer.body),
        Err(error) => return Some(format!("does not tell its counts: {error}")),
    };
    let counts = metrics.stage(role.name());
    let undecided = metrics.sum("dateline_deliveries_undecided_total", &[]);
    let settled = counts.is_conserved() && counts.in_flight.abs() < 0.5 && undecided < 0.5;
    (!settled).then(|| format!("{counts:?}, {undecided} undecided"))
}

/// Messages that no stage has settled; `None` when the broker does not tell.
pub(crate) fn lag(newsroom: &Newsroom) -> Option<u64> {
    let status: Value = serde_json::from_str(&command(newsroom, &["status", "--json"])?).ok()?;
    let consumers = status["broker"]["consumers"].as_array()?;
    let of = |consumer: &Value| Some(consumer["pending"].as_u64()? + consumer["ack_pending"].as_u64()?);
    consumers.iter().map(of).sum()
}

/// Runs a command of Dateline against the broker; its output if it succeeds.
fn command(newsroom: &Newsroom, arguments: &[&str]) -> Option<String> {
    let output = Command::new(newsroom.dateline())
        .current_dir(newsroom.folder())
        .args(arguments)
        .args(["--config", CONFIG, "--data-dir", "data"])
        .env("DATELINE_NATS__SERVERS", newsroom.urls().join(","))
        .output()
        .expect("the binary under test can be started");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
