//! One file of the spool: batches that are durable and not yet in any part.

use super::frame::{self, Frames, NewEntry, StoredEntry};
use crate::fault;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What a segment begins with; the suffix of its parts follows, then a line feed.
const MAGIC: &str = "dateline spool 1 ";
/// Longest first line.
const LONGEST_HEAD: u64 = 64;

/// A segment that batches are added to.
#[derive(Debug)]
pub(super) struct SegmentWriter {
    file: File,
    /// Everything before this is on the device.
    durable: u64,
    /// Whether something may stand behind it: a write that failed.
    is_torn: bool,
}

impl SegmentWriter {
    /// Starts a segment in an empty file; its name is made durable by who made it.
    pub(super) fn start(mut file: File, suffix: &str) -> io::Result<Self> {
        let head = format!("{MAGIC}{suffix}\n");
        file.write_all(head.as_bytes())?;
        file.sync_all()?;
        Ok(Self { file, durable: head.len() as u64, is_torn: false })
    }

    /// Adds a batch; when this returns `Ok`, it is on the device.
    ///
    /// After a failed write or sync the system may have dropped the data and yet
    /// let the next sync succeed, so all of it is cut off and written anew.
    pub(super) fn append(&mut self, entries: &[NewEntry]) -> io::Result<()> {
        let frames = frame::encode(entries)?;
        self.cut()?;
        self.is_torn = true;
        self.file.seek(SeekFrom::Start(self.durable))?;
        self.file.write_all(&frames)?;
        fault::point("spooled");
        self.file.sync_data()?;
        self.is_torn = false;
        self.durable += frames.len() as u64;
        fault::point("synced");
        Ok(())
    }

    /// Its size in bytes.
    pub(super) fn len(&self) -> u64 {
        self.durable
    }

    /// Cuts off what a failed write left, so that no one reads it.
    pub(super) fn cut(&mut self) -> io::Result<()> {
        if self.is_torn {
            self.file.set_len(self.durable)?;
            self.file.sync_all()?;
            self.is_torn = false;
        }
        Ok(())
    }
}

/// A closed segment, read.
#[derive(Debug)]
pub(super) struct Segment {
    file: File,
    /// Of the parts that are made of it.
    pub(super) suffix: String,
    /// Its records.
    pub(super) entries: Vec<StoredEntry>,
    /// Bytes at its end that are no whole frame.
    pub(super) torn: u64,
}

impl Segment {
    /// Reads where its records are. `None` where not even its first line was written:
    /// nothing in it was ever acknowledged.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        let mut source = BufReader::with_capacity(1 << 20, File::open(path)?);
        let mut head = String::new();
        source.by_ref().take(LONGEST_HEAD).read_line(&mut head)?;
        let suffix = head.strip_prefix(MAGIC).and_then(|rest| rest.strip_suffix('\n'));
        let Some(suffix) = suffix.map(str::to_owned) else { return Ok(None) };
        let Frames { entries, end } = frame::decode(&mut source, head.len() as u64)?;
        let file = source.into_inner();
        let torn = file.metadata()?.len().saturating_sub(end);
        Ok(Some(Self { file, suffix, entries, torn }))
    }

    /// The JSON of one of its records.
    pub(super) fn json(&self, entry: &StoredEntry) -> io::Result<Vec<u8>> {
        let length = entry.json.end - entry.json.start;
        let mut json = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(entry.json.start))?;
        file.take(length).read_to_end(&mut json)?;
        Ok(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::RecordKey;

    fn entry(json: &str) -> NewEntry {
        NewEntry { key: RecordKey([7; 16]), partition: "p".into(), json: json.to_owned().into() }
    }

    fn texts(segment: &Segment) -> Vec<String> {
        let text = |entry| String::from_utf8(segment.json(entry).unwrap()).unwrap();
        segment.entries.iter().map(text).collect()
    }

    #[test]
    fn what_a_failed_write_left_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("segment");
        let mut writer = SegmentWriter::start(File::create(&path).unwrap(), "jsonl").unwrap();
        writer.append(&[entry("one"), entry("two")]).unwrap();
        // As after a write that failed half-way.
        writer.file.write_all(b"half a frame").unwrap();
        writer.is_torn = true;
        assert_eq!(Segment::read(&path).unwrap().unwrap().torn, 12);
        writer.append(&[entry("three")]).unwrap();
        writer.cut().unwrap();
        let segment = Segment::read(&path).unwrap().unwrap();
        assert_eq!((texts(&segment), segment.torn), (vec!["one".into(), "two".into(), "three".into()], 0));
        assert_eq!(segment.suffix, "jsonl");
    }

    #[test]
    fn a_segment_without_its_first_line_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("segment");
        for head in ["", "dateline spo", "dateline spool 1 jsonl", "something else\n"] {
            std::fs::write(&path, head).unwrap();
            assert!(Segment::read(&path).unwrap().is_none(), "{head}");
        }
    }
}
