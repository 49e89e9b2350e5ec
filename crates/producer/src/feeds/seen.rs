//! What a source gave before: a bounded memory of its items.

use dateline_model::ArticleId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64;

/// What is remembered of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeenItem {
    /// How the source names it: hash of its guid, else of its address or content.
    pub(crate) key: u64,
    /// The article that it is a version of.
    pub(crate) id: ArticleId,
    /// Hash of its title.
    pub(crate) title: u64,
    /// Hash of everything else that a reader sees.
    pub(crate) text: u64,
}

/// The items of a source, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Seen {
    items: Vec<SeenItem>,
    by_key: HashMap<u64, usize>,
    by_id: HashMap<ArticleId, usize>,
}

impl Seen {
    /// The item that the source named so.
    pub(crate) fn by_key(&self, key: u64) -> Option<&SeenItem> {
        self.by_key.get(&key).map(|&at| &self.items[at])
    }

    /// The item that is a version of that article.
    pub(crate) fn by_id(&self, id: ArticleId) -> Option<&SeenItem> {
        self.by_id.get(&id).map(|&at| &self.items[at])
    }

    /// How many there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Remembers items as the newest ones, and forgets the oldest beyond `limit`.
    /// What was just remembered is never forgotten at once.
    pub(crate) fn remember(&mut self, items: impl IntoIterator<Item = SeenItem>, limit: usize) {
        let mut newest: Vec<SeenItem> = Vec::new();
        let mut at: HashMap<u64, usize> = HashMap::new();
        for item in items {
            if let Some(&place) = at.get(&item.key) {
                newest[place] = item
            } else {
                at.insert(item.key, newest.len());
                newest.push(item);
            }
        }
        let room = limit.saturating_sub(newest.len());
        let older: Vec<SeenItem> =
            self.items.iter().filter(|item| !at.contains_key(&item.key)).copied().collect();
        let kept = older.len().saturating_sub(room);
        *self = Self::of(older.into_iter().skip(kept).chain(newest).collect());
    }

    fn of(items: Vec<SeenItem>) -> Self {
        let by_key = items.iter().enumerate().map(|(at, item)| (item.key, at)).collect();
        let by_id = items.iter().enumerate().map(|(at, item)| (item.id, at)).collect();
        Self { items, by_key, by_id }
    }
}

/// Hash of a text, as it is remembered.
pub(crate) fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

/// One word an item: a thousand of them make 85 KiB.
impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.items.iter().map(|item| {
            let SeenItem { key, id, title, text } = item;
            format!("{key:x} {id} {title:x} {text:x}")
        }))
    }
}

/// A word that does not read is an item that is forgotten.
impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        Ok(Self::of(words.iter().filter_map(|word| read(word)).collect()))
    }
}

fn read(word: &str) -> Option<SeenItem> {
    let number = |part: &str| u64::from_str_radix(part, 16).ok();
    let parts: Vec<&str> = word.split(' ').collect();
    let [key, id, title, text] = parts.as_slice() else { return None };
    Some(SeenItem { key: number(key)?, id: id.parse().ok()?, title: number(title)?, text: number(text)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: u64, text: u64) -> SeenItem {
        SeenItem { key: name, id: ArticleId::from_guid("s", &name.to_string()), title: 7, text }
    }

    fn keys(seen: &Seen) -> Vec<u64> {
        seen.items.iter().map(|item| item.key).collect()
    }

    #[test]
    fn the_oldest_are_forgotten_and_never_the_newest() {
        let mut seen = Seen::default();
        seen.remember([item(1, 0), item(2, 0), item(3, 0)], 4);
        seen.remember([item(2, 9), item(4, 0)], 4);
        assert_eq!(keys(&seen), [1, 3, 2, 4]);
        assert_eq!(seen.by_key(2).unwrap().text, 9);
        seen.remember([item(5, 0), item(6, 0), item(7, 0)], 4);
        assert_eq!(keys(&seen), [4, 5, 6, 7]);
        seen.remember((10..20).map(|name| item(name, 0)), 4);
        assert_eq!(seen.len(), 10, "all of one answer are remembered");
        assert!(seen.by_key(4).is_none() && seen.by_id(item(12, 0).id).is_some());
        seen.remember([item(30, 1), item(30, 2)], 4);
        assert_eq!((seen.by_key(30).unwrap().text, seen.len()), (2, 4));
    }

    #[test]
    fn reads_back_and_forgets_what_does_not_read() {
        let mut seen = Seen::default();
        seen.remember([item(u64::MAX, 1), item(0, u64::MAX)], 10);
        let json = serde_json::to_string(&seen).unwrap();
        assert_eq!(serde_json::from_str::<Seen>(&json).unwrap(), seen);
        let broken: Seen = serde_json::from_str(r#"["", "x y z", "1 2 3 4"]"#).unwrap();
        assert_eq!(broken.len(), 0);
    }
}
