//! Draws that a seed repeats.

/// `SplitMix64` (Steele, Lea and Flood, 2014): even draws from a seed.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The draws of `index` under `seed`.
    #[must_use]
    pub fn new(seed: u64, index: usize) -> Self {
        let mut random = Self(seed);
        // So that article 1 of seed 0 and article 0 of seed 1 have nothing in common.
        Self(random.next() ^ (index as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    /// The next 64 bits.
    #[expect(
        clippy::should_implement_trait,
        reason = "draws never end, so that an `Option` would be in the way"
    )]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    ///
    /// # Panics
    /// When `limit` is 0: there is no such number.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("a remainder is below its divisor")
    }

    /// One of them.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }
}
