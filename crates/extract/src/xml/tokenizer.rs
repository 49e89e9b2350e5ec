//! Tags, character data and CDATA sections, in order.

use super::doctype;
use super::text::Entities;
use crate::html::attributes::Attributes;
use memchr::memmem::{self, Finder};
use memchr::{memchr, memchr2, memchr3};
use std::borrow::Cow;
use std::sync::LazyLock;

/// What ends a CDATA section and a comment: looked for often, prepared once.
static SECTION_END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("]]>"));
static COMMENT_END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("-->"));

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// The name as written, prefix included.
    pub(crate) name: &'a str,
    /// What stands between the name and the closing bracket.
    pub(crate) attributes: Attributes<'a>,
    /// `<name/>`
    pub(crate) is_empty: bool,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, decoded; its name is found in any case.
    pub(crate) fn get(&self, name: &str, entities: &Entities) -> Option<Cow<'a, str>> {
        self.attributes.raw(name).map(|raw| entities.decode(raw))
    }
}

/// A piece of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// `<name ...>`
    Start(Tag<'a>),
    /// `</name>`, the name as written.
    End(&'a str),
    /// Character data, references not decoded. May come in several pieces.
    Text(&'a str),
    /// A CDATA section, verbatim.
    CData(&'a str),
}

/// Cuts a text into tokens. Comments, processing instructions and declarations
/// are left out. It always moves on and always ends.
#[derive(Debug, Clone)]
pub(crate) struct Tokenizer<'a> {
    text: &'a str,
    at: usize,
    /// Where the last token began.
    start: usize,
    /// The last start tag, which an unclosed CDATA section ends with.
    last_name: &'a str,
    /// Bytes that may yet be searched in vain for the end of something, so that
    /// a document of nothing but beginnings takes linear time.
    patience: usize,
    /// Entities declared so far.
    pub(crate) entities: Entities,
    /// A comment, section or tag was never closed.
    pub(crate) unclosed: bool,
}

impl<'a> Tokenizer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            start: 0,
            last_name: "",
            patience: text.len().saturating_mul(4) + (64 << 10),
            entities: Entities::default(),
            unclosed: false,
        }
    }

    /// Offset of the last token.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Offset behind the last token.
    pub(crate) fn end(&self) -> usize {
        self.at
    }

    /// Goes on at another offset, which must be that of a token.
    pub(crate) fn seek(&mut self, offset: usize) {
        self.at = offset;
    }

    /// Gives the last token again.
    pub(crate) fn step_back(&mut self) {
        self.at = self.start;
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.start = self.at;
            let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            if !rest.starts_with('<') {
                return Some(self.text_until(memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())));
            }
            match rest.as_bytes().get(1) {
                Some(b'/') => return Some(self.end_tag(rest)),
                Some(b'!') if starts_with_ignoring_case(rest, "<![CDATA[") => return Some(self.cdata(rest)),
                Some(b'!') => self.at += self.declaration(rest),
                Some(b'?') => self.at += instruction(rest),
                Some(&byte) if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                    if let Some(tag) = self.start_tag(rest) {
                        return Some(Token::Start(tag));
                    }
                    return Some(self.text_until(1));
                }
                // A "less than" that nobody escaped.
                _ => return Some(self.text_until(1)),
            }
        }
    }

    fn text_until(&mut self, length: usize) -> Token<'a> {
        let text = &self.text[self.at..self.at + length];
        self.at += length;
        Token::Text(text)
    }

    fn end_tag(&mut self, rest: &'a str) -> Token<'a> {
        let length = rest[2..].bytes().position(|byte| matches!(byte, b'>' | b'<'));
        let end = length.map_or(rest.len(), |at| at + 2);
        let closed = rest.as_bytes().get(end) == Some(&b'>');
        self.unclosed |= !closed;
        self.at += end + usize::from(closed);
        let name = rest[2..end].trim();
        Token::End(name.split_ascii_whitespace().next().unwrap_or_default())
    }

    /// `None` when no bracket closes it.
    fn start_tag(&mut self, rest: &'a str) -> Option<Tag<'a>> {
        let ends_name = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<');
        let name_end = rest.bytes().skip(1).position(ends_name)? + 1;
        let end = if self.patience == 0 { None } else { end_of_tag(&rest[name_end..]) };
        let (end, length) = if let Some(end) = end {
            (name_end + end, name_end + end + 1)
        } else {
            self.give_up_on(rest);
            // `<item <title>`: the next tag closes it.
            let end = memchr2(b'<', b'>', &rest.as_bytes()[name_end..])? + name_end;
            (end, end + usize::from(rest.as_bytes()[end] == b'>'))
        };
        let inside = &rest[name_end..end];
        let name = &rest[1..name_end];
        self.at += length;
        self.last_name = name;
        let is_empty = inside.ends_with('/');
        Some(Tag { name, attributes: Attributes(inside.strip_suffix('/').unwrap_or(inside)), is_empty })
    }

    fn cdata(&mut self, rest: &'a str) -> Token<'a> {
        const OPEN: usize = "<![CDATA[".len();
        let inside = &rest[OPEN..];
        if let Some(end) = self.find(inside, &SECTION_END) {
            self.at += OPEN + end + 3;
            return Token::CData(&inside[..end]);
        }
        // Never closed: it ends with the element that it stands in.
        let close = format!("</{}", self.last_name);
        let end = memmem::find(inside.as_bytes(), close.as_bytes()).unwrap_or(inside.len());
        self.at += OPEN + end;
        Token::CData(&inside[..end])
    }

    /// Where something that was opened is closed.
    fn find(&mut self, text: &str, close: &Finder<'_>) -> Option<usize> {
        let found = if self.patience == 0 { None } else { close.find(text.as_bytes()) };
        if found.is_none() {
            self.give_up_on(text);
        }
        found
    }

    /// Notes that a text was searched in vain.
    fn give_up_on(&mut self, text: &str) {
        self.unclosed = true;
        self.patience = self.patience.saturating_sub(text.len());
    }

    /// Skips a comment or a declaration; gives its length.
    fn declaration(&mut self, rest: &'a str) -> usize {
        if let Some(comment) = rest.strip_prefix("<!--") {
            if let Some(end) = self.find(comment, &COMMENT_END) {
                return end + 7;
            }
        } else if starts_with_ignoring_case(rest, "<!DOCTYPE") {
            return doctype::read(rest, &mut self.entities);
        }
        memchr(b'>', rest.as_bytes()).map_or(rest.len(), |end| end + 1)
    }
}

/// Length of a processing instruction; `<?php ... >` ends at the bracket.
fn instruction(rest: &str) -> usize {
    memchr(b'>', rest.as_bytes()).map_or(rest.len(), |end| end + 1)
}

/// Offset of the bracket that closes a tag, quoted ones passed over. `None`
/// when the next tag begins first.
fn end_of_tag(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let found = at + memchr3(b'>', b'"', b'\'', &bytes[at..])?;
        if memchr(b'<', &bytes[at..found]).is_some() {
            return None;
        }
        if bytes[found] == b'>' {
            return Some(found);
        }
        at = found + 1 + quoted(&bytes[..found], bytes[found], &bytes[found + 1..]);
    }
}

/// Length of a quoted value and its closing quote; 0 when the quote opens no
/// value or what closes it does not: a slip of the pen.
fn quoted(before: &[u8], quote: u8, after: &[u8]) -> usize {
    if !before.trim_ascii_end().ends_with(b"=") {
        return 0;
    }
    let Some(end) = memchr(quote, after) else { return 0 };
    let closes = after
        .get(end + 1)
        .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'?'));
    if closes { end + 1 } else { 0 }
}

/// ASCII only.
fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.as_bytes().get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens as `<name attributes>`, `</name>`, `"text"` and `[cdata]`.
    fn check(text: &str, expected: &str) {
        let mut tokenizer = Tokenizer::new(text);
        let mut found = String::new();
        while let Some(token) = tokenizer.next() {
            assert!(tokenizer.end() > tokenizer.start(), "{text} at {}", tokenizer.start());
            let shown = match token {
                Token::Start(tag) if tag.is_empty => format!("<{}{}/>", tag.name, tag.attributes.0),
                Token::Start(tag) => format!("<{}{}>", tag.name, tag.attributes.0),
                Token::End(name) => format!("</{name}>"),
                Token::Text(text) => format!("{text:?}"),
                Token::CData(text) => format!("[{text}]"),
            };
            found.push_str(&shown);
        }
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn sound_markup() {
        check("", "");
        check("<a>b</a>", "<a>\"b\"</a>");
        check("<a b='>' c=\"'\"/>x", "<a b='>' c=\"'\"/>\"x\"");
        check("<a><![CDATA[<b>]] > ]]></a >", "<a>[<b>]] > ]</a>");
        check("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \">\">]><!-- <c> --><a/>", "<a/>");
        check("<é:ü>", "<é:ü>");
    }

    #[test]
    fn broken_markup() {
        check("a < b <3 & c", "\"a \"\"<\"\" b \"\"<\"\"3 & c\"");
        check("<a <b>c", "<a ><b>\"c\"");
        check("<a b=\"x>c</a>", "<a b=\"x>\"c\"</a>");
        check("<a b=\"x>c<d e=\"f>", "<a b=\"x>\"c\"<d e=\"f>");
        check("<a<b>c", "<a><b>\"c\"");
        check("<a b=x\"y>c", "<a b=x\"y>\"c\"");
        check("</a</b>", "</a></b>");
        check("<a", "\"<\"\"a\"");
        check("</a", "</a>");
        check("<", "\"<\"");
        check("<a><!-- b>c</a>", "<a>\"c\"</a>");
        check("<a><![CDATA[b</a>c", "<a>[b]</a>\"c\"");
        check("<a><![CDATA[b", "<a>[b]");
        check("<a><![cdata[b]]>", "<a>[b]");
        check("<!", "");
        check("<?", "");
        check("<!DOCTYPE", "");
    }
}
