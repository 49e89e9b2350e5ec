//! The walk through an archive, record by record.

use super::record::Record;
use super::{Position, WarcError, WarcFault};
use crate::limits::Limits;
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// Bytes of one record's header.
const MOST_HEADER: usize = 64 << 10;
/// Bytes of one line that are looked at.
const MOST_LINE: u64 = 16 << 10;

/// The records of an archive. Ends with the file, or with an error behind
/// which nothing can be read.
#[derive(Debug)]
pub struct Archive<R> {
    source: Source<R>,
    limits: Limits,
    position: Position,
    /// Records to pass over, when reading goes on inside of a member.
    skip: u64,
    /// A sound record behind bytes that were none.
    pending: Option<Record>,
    /// The first byte of the file is still to come; it tells whether the file is packed.
    at_start: bool,
    /// The file as a whole is not packed: what looks packed in it is content.
    is_plain: bool,
    over: bool,
}

impl<R: BufRead> Archive<R> {
    /// Reads an archive from its beginning. Records up to
    /// `limits.max_input_bytes` are held in memory, one at a time.
    pub fn new(reader: R, limits: Limits) -> Self {
        Self::from_position(reader, limits, Position::default())
    }

    /// Goes on at a record; the reader must stand at `position.offset`.
    pub fn from_position(reader: R, limits: Limits, position: Position) -> Self {
        let source = Source::Unknown(Counted { inner: reader, count: position.offset });
        let start = Position { offset: position.offset, record: 0 };
        Self {
            source,
            limits,
            position: start,
            skip: position.record,
            pending: None,
            at_start: position.offset == 0,
            is_plain: false,
            over: false,
        }
    }

    /// The same for an archive that is known not to be packed. Who goes on inside of one should
    /// say so: behind a damaged record may stand a page that was packed by itself.
    #[must_use]
    pub fn plain(self) -> Self {
        Self { is_plain: true, ..self }
    }

    /// Where the next record begins: where to go on later.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    fn step(&mut self) -> Option<Result<Record, WarcFault>> {
        if std::mem::take(&mut self.at_start) {
            match self.source.fill_buf() {
                Ok(buffer) => self.is_plain |= !is_packed(buffer),
                Err(error) => return Some(Err(self.read_error(error))),
            }
        }
        match self.source.fill(self.is_plain) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(self.read_error(error))),
        }
        let found = self.record();
        let passed = self.source.after_record(self.is_plain);
        match passed {
            Ok(Some(offset)) => self.position = Position { offset, record: 0 },
            Ok(None) => self.position.record += 1,
            // Said when the next record is asked for.
            Err(_) => self.over = true,
        }
        found.transpose()
    }

    fn read_error(&mut self, error: io::Error) -> WarcFault {
        self.over = true;
        let broken = error.kind() == io::ErrorKind::UnexpectedEof;
        if broken { WarcFault::BrokenOff } else { WarcFault::Read(error) }
    }

    /// Reads the record that begins here; `None` at the end of the file.
    fn record(&mut self) -> Result<Option<Record>, WarcFault> {
        let mut lost = false;
        loop {
            let Some(line) = self.line()? else {
                return if lost { Err(WarcFault::NoHeader) } else { Ok(None) };
            };
            if line.starts_with(b"WARC/") {
                break;
            }
            // Records are parted by empty lines.
            lost |= !line.trim_ascii().is_empty();
        }
        let header = self.header()?;
        let length = header.length.ok_or(WarcFault::Header { what: "no Content-Length" })?;
        let limit = self.limits.max_input_bytes;
        if length > limit as u64 {
            let passed = io::copy(&mut self.source.by_ref().take(length), &mut io::sink());
            passed.map_err(|error| self.read_error(error))?;
            return Err(WarcFault::TooLarge { bytes: length, limit });
        }
        let mut block = Vec::new();
        let read = self.source.by_ref().take(length).read_to_end(&mut block);
        read.map_err(|error| self.read_error(error))?;
        if (block.len() as u64) < length {
            self.over = true;
            return Err(WarcFault::BrokenOff);
        }
        let record = Record { position: self.position, block, ..header.record };
        if lost {
            self.pending = Some(record);
            return Err(WarcFault::NoHeader);
        }
        Ok(Some(record))
    }

    fn header(&mut self) -> Result<Header, WarcFault> {
        let mut header = Header::default();
        let mut bytes = 0;
        loop {
            let line = self.line()?.ok_or(WarcFault::BrokenOff)?;
            bytes += line.len();
            if line.trim_ascii().is_empty() {
                return Ok(header);
            }
            if bytes > MOST_HEADER {
                return Err(WarcFault::Header { what: "it does not end" });
            }
            header.add(&String::from_utf8_lossy(&line));
        }
    }

    /// The next line, at most [`MOST_LINE`] bytes of it.
    fn line(&mut self) -> Result<Option<Vec<u8>>, WarcFault> {
        let mut line = Vec::new();
        let read = self.source.by_ref().take(MOST_LINE).read_until(b'\n', &mut line);
        match read {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line)),
            Err(error) => Err(self.read_error(error)),
        }
    }
}

impl<R: BufRead> Iterator for Archive<R> {
    type Item = Result<Record, WarcError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(record) = self.pending.take() {
            return Some(Ok(record));
        }
        while !self.over {
            let position = self.position;
            let found = self.step()?;
            if self.skip > 0 {
                self.skip -= 1;
                self.pending = None;
                continue;
            }
            return Some(found.map_err(|fault| WarcError { position, fault, is_last: self.over }));
        }
        None
    }
}

/// What a record's header says.
struct Header {
    record: Record,
    length: Option<u64>,
}

impl Default for Header {
    fn default() -> Self {
        let record = Record {
            position: Position::default(),
            kind: String::new(),
            url: None,
            date: None,
            content_type: None,
            block: Vec::new(),
        };
        Self { record, length: None }
    }
}

impl Header {
    fn add(&mut self, line: &str) {
        let Some((name, value)) = line.split_once(':') else { return };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => self.record.kind = value.to_ascii_lowercase(),
            // Some writers put it in angle brackets.
            "warc-target-uri" => self.record.url = Some(value.trim_matches(['<', '>']).to_owned()),
            "warc-date" => self.record.date = Some(value.to_owned()),
            "content-type" => self.record.content_type = Some(value.to_owned()),
            "content-length" => self.length = value.parse().ok(),
            _ => {}
        }
    }
}

/// Whether bytes begin as gzip does. One byte may be all that is in the buffer; no header of a
/// record begins so.
fn is_packed(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x1F)
}

/// A reader that knows how far it came.
#[derive(Debug)]
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count += amount as u64;
        self.inner.consume(amount);
    }
}

/// The bytes of the records, unpacked.
#[derive(Debug)]
enum Source<R> {
    /// Nothing was read yet, or a member has just ended.
    Unknown(Counted<R>),
    Plain(Counted<R>),
    Gzip(Box<BufReader<GzDecoder<Counted<R>>>>),
    /// Only while one becomes another.
    Changing,
}

impl<R: BufRead> Source<R> {
    /// Makes sure that there is something to read; false at the end.
    fn fill(&mut self, is_plain: bool) -> io::Result<bool> {
        if let Self::Unknown(counted) = self {
            let buffer = counted.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let packed = !is_plain && is_packed(buffer);
            let Self::Unknown(counted) = std::mem::replace(self, Self::Changing) else { return Ok(false) };
            *self = if packed {
                Self::Gzip(Box::new(BufReader::new(GzDecoder::new(counted))))
            } else {
                Self::Plain(counted)
            };
        }
        Ok(!self.fill_buf()?.is_empty())
    }

    /// Passes over the empty lines behind a record. Gives the offset of what
    /// follows; `None` inside of a member. In a packed file the next member may stand behind
    /// what is not.
    fn after_record(&mut self, is_plain: bool) -> io::Result<Option<u64>> {
        while let Some(&byte) = self.fill_buf()?.first() {
            if !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.consume(1);
        }
        if let Self::Gzip(reader) = self {
            if !reader.fill_buf()?.is_empty() {
                return Ok(None);
            }
            let Self::Gzip(reader) = std::mem::replace(self, Self::Changing) else { return Ok(None) };
            *self = Self::Unknown(reader.into_inner().into_inner());
        } else if !is_plain && matches!(self, Self::Plain(_)) {
            let Self::Plain(counted) = std::mem::replace(self, Self::Changing) else { return Ok(None) };
            *self = Self::Unknown(counted);
        }
        Ok(match self {
            Self::Unknown(counted) | Self::Plain(counted) => Some(counted.count),
            _ => None,
        })
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Unknown(reader) | Self::Plain(reader) => reader.read(buffer),
            Self::Gzip(reader) => reader.read(buffer),
            Self::Changing => Ok(0),
        }
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Unknown(reader) | Self::Plain(reader) => reader.fill_buf(),
            Self::Gzip(reader) => reader.fill_buf(),
            Self::Changing => Ok(&[]),
        }
    }

    fn consume(&mut self, amount: usize) {
        match self {
            Self::Unknown(reader) | Self::Plain(reader) => reader.consume(amount),
            Self::Gzip(reader) => reader.consume(amount),
            Self::Changing => {}
        }
    }
}
