//! One fixed 64-bit hash for words and features.
//!
//! The model file stores feature hashes, so the function must never change
//! without a new model format. It is no defence against crafted collisions: a
//! collision costs a little accuracy, never memory or time.

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
const SECOND: u64 = 0xd6e8_feb8_6659_fd93;

/// Hash of a byte string.
#[inline]
pub(crate) fn bytes(text: &[u8]) -> u64 {
    let mut state = (text.len() as u64).wrapping_mul(SECOND) ^ MULTIPLIER;
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        let word = chunk.iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte));
        state = mix(state ^ word);
    }
    let tail = chunks.remainder().iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte));
    mix(state ^ tail)
}

/// Spreads the bits of `value` over the whole word.
#[inline]
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_mul(MULTIPLIER);
    let value = (value ^ (value >> 32)).wrapping_mul(SECOND);
    value ^ (value >> 29)
}

/// Hash of an ordered pair of hashes.
#[inline]
pub(crate) fn pair(first: u64, second: u64) -> u64 {
    (first.rotate_left(23) ^ second).wrapping_mul(MULTIPLIER)
}

/// Hash of feature template `template` with value `value`: the 32 bits that
/// the weight table is addressed by.
#[inline]
pub(crate) fn feature(template: u64, value: u64) -> u32 {
    let mixed = (value ^ template.wrapping_mul(SECOND)).wrapping_mul(MULTIPLIER);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(SECOND);
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_word_is_fixed() {
        assert_eq!(bytes(b""), mix(MULTIPLIER));
        assert_ne!(bytes(b"Kabul"), bytes(b"kabul"));
        assert_ne!(bytes(b"abcdefgh"), bytes(b"abcdefgh\0"));
        assert_ne!(pair(1, 2), pair(2, 1));
        assert_ne!(feature(1, 7), feature(2, 7));
    }
}
