//! The weight table: one row of small integers a feature, found by hash.
//!
//! A bucket holds two slots. The lower bits of a feature's hash choose the
//! bucket, the upper sixteen are its tag; a slot whose tag differs belongs to
//! another feature. So a feature that the model does not know costs one look
//! at a small array, and never adds the weights of a stranger.

use crate::labels::WEIGHTED;

/// Weights of one feature for the labels 1 to 16.
pub type Row = [i8; WEIGHTED];

/// Slots in a bucket.
const WAYS: usize = 2;
/// Tag of an empty slot; real tags are moved away from it.
const EMPTY: u16 = 0;

/// Feature hash to weight row.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    tags: Vec<[u16; WAYS]>,
    /// Row 0 is all zeros: what an unknown feature adds.
    rows: Vec<Row>,
    mask: u32,
}

impl Weights {
    /// A table with room for the given features. Of more than two features
    /// that share a bucket the first ones stay, so give the strongest first.
    pub(crate) fn build(features: &[(u32, Row)]) -> Self {
        let buckets = features.len().next_power_of_two().max(2);
        let mut table = Self {
            tags: vec![[EMPTY; WAYS]; buckets],
            rows: vec![[0; WEIGHTED]; buckets * WAYS + 1],
            mask: u32::try_from(buckets - 1).unwrap_or(u32::MAX),
        };
        for (hash, row) in features {
            let bucket = table.bucket(*hash);
            if let Some(way) = table.tags[bucket].iter().position(|&tag| tag == EMPTY) {
                table.tags[bucket][way] = tag_of(*hash);
                table.rows[1 + bucket * WAYS + way] = *row;
            }
        }
        table
    }

    #[inline]
    fn bucket(&self, hash: u32) -> usize {
        (hash & self.mask) as usize
    }

    /// The row of a feature; all zeros when it is not known.
    #[inline]
    fn row(&self, hash: u32) -> &Row {
        let bucket = self.bucket(hash);
        let tags = self.tags[bucket];
        let tag = tag_of(hash);
        let first = usize::from(tags[0] == tag);
        let second = usize::from(tags[1] == tag) * 2;
        let known = usize::from(first + second > 0);
        let way = if first == 1 { 0 } else { second / 2 };
        &self.rows[known * (1 + bucket * WAYS + way)]
    }

    /// Sum of the rows of `features`.
    #[inline]
    pub(crate) fn sum(&self, features: &[u32]) -> [i16; WEIGHTED] {
        let mut sum = [0_i16; WEIGHTED];
        for &hash in features {
            let row = self.row(hash);
            for (total, &weight) in sum.iter_mut().zip(row) {
                *total += i16::from(weight);
            }
        }
        sum
    }

    /// Bytes of memory that the table holds.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.tags[..]) + size_of_val(&self.rows[..])
    }
}

fn tag_of(hash: u32) -> u16 {
    // A zero tag would read as an empty slot.
    let [_, _, low, high] = hash.to_le_bytes();
    u16::from_le_bytes([low, high]).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_features_add_their_row_and_unknown_ones_nothing() {
        let features: Vec<(u32, Row)> = (1..=100_u32)
            .map(|n| (n.wrapping_mul(0x9e37_79b9), [i8::try_from(n).unwrap(); WEIGHTED]))
            .collect();
        let table = Weights::build(&features);
        let hit = |n: u32| table.sum(&[n.wrapping_mul(0x9e37_79b9)])[0];
        let found = (1..=100).filter(|&n| u32::try_from(hit(n)).unwrap() == n).count();
        assert!(found > 90, "{found} of 100 found");
        assert!((101..2000).all(|n| hit(n) == 0));
        assert_eq!(table.sum(&[1_u32.wrapping_mul(0x9e37_79b9), 0x1234_5678])[3], 1);
        assert!(table.bytes() < 10_000);
    }
}
