//! One JSON article a line, from a file or from a stream without end.

use crate::charset::{Decoded, decode};
use crate::error::{ExtractError, Fault, Place};
use crate::input::Input;
use crate::json::Document;
use crate::limits::Limits;
use dateline_model::{Article, Origin};
use std::borrow::Cow;

/// Reads articles line by line and numbers them as they come.
#[derive(Debug, Clone)]
pub struct JsonLines {
    path: String,
    limits: Limits,
    line: usize,
    index: u64,
}

impl JsonLines {
    /// A reader for the stream of the given name (`-` for standard input).
    #[must_use]
    pub fn new(path: &str, limits: Limits) -> Self {
        Self { path: path.to_owned(), limits, line: 0, index: 0 }
    }

    /// Reads one line, with or without its line end. A blank line holds none,
    /// a line with an array as many as the array.
    ///
    /// The byte ranges of errors count from the start of this line.
    pub fn line(&mut self, bytes: &[u8]) -> Vec<Result<Article, ExtractError>> {
        self.line += 1;
        let articles = self.read(bytes);
        self.index += articles.len() as u64;
        articles
    }

    fn read(&self, bytes: &[u8]) -> Vec<Result<Article, ExtractError>> {
        let bytes = if self.line == 1 { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) } else { bytes };
        let bytes = bytes.trim_ascii_end();
        if bytes.trim_ascii().is_empty() {
            return Vec::new();
        }
        // A line far past any article is not even parsed; escapes make it up to
        // six times as long as the text in it.
        let most = self.limits.max_article_bytes.saturating_mul(6).saturating_add(64 << 10);
        if bytes.len() > most {
            let fault = Fault::ArticleTooLarge { bytes: bytes.len(), limit: self.limits.max_article_bytes };
            return vec![Err(self.error(bytes.len(), fault))];
        }
        match decode(bytes, None) {
            Ok(decoded) => self.document(&decoded).articles(self.index),
            Err(fault) => vec![Err(self.error(bytes.len(), fault))],
        }
    }

    fn document<'a>(&'a self, decoded: &'a Decoded<'a>) -> Document<'a> {
        Document { path: &self.path, decoded, limits: &self.limits, first_line: self.line - 1 }
    }

    fn error(&self, length: usize, fault: Fault) -> ExtractError {
        ExtractError {
            origin: Origin { path: self.path.clone(), index: self.index },
            place: Some(Place { line: self.line, column: 1 }),
            bytes: Some(0..length),
            fault: Box::new(fault),
        }
    }
}

/// Reads a whole input; UTF-16 is decoded first, so that its lines are found.
pub(crate) fn read(input: &Input<'_>, limits: &Limits) -> Vec<Result<Article, ExtractError>> {
    let wide = input.bytes.starts_with(&[0xFF, 0xFE]) || input.bytes.starts_with(&[0xFE, 0xFF]);
    let decoded = if wide { decode(input.bytes, None).ok() } else { None };
    let bytes: Cow<'_, [u8]> = match &decoded {
        Some(decoded) => Cow::Borrowed(decoded.text.as_bytes()),
        None => Cow::Borrowed(input.bytes),
    };
    let mut reader = JsonLines::new(input.path, *limits);
    let (mut articles, mut start) = (Vec::new(), 0);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if articles.len() >= limits.max_articles {
            let fault = Fault::TooManyArticles { limit: limits.max_articles };
            let error = reader.error(line.len(), fault);
            articles.push(Err(shifted(error, start, decoded.is_some())));
            break;
        }
        let found = reader.line(line).into_iter();
        articles.extend(found.map(|one| one.map_err(|error| shifted(error, start, decoded.is_some()))));
        start += line.len();
    }
    articles
}

/// An error of a line as an error of the input that the line stands in.
fn shifted(error: ExtractError, start: usize, was_decoded: bool) -> ExtractError {
    let bytes = error.bytes.filter(|_| !was_decoded).map(|range| start + range.start..start + range.end);
    ExtractError { bytes, ..error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Format;

    fn extract(bytes: &[u8]) -> Vec<Result<Article, ExtractError>> {
        crate::extract(&Input::new("in.jsonl", bytes).with_format(Format::JsonLines), &Limits::default())
    }

    #[test]
    fn a_bad_line_does_not_stop_the_next() {
        let bytes = b"{\"text\":\"a\"}\n\n{broken\n{\"text\":1}\r\n{\"text\":\"b\"}";
        let read = extract(bytes);
        let index =
            |at: usize| read[at].as_ref().map_or_else(|error| error.origin.index, |one| one.origin.index);
        assert_eq!((0..read.len()).map(index).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(read[1].as_ref().unwrap_err().place, Some(Place { line: 3, column: 2 }));
        assert_eq!(read[2].as_ref().unwrap_err().place, Some(Place { line: 4, column: 9 }));
        assert_eq!(&bytes[read[2].as_ref().unwrap_err().bytes.clone().unwrap()], b"{\"text\":1}");
        assert_eq!(read[3].as_ref().unwrap().text, "b");
    }

    #[test]
    fn a_stream_goes_on_line_by_line() {
        let mut reader = JsonLines::new("-", Limits::default());
        assert!(reader.line(b"\n").is_empty());
        assert_eq!(reader.line(b"{\"text\":\"a\"}\n")[0].as_ref().unwrap().origin.index, 0);
        assert_eq!(reader.line(b"[{\"text\":\"a\"},{\"text\":\"b\"}]").len(), 2);
        let error = reader.line(b"\0").swap_remove(0).unwrap_err();
        assert_eq!((error.origin.index, error.place.map(|place| place.line)), (3, Some(4)));
    }

    #[test]
    fn a_line_past_every_limit_is_not_parsed() {
        let limits = Limits { max_article_bytes: 10, ..Limits::default() };
        let line = format!("{{\"text\":\"{}\"}}", "x".repeat(70_000));
        let error = JsonLines::new("-", limits).line(line.as_bytes()).swap_remove(0).unwrap_err();
        assert!(matches!(*error.fault, Fault::ArticleTooLarge { limit: 10, .. }));
    }

    #[test]
    fn wide_characters() {
        let wide: Vec<u8> = "\u{feff}{\"text\":\"é\"}\n{\"text\":\"b\"}\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let texts: Vec<_> = extract(&wide).into_iter().map(|one| one.unwrap().text).collect();
        assert_eq!(texts, ["é", "b"]);
    }
}
