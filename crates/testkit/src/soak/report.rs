//! What a run came to.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The figures of one run.
#[derive(Debug, Clone)]
pub struct Report {
    /// What it was drawn from.
    pub seed: u64,
    /// Feeds.
    pub sources: usize,
    /// How long they misbehaved.
    pub seconds: u64,
    /// How long the last items took afterwards.
    pub drain_seconds: u64,
    /// Requests that the server saw.
    pub requests: usize,
    /// Faults that it showed, by kind.
    pub misbehaved: BTreeMap<String, usize>,
    /// Items that were published.
    pub items: usize,
    /// Those of them that are not stored.
    pub lost: Vec<String>,
    /// Articles that are stored.
    pub articles: u64,
    /// Their versions.
    pub versions: u64,
    /// Requests that came too soon or beside others.
    pub rude: Vec<String>,
    /// Memory of the producer, every ten seconds and once at the end.
    pub memory_kib: Vec<u64>,
}

impl Report {
    /// Whether nothing was lost or doubled, and nobody was rude.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.doubled() == 0 && self.rude.is_empty()
    }

    /// Articles and versions beyond one for each item.
    #[must_use]
    pub fn doubled(&self) -> u64 {
        let items = self.items as u64;
        self.articles.saturating_sub(items) + self.versions.saturating_sub(self.articles)
    }

    /// The most memory that the producer had.
    #[must_use]
    pub fn most_memory_kib(&self) -> u64 {
        self.memory_kib.iter().copied().max().unwrap_or_default()
    }

    /// The memory at the end of each minute.
    #[must_use]
    pub fn memory_by_minute_kib(&self) -> Vec<u64> {
        self.memory_kib.chunks(6).filter_map(|minute| minute.last().copied()).collect()
    }

    /// All of it on one line; long lists are cut.
    #[must_use]
    pub fn json(&self) -> Value {
        let some = |list: &[String]| list.iter().take(10).cloned().collect::<Vec<_>>();
        json!({
            "seed": self.seed,
            "sources": self.sources,
            "seconds": self.seconds,
            "drainSeconds": self.drain_seconds,
            "requests": self.requests,
            "misbehaved": self.misbehaved,
            "items": self.items,
            "lost": self.lost.len(),
            "lostSome": some(&self.lost),
            "doubled": self.doubled(),
            "rude": self.rude.len(),
            "rudeSome": some(&self.rude),
            "memoryByMinuteKib": self.memory_by_minute_kib(),
        })
    }
}
