//! Records in a fifth of their bytes: the form in which they go from the enricher to the sinks
//! and lie in SQLite.
//!
//! A packed record is its JSON as one Zstandard frame (RFC 8878) whose header says how long the
//! JSON is. A frame begins with bytes that no JSON begins with, so a payload tells itself which of
//! the two it is. Left out: raw articles, which are short, and dictionaries, so that any tool for
//! the format reads a frame.

use std::borrow::Cow;
use std::cell::RefCell;
use thiserror::Error;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::{MAGICNUMBER, get_frame_content_size};

/// zstd's fastest usual level: the next ones take half as long again for a twentieth less.
const LEVEL: i32 = 1;
/// Longest JSON of a message that is unpacked, in bytes; a longer one is not packed. A message
/// must not say that it is large and so take all memory.
pub const MOST_UNPACKED: usize = 64 << 20;

/// Why bytes cannot be unpacked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnpackError {
    /// They are no frame, or their header does not say how long the content is.
    #[error("this is no Zstandard frame that says how long its content is")]
    NoFrame,
    /// More than wanted.
    #[error("the content is {bytes} bytes long, and at most {most} are unpacked")]
    TooLarge {
        /// What the header says.
        bytes: u64,
        /// What is allowed.
        most: usize,
    },
    /// The frame is cut off, or its content is not what the header says.
    #[error("the frame is damaged ({0})")]
    Damaged(String),
}

thread_local! {
    // To set these up costs a third of what packing a record does.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Packs JSON. `None` where it is longer than [`MOST_UNPACKED`], or memory is wanting: it can go as
/// it is.
#[must_use]
pub fn pack(json: &[u8]) -> Option<Vec<u8>> {
    if json.len() > MOST_UNPACKED {
        return None;
    }
    COMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = Compressor::new(LEVEL).ok();
        }
        slot.as_mut()?.compress(json).ok()
    })
}

/// Whether a payload is packed.
#[must_use]
pub fn is_packed(payload: &[u8]) -> bool {
    payload.starts_with(&MAGICNUMBER.to_le_bytes())
}

/// How many bytes unpacking a payload gives, as far as its header is to be believed; 0 where it is
/// not packed.
#[must_use]
pub fn unpacked_len(payload: &[u8]) -> usize {
    let length = content_size(payload).and_then(|bytes| usize::try_from(bytes).ok());
    length.unwrap_or(0).min(MOST_UNPACKED)
}

/// Unpacks at most `most` bytes.
///
/// # Errors
/// When it is not packed, or longer, or damaged.
pub fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>, UnpackError> {
    let bytes = content_size(packed).ok_or(UnpackError::NoFrame)?;
    let fitting = usize::try_from(bytes).ok().filter(|length| *length <= most);
    let length = fitting.ok_or(UnpackError::TooLarge { bytes, most })?;
    let damaged = |error: std::io::Error| UnpackError::Damaged(error.to_string());
    let unpacked = DECOMPRESSOR.with_borrow_mut(|slot| {
        let decompressor = match slot {
            Some(decompressor) => decompressor,
            None => slot.insert(Decompressor::new().map_err(damaged)?),
        };
        decompressor.decompress(packed, length).map_err(damaged)
    })?;
    if unpacked.len() == length {
        Ok(unpacked)
    } else {
        Err(UnpackError::Damaged(format!("{} bytes in place of {length}", unpacked.len())))
    }
}

/// A payload for people and tools: unpacked, where it is packed and can be unpacked to at most
/// `most` bytes; else as it is.
#[must_use]
pub fn plain(payload: &[u8], most: usize) -> Cow<'_, [u8]> {
    if is_packed(payload) {
        unpack(payload, most).map_or(Cow::Borrowed(payload), Cow::Owned)
    } else {
        Cow::Borrowed(payload)
    }
}

/// What the header says; `None` without a frame, or where it does not say.
fn content_size(packed: &[u8]) -> Option<u64> {
    if is_packed(packed) { get_frame_content_size(packed).ok().flatten() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        for text in ["", "{}", &"\u{0}å🦀".repeat(50_000), "{}"] {
            let packed = pack(text.as_bytes()).unwrap();
            assert!(is_packed(&packed));
            assert_eq!(unpacked_len(&packed), text.len());
            assert_eq!(unpack(&packed, text.len()).unwrap(), text.as_bytes());
            assert_eq!(*plain(&packed, text.len()), *text.as_bytes());
        }
    }

    #[test]
    fn what_is_longer_than_wanted_stays_packed() {
        let packed = pack(&[b'a'; 1000]).unwrap();
        assert_eq!(unpack(&packed, 999), Err(UnpackError::TooLarge { bytes: 1000, most: 999 }));
        assert_eq!(*plain(&packed, 999), packed);
        assert_eq!(pack(&vec![b' '; MOST_UNPACKED + 1]), None);
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let whole = pack("news ".repeat(1_000).as_bytes()).unwrap();
        let huge = [&whole[..4], &[0xe0], &u64::MAX.to_le_bytes()[..]].concat();
        for damaged in [&[][..], b"{}", &whole[..4], &whole[..whole.len() - 1], &whole[1..], &huge] {
            assert!(unpack(damaged, MOST_UNPACKED).is_err(), "{damaged:?}");
            assert_eq!(*plain(damaged, MOST_UNPACKED), *damaged);
            assert!(unpacked_len(damaged) <= MOST_UNPACKED);
        }
    }

    #[test]
    fn json_is_not_packed() {
        for json in ["", "{", r#"{"uri":"a"}"#, "(\u{b5}/\u{fd}"] {
            assert!(!is_packed(json.as_bytes()), "{json}");
            assert_eq!(unpacked_len(json.as_bytes()), 0);
        }
    }
}
