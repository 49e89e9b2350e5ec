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
    let mut state = start(text.len());
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        let word = chunk.iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte));
        state = mix(state ^ word);
    }
    let tail = chunks.remainder().iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte));
    mix(state ^ tail)
}

/// The same of the first `length` bytes of a buffer whose other bytes are zero;
/// its size is a multiple of eight.
#[inline]
pub(crate) fn padded<const N: usize>(buffer: &[u8; N], length: usize) -> u64 {
    let mut state = start(length);
    let (words, _) = buffer.as_chunks::<8>();
    let whole = length / 8;
    for word in &words[..whole] {
        state = mix(state ^ u64::from_le_bytes(*word));
    }
    mix(state ^ words.get(whole).map_or(0, |word| u64::from_le_bytes(*word)))
}

/// The same of fewer than eight bytes, given as a little-endian number.
#[inline]
pub(crate) fn short(bytes: u64, length: usize) -> u64 {
    mix(start(length) ^ bytes)
}

#[inline]
fn start(length: usize) -> u64 {
    (length as u64).wrapping_mul(SECOND) ^ MULTIPLIER
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

    #[test]
    fn all_ways_to_hash_a_word_agree() {
        let text = b"internationalisations of the whole world";
        for length in 0..=text.len() {
            let mut buffer = [0; 48];
            buffer[..length].copy_from_slice(&text[..length]);
            assert_eq!(padded(&buffer, length), bytes(&text[..length]), "{length}");
        }
        let full = [b'x'; 48];
        assert_eq!(padded(&full, 48), bytes(&full));
        assert_eq!(short(u64::from_le_bytes(*b"abc\0\0\0\0\0"), 3), bytes(b"abc"));
    }
}
