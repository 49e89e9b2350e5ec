//! Sequences of word hashes to items: one open-addressed table.
//!
//! Every beginning of a known name has a slot too, so a search goes on only
//! as long as some known name may still come of it.

use super::ItemId;
use crate::hash;

/// End of a chain of items, or a slot that is only a beginning.
const NONE: u32 = u32::MAX;

/// A slot: hash of a sequence, and the head of its items.
#[derive(Debug, Clone, Copy)]
struct Slot {
    key: u64,
    head: u32,
}

/// The key 0 marks a free slot.
const FREE: Slot = Slot { key: 0, head: NONE };

/// Known sequences, ready for search.
#[derive(Debug, Default)]
pub(crate) struct Phrases {
    slots: Vec<Slot>,
    /// Item and the next entry of its chain.
    chain: Vec<(ItemId, u32)>,
}

/// Collects sequences.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    entries: Vec<(u64, Option<ItemId>)>,
}

impl Builder {
    /// Adds the name with these word hashes.
    pub(crate) fn add(&mut self, keys: impl Iterator<Item = u64>, id: ItemId) {
        let mut sequence = 0;
        for key in keys {
            sequence = extend(sequence, key);
            self.entries.push((sequence, None));
        }
        if let Some(last) = self.entries.last_mut() {
            last.1 = Some(id);
        }
    }

    /// The finished table.
    pub(crate) fn finish(self) -> Phrases {
        let size = (self.entries.len() * 2).next_power_of_two().max(2);
        let mut table = Phrases { slots: vec![FREE; size], chain: Vec::with_capacity(self.entries.len()) };
        for (key, item) in self.entries {
            let at = table.slot_of(key);
            table.slots[at].key = key;
            if let Some(id) = item {
                table.link(at, id);
            }
        }
        table
    }
}

fn extend(sequence: u64, key: u64) -> u64 {
    hash::pair(sequence, key).max(1)
}

impl Phrases {
    /// The slot that holds `key`, or the free one where it belongs.
    #[inline]
    fn slot_of(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = usize::try_from(key >> 20).unwrap_or(0) & mask;
        while self.slots[at].key != key && self.slots[at].key != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// Puts `id` at the front of the chain of slot `at`, once.
    fn link(&mut self, at: usize, id: ItemId) {
        let head = self.slots[at].head;
        if head != NONE && self.chain[head as usize].0 == id {
            return;
        }
        self.slots[at].head = u32::try_from(self.chain.len()).unwrap_or(NONE);
        self.chain.push((id, head));
    }

    #[inline]
    fn get(&self, key: u64) -> Option<Slot> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.slots[self.slot_of(key)];
        (slot.key != 0).then_some(slot)
    }

    /// Head of the items of exactly this sequence.
    pub(crate) fn find(&self, keys: impl Iterator<Item = u64>) -> Option<u32> {
        let slot = self.get(keys.fold(0, extend))?;
        (slot.head != NONE).then_some(slot.head)
    }

    /// Length and head of the longest known sequence at the start of `keys`.
    pub(crate) fn longest(&self, keys: impl Iterator<Item = u64>) -> Option<(usize, u32)> {
        let mut sequence = 0;
        let mut best = None;
        for (number, key) in keys.enumerate() {
            sequence = extend(sequence, key);
            let Some(slot) = self.get(sequence) else { break };
            if slot.head != NONE {
                best = Some((number + 1, slot.head));
            }
        }
        best
    }

    /// Items of a chain.
    pub(crate) fn items(&self, head: u32) -> impl Iterator<Item = ItemId> + '_ {
        let mut at = head;
        std::iter::from_fn(move || {
            let (id, next) = *self.chain.get(at as usize)?;
            at = next;
            Some(id)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_known_name_wins() {
        let mut builder = Builder::default();
        for (id, keys) in [(0, vec![5]), (1, vec![5, 6, 7]), (2, vec![5]), (3, vec![8, 9])] {
            builder.add(keys.into_iter(), id);
        }
        let phrases = builder.finish();
        let longest = |keys: &[u64]| {
            phrases
                .longest(keys.iter().copied())
                .map(|(length, head)| (length, phrases.items(head).collect::<Vec<_>>()))
        };
        assert_eq!(longest(&[5, 6, 7, 8]), Some((3, vec![1])));
        assert_eq!(longest(&[5, 6, 8]), Some((1, vec![2, 0])));
        assert_eq!(longest(&[8]), None, "a beginning is no name");
        assert_eq!(longest(&[77]), None);
        assert_eq!(Phrases::default().find([5].into_iter()), None);
    }
}
