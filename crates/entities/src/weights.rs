//! The weight table: one row of small integers a feature, found by hash.
//!
//! A bucket holds two slots. The lower bits of a feature's hash choose the
//! bucket; a slot keeps the other bits, by which a feature that the model does
//! not know is told from one that it does, and in their place the number of its
//! row. So such a feature costs one look at a small array, and never adds the
//! weights of a stranger. Rows lie in the order in which they were given, the
//! strongest first: those that are asked for again and again lie together.

use crate::labels::WEIGHTED;

/// Weights of one feature for the labels 1 to 16.
pub type Row = [i8; WEIGHTED];

/// Slots in a bucket.
const WAYS: usize = 2;
/// An empty slot: row 0 and no bits of a hash.
const EMPTY: u32 = 0;

/// Feature hash to weight row.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    buckets: Vec<[u32; WAYS]>,
    /// Row 0 is all zeros: what an unknown feature adds.
    rows: Vec<Row>,
    mask: u32,
}

impl Weights {
    /// A table with room for the given features. Of more than two features
    /// that share a bucket the first ones stay, so give the strongest first.
    pub(crate) fn build(features: &[(u32, Row)]) -> Self {
        // One more, so that the number of a row always fits under the mask.
        let buckets = (features.len() + 1).next_power_of_two().max(2);
        let mut table = Self {
            buckets: vec![[EMPTY; WAYS]; buckets],
            rows: Vec::with_capacity(features.len() + 1),
            mask: u32::try_from(buckets - 1).unwrap_or(u32::MAX),
        };
        table.rows.push([0; WEIGHTED]);
        for (hash, row) in features {
            let number = u32::try_from(table.rows.len()).unwrap_or(u32::MAX) & table.mask;
            let bucket = &mut table.buckets[(hash & table.mask) as usize];
            if let Some(slot) = bucket.iter_mut().find(|slot| **slot == EMPTY) {
                *slot = (hash & !table.mask) | number;
                table.rows.push(*row);
            }
        }
        table
    }

    /// Number of the row of a feature, 0 when it is not known; without a
    /// branch, as nothing foretells which features are.
    #[inline]
    fn number(&self, hash: u32) -> u32 {
        let [first, second] = self.buckets[(hash & self.mask) as usize];
        let of = |slot: u32| if (slot ^ hash) & !self.mask == 0 { slot & self.mask } else { 0 };
        let (first, second) = (of(first), of(second));
        if first == 0 { second } else { first }
    }

    /// Sum of the rows of `features`.
    ///
    /// In two passes: the memory that a pass reads does not depend on what it
    /// read before, so the processor waits for many places at once.
    #[inline]
    pub(crate) fn sum(&self, features: &[u32]) -> [i16; WEIGHTED] {
        let mut sum = [0_i16; WEIGHTED];
        for features in features.chunks(AT_ONCE) {
            let mut numbers = [0_u32; AT_ONCE];
            for (number, &hash) in numbers.iter_mut().zip(features) {
                *number = self.number(hash);
            }
            self.add_rows(&numbers[..features.len()], &mut sum);
        }
        sum
    }

    /// Adds rows to a sum. By itself, as the compiler then keeps the sum in registers.
    #[inline(never)]
    fn add_rows(&self, numbers: &[u32], into: &mut [i16; WEIGHTED]) {
        let mut sum = *into;
        for &number in numbers {
            let row = self.rows[number as usize];
            for label in 0..WEIGHTED {
                sum[label] += i16::from(row[label]);
            }
        }
        *into = sum;
    }

    /// Bytes of memory that the table holds.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.buckets[..]) + size_of_val(&self.rows[..])
    }
}

/// Features whose rows are found before any is read.
const AT_ONCE: usize = 96;

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
