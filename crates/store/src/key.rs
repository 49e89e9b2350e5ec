//! What makes two deliveries the same record.

use crate::rows::timeless;
use dateline_model::NewsRecord;
use ring::digest::{SHA256, digest};
use std::collections::{HashSet, VecDeque};

/// Half of a SHA-256 over the record without the times of the work on it, and
/// with the time of its intake: the same text taken in again later may have to
/// become the current version again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RecordKey(pub(crate) [u8; RecordKey::LENGTH]);

impl RecordKey {
    /// In bytes.
    pub(crate) const LENGTH: usize = 16;

    /// # Errors
    /// When the record cannot be written as JSON.
    pub(crate) fn of(record: &NewsRecord) -> Result<Self, serde_json::Error> {
        let mut work = timeless(record);
        work.dateline.ingested_at = record.dateline.ingested_at;
        let digest = digest(&SHA256, &serde_json::to_vec(&work)?);
        let half = digest.as_ref().first_chunk().copied();
        Ok(Self(half.expect("a SHA-256 has 32 bytes")))
    }
}

impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The latest keys, so many of them.
#[derive(Debug)]
pub(crate) struct KnownKeys {
    set: HashSet<RecordKey>,
    order: VecDeque<RecordKey>,
    most: usize,
}

impl KnownKeys {
    pub(crate) fn new(most: usize) -> Self {
        Self { set: HashSet::new(), order: VecDeque::new(), most }
    }

    pub(crate) fn contains(&self, key: RecordKey) -> bool {
        self.set.contains(&key)
    }

    /// Adds a key; the oldest gives way.
    pub(crate) fn insert(&mut self, key: RecordKey) {
        if !self.set.insert(key) {
            return;
        }
        self.order.push_back(key);
        while self.order.len() > self.most {
            if let Some(oldest) = self.order.pop_front() {
                self.set.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_key_gives_way() {
        let mut known = KnownKeys::new(2);
        for n in [1, 2, 1, 3] {
            known.insert(RecordKey([n; 16]));
        }
        let there = [1, 2, 3].map(|n| known.contains(RecordKey([n; 16])));
        assert_eq!(there, [false, true, true]);
    }
}
