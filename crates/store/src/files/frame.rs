//! How a segment holds batches: frames with a checksum, entries within them.
//!
//! ```text
//! frame  length: u32  checksum: u64 (XXH3 of what follows)  entries
//! entry  key: 16 bytes  partition: u8 length, text  record: u32 length, JSON
//! ```
//! Numbers are little-endian. A frame that does not check was never acknowledged:
//! what comes after it is cut off.

use crate::key::RecordKey;
use crate::received::Json;
use std::io::{self, Read};
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of a frame before its entries.
const HEAD: usize = 12;
/// Entries of a batch go on in another frame past this.
const FRAME: usize = 64 << 20;
/// Longest frame that is believed: one entry may be as long as a record may.
const LONGEST: u32 = u32::MAX / 2;

/// A record on its way into a segment.
#[derive(Debug)]
pub(super) struct NewEntry {
    pub(super) key: RecordKey,
    pub(super) partition: String,
    pub(super) json: Json,
}

/// Where a record stands in a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredEntry {
    pub(super) key: RecordKey,
    pub(super) partition: String,
    /// The JSON, in bytes from the segment's start.
    pub(super) json: Range<u64>,
}

/// The frames of a batch.
pub(super) fn encode(entries: &[NewEntry]) -> io::Result<Vec<u8>> {
    let mut frames = Vec::with_capacity(entries.iter().map(|entry| entry.json.as_bytes().len() + 64).sum());
    let mut rest = entries.iter().peekable();
    while rest.peek().is_some() {
        let start = frames.len();
        frames.extend_from_slice(&[0; HEAD]);
        while let Some(entry) = rest.next_if(|_| frames.len() - start < FRAME) {
            push_entry(&mut frames, entry)?;
        }
        let length = u32::try_from(frames.len() - start - HEAD).map_err(io::Error::other)?;
        let checksum = xxh3_64(&frames[start + HEAD..]);
        frames[start..start + 4].copy_from_slice(&length.to_le_bytes());
        frames[start + 4..start + HEAD].copy_from_slice(&checksum.to_le_bytes());
    }
    Ok(frames)
}

fn push_entry(frames: &mut Vec<u8>, entry: &NewEntry) -> io::Result<()> {
    let partition = u8::try_from(entry.partition.len()).map_err(io::Error::other)?;
    let json = u32::try_from(entry.json.as_bytes().len()).map_err(io::Error::other)?;
    frames.extend_from_slice(&entry.key.0);
    frames.push(partition);
    frames.extend_from_slice(entry.partition.as_bytes());
    frames.extend_from_slice(&json.to_le_bytes());
    frames.extend_from_slice(entry.json.as_bytes());
    Ok(())
}

/// What a reader of frames found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Frames {
    /// Every entry of whole frames.
    pub(super) entries: Vec<StoredEntry>,
    /// Where the last whole frame ends.
    pub(super) end: u64,
}

/// Reads frames from `offset` on, up to the end or the first one that does not check.
pub(super) fn decode(mut source: impl Read, offset: u64) -> io::Result<Frames> {
    let mut frames = Frames { entries: Vec::new(), end: offset };
    let mut body = Vec::new();
    loop {
        let mut head = [0; HEAD];
        if !fill(&mut source, &mut head)? {
            return Ok(frames);
        }
        let [a, b, c, d, checksum @ ..] = head;
        let length = u32::from_le_bytes([a, b, c, d]);
        if length == 0 || length > LONGEST {
            return Ok(frames);
        }
        body.clear();
        let read = source.by_ref().take(u64::from(length)).read_to_end(&mut body)?;
        if read as u64 != u64::from(length) || xxh3_64(&body) != u64::from_le_bytes(checksum) {
            return Ok(frames);
        }
        let start = frames.end + HEAD as u64;
        let Some(entries) = entries_of(&body, start) else { return Ok(frames) };
        frames.entries.extend(entries);
        frames.end = start + u64::from(length);
    }
}

/// Whether there was enough to fill `buffer`.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match source.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// The entries of a frame that starts at `start`; `None` where it holds anything else.
fn entries_of(body: &[u8], start: u64) -> Option<Vec<StoredEntry>> {
    let mut entries = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (key, after) = rest.split_first_chunk()?;
        let (&length, after) = after.split_first()?;
        let (partition, after) = after.split_at_checked(usize::from(length))?;
        let (length, after) = after.split_first_chunk()?;
        let length = u32::from_le_bytes(*length);
        let at = start + (body.len() - after.len()) as u64;
        rest = after.get(usize::try_from(length).ok()?..)?;
        entries.push(StoredEntry {
            key: RecordKey(*key),
            partition: std::str::from_utf8(partition).ok()?.to_owned(),
            json: at..at + u64::from(length),
        });
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries(texts: &[String]) -> Vec<NewEntry> {
        let entry = |(n, json): (usize, &String)| NewEntry {
            key: RecordKey([u8::try_from(n).unwrap(); 16]),
            partition: format!("date=2026-11-22/lang=l{n}"),
            json: json.clone().into(),
        };
        texts.iter().enumerate().map(entry).collect()
    }

    proptest! {
        #[test]
        fn frames_read_back_up_to_where_they_were_cut(
            batches in prop::collection::vec(prop::collection::vec(".{0,40}", 1..5), 1..5),
            cut in any::<prop::sample::Index>(),
            flip in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let mut file = b"head".to_vec();
            let mut ends = vec![(4, 0)];
            for batch in &batches {
                file.extend(encode(&entries(batch)).unwrap());
                ends.push((file.len(), ends.last().unwrap().1 + batch.len()));
            }
            let whole = decode(&file[4..], 4).unwrap();
            let texts: Vec<&str> = whole.entries.iter().map(|entry| {
                let range = usize::try_from(entry.json.start).unwrap()..usize::try_from(entry.json.end).unwrap();
                std::str::from_utf8(&file[range]).unwrap()
            }).collect();
            prop_assert_eq!(texts, batches.concat());

            let mut torn = file[..4 + cut.index(file.len() - 3)].to_vec();
            let mut sound = torn.len();
            if let Some(flip) = flip.filter(|_| torn.len() > 4) {
                let at = 4 + flip.index(torn.len() - 4);
                torn[at] ^= 0x55;
                sound = at;
            }
            let (end, count) = *ends.iter().rev().find(|(end, _)| *end <= sound).unwrap();
            let read = decode(&torn[4..], 4).unwrap();
            prop_assert_eq!((read.end, read.entries.len()), (end as u64, count));
        }
    }
}
