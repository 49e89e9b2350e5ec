//! JSON as foreign systems write it, with the place of every value.
//!
//! Strict (RFC 8259) but for three faults that a reader can mend without
//! guessing: lone surrogates, raw control characters in strings, and bytes
//! after the end of the document that are only NULs or blanks. Of a broken
//! document everything before the fault is kept, so that the sound articles of
//! a truncated export are not lost.

use super::node::{Node, Value};
use crate::error::Fault;
use std::borrow::Cow;

/// What was read, up to the first fault.
#[derive(Debug)]
pub(crate) struct Parsed<'a> {
    /// The document; `None` when nothing of it could be read.
    pub(crate) root: Option<Node<'a>>,
    /// The first fault and its offset.
    pub(crate) fault: Option<(usize, Fault)>,
    /// Strings held lone surrogates or raw control characters.
    pub(crate) mended: bool,
}

/// Reads one document.
pub(crate) fn parse(text: &str, max_depth: usize) -> Parsed<'_> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, fault: None, mended: false, max_depth };
    reader.skip_blanks();
    let root = reader.value(0);
    reader.skip_blanks();
    if reader.fault.is_none() && reader.at < text.len() {
        reader.expected("the end of the document");
    }
    Parsed { root, fault: reader.fault, mended: reader.mended }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    fault: Option<(usize, Fault)>,
    mended: bool,
    max_depth: usize,
}

impl<'a> Reader<'a> {
    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Consumes the byte if it stands here.
    fn accept(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    /// Records the first fault.
    fn expected(&mut self, what: &str) {
        let found = match self.text[self.at..].chars().next() {
            Some(found) => format!("{found:?}"),
            None => "the end of the input".to_owned(),
        };
        self.fail(Fault::JsonSyntax { expected: format!("expected {what}, found {found}") });
    }

    fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert((self.at, fault));
    }

    fn failed(&self) -> bool {
        self.fault.is_some()
    }

    /// Reads a value; `None` when not even its beginning could be read.
    fn value(&mut self, depth: usize) -> Option<Node<'a>> {
        if depth >= self.max_depth {
            self.fail(Fault::JsonDepth { limit: self.max_depth });
            return None;
        }
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool)?,
            Some(b'f') => self.word("false", Value::Bool)?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => {
                self.expected("a value");
                return None;
            }
        };
        Some(Node { start, end: self.at, whole: !self.failed(), value })
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Option<Value<'a>> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.expected("true, false, null or a quoted string");
            return None;
        }
        self.at += word.len();
        Some(value)
    }

    fn array(&mut self, depth: usize) -> Value<'a> {
        let mut elements = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.accept(b']') {
            return Value::Array(elements);
        }
        loop {
            self.skip_blanks();
            elements.extend(self.value(depth + 1));
            if self.failed() || self.ends_list(b']') {
                return Value::Array(elements);
            }
        }
    }

    fn object(&mut self, depth: usize) -> Value<'a> {
        let mut members = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.accept(b'}') {
            return Value::Object(members);
        }
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'"') {
                self.expected("a quoted key");
                return Value::Object(members);
            }
            let Some(key) = self.string() else { return Value::Object(members) };
            self.skip_blanks();
            if !self.accept(b':') {
                self.expected("a colon after the key");
                return Value::Object(members);
            }
            self.skip_blanks();
            members.extend(self.value(depth + 1).map(|node| (key, node)));
            if self.failed() || self.ends_list(b'}') {
                return Value::Object(members);
            }
        }
    }

    /// After an element: true at the closing bracket or at a fault.
    fn ends_list(&mut self, close: u8) -> bool {
        self.skip_blanks();
        if self.accept(close) {
            return true;
        }
        if !self.accept(b',') {
            self.expected(if close == b']' { "a comma or ]" } else { "a comma or }" });
            return true;
        }
        false
    }

    fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.accept(b'-');
        let whole = self.digits();
        let leading_zero = whole > 1 && self.bytes[self.at - whole] == b'0';
        let fraction = !self.accept(b'.') || self.digits() > 0;
        let exponent = !(self.accept(b'e') || self.accept(b'E')) || {
            let _sign = self.accept(b'+') || self.accept(b'-');
            self.digits() > 0
        };
        if whole == 0 || leading_zero || !fraction || !exponent {
            self.expected("a number");
            return None;
        }
        Some(&self.text[start..self.at])
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    /// Reads a string from its opening quote. Without escapes it stays a slice.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.at += 1;
        let mut owned: Option<String> = None;
        loop {
            let start = self.at;
            while let Some(byte) = self.peek() {
                if byte == b'"' || byte == b'\\' {
                    break;
                }
                self.mended |= byte < 0x20;
                self.at += 1;
            }
            let plain = &self.text[start..self.at];
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Some(match owned {
                        Some(text) => Cow::Owned(text + plain),
                        None => Cow::Borrowed(plain),
                    });
                }
                Some(_) => {
                    let text = owned.get_or_insert_default();
                    text.push_str(plain);
                    let character = self.escape()?;
                    text.push(character);
                }
                None => {
                    self.expected("the closing quote of a string");
                    return None;
                }
            }
        }
    }

    /// Reads an escape from its backslash.
    fn escape(&mut self) -> Option<char> {
        self.at += 1;
        let character = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                self.expected("one of \"\\/bfnrtu after a backslash");
                return None;
            }
        };
        self.at += 1;
        Some(character)
    }

    /// Reads `uXXXX`, and its second half where it is a surrogate pair.
    fn unicode_escape(&mut self) -> Option<char> {
        let Some(unit) = self.four_digits(self.at + 1) else {
            self.expected("four hexadecimal digits after \\u");
            return None;
        };
        self.at += 5;
        let low = match unit {
            0xD800..=0xDBFF if self.bytes[self.at..].starts_with(b"\\u") => self.four_digits(self.at + 2),
            _ => None,
        };
        if let Some(low @ 0xDC00..=0xDFFF) = low {
            self.at += 6;
            return char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        }
        Some(char::from_u32(unit).unwrap_or_else(|| {
            self.mended = true;
            char::REPLACEMENT_CHARACTER
        }))
    }

    fn four_digits(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |sum, &byte| Some(sum * 16 + char::from(byte).to_digit(16)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well(text: &str) {
        let parsed = parse(text, 64);
        assert!(parsed.fault.is_none() && !parsed.mended, "{text}: {:?}", parsed.fault);
    }

    /// The offset of the first fault.
    fn ill(text: &str, offset: usize) {
        let fault = parse(text, 64).fault.unwrap_or_else(|| panic!("no fault: {text}"));
        assert_eq!(fault.0, offset, "{text}: {}", fault.1);
    }

    fn string(text: &str, expected: &str, mended: bool) {
        let parsed = parse(text, 64);
        assert_eq!(parsed.root.as_ref().and_then(Node::as_str), Some(expected), "{text}");
        assert_eq!(parsed.mended, mended, "{text}");
    }

    #[test]
    fn well_formed() {
        for text in [
            "{}",
            "[]",
            " [ ] ",
            "null",
            "true",
            "false",
            "0",
            "-0",
            "12",
            "-1.5e+10",
            "1E5",
            "\"\"",
            "[1,2]",
            "{\"a\":1}",
            "{\"a\":{\"b\":[{}]}}",
            "\t\r\n 1 \n",
            "{\"\":0}",
            "[[[[]]]]",
        ] {
            well(text);
        }
    }

    #[test]
    fn ill_formed() {
        ill("", 0);
        ill("nul", 0);
        ill("[1,]", 3);
        ill("[1 2]", 3);
        ill("[", 1);
        ill("{", 1);
        ill("{\"a\"}", 4);
        ill("{\"a\":}", 5);
        ill("{\"a\":1,}", 7);
        ill("{a:1}", 1);
        ill("01", 2);
        ill("1.", 2);
        ill("-", 1);
        ill("1e", 2);
        ill("\"abc", 4);
        ill("\"\\x\"", 2);
        ill("\"\\u12\"", 2);
        ill("1 2", 2);
        ill("{} x", 3);
        ill("é", 0);
    }

    #[test]
    fn strings() {
        string("\"a\"", "a", false);
        string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{8}\u{c}\n\r\t", false);
        string("\"\\u00e9\\uD83D\\uDE00\"", "é😀", false);
        string("\"\\ud800\"", "\u{fffd}", true);
        string("\"\\udc00x\"", "\u{fffd}x", true);
        string("\"\\ud800\\u0041\"", "\u{fffd}A", true);
        string("\"\\ud800\\ud800\\udc00\"", "\u{fffd}\u{10000}", true);
        string("\"line\nline\"", "line\nline", true);
        string("\"naïve\"", "naïve", false);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "[".repeat(100_000);
        assert!(matches!(parse(&deep, 64).fault, Some((64, Fault::JsonDepth { limit: 64 }))));
        well(&format!("{}{}", "[".repeat(64), "]".repeat(64)));
    }

    #[test]
    fn what_stood_before_a_fault_is_kept() {
        let parsed = parse("[{\"a\":1},{\"a\":2},{\"a\":", 64);
        let root = parsed.root.unwrap();
        let whole = root.elements().unwrap().iter().filter(|node| node.whole).count();
        assert_eq!((whole, parsed.fault.unwrap().0), (2, 22));
    }
}
