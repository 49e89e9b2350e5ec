//! Gzip around an input: sitemaps and archives come so.

use crate::error::Fault;
use flate2::bufread::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Unpacks gzip, of several members too; other bytes come back as they are. A
/// stream that breaks off gives what was read of it.
///
/// # Errors
/// [`Fault::InputTooLarge`] when more than `limit` bytes come out,
/// [`Fault::NotText`] when none do.
pub(crate) fn unpack(bytes: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, Fault> {
    if !bytes.starts_with(b"\x1f\x8b") {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(bytes).take(most).read_to_end(&mut unpacked);
    if unpacked.len() > limit {
        return Err(Fault::InputTooLarge { bytes: unpacked.len(), limit });
    }
    match read {
        Err(error) if unpacked.is_empty() => {
            Err(Fault::NotText { evidence: format!("they begin as gzip, which cannot be unpacked: {error}") })
        }
        _ => Ok(Cow::Owned(unpacked)),
    }
}

/// True for gzip around bytes that begin so.
pub(crate) fn holds(bytes: &[u8], start: &[u8]) -> bool {
    let mut head = Vec::new();
    let limit = start.len() as u64;
    let is_gzip = bytes.starts_with(b"\x1f\x8b");
    is_gzip && MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut head).is_ok() && head == start
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn pack(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_comes_out() {
        assert_eq!(unpack(b"plain", 5).unwrap().as_ref(), b"plain");
        let two = [pack("one "), pack("two")].concat();
        assert_eq!(unpack(&two, 7).unwrap().as_ref(), b"one two");
        assert!(matches!(unpack(&two, 6), Err(Fault::InputTooLarge { bytes: 7, limit: 6 })));
        assert!(matches!(unpack(b"\x1f\x8b\x08", 100), Err(Fault::NotText { .. })));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = pack(&"0".repeat(1 << 20));
        assert!(bomb.len() < 2000);
        assert!(matches!(unpack(&bomb, 1000), Err(Fault::InputTooLarge { bytes: 1001, .. })));
    }

    #[test]
    fn a_stream_that_breaks_off() {
        let mut packed = pack(&"news ".repeat(10_000));
        packed.truncate(packed.len() - 12);
        assert!(unpack(&packed, 1 << 20).unwrap().starts_with(b"news news"));
    }
}
