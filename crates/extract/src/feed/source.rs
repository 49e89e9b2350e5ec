//! The content of one element: markup as its author wrote it, and the plain
//! text of that.

use crate::fragment;
use crate::xml::{Entities, Tag};
use std::borrow::Cow;

/// What the content of an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// HTML, escaped or in a CDATA section. All of RSS.
    Html,
    /// Plain text by declaration or by Atom's default; often HTML all the same.
    Text,
    /// Elements of the document itself.
    Xhtml,
    /// Base64 of HTML.
    Base64,
    /// Another type: base64 of text, or a picture.
    Opaque,
}

impl Style {
    /// By the attributes of the element; `default` where they say nothing.
    pub(super) fn of(tag: &Tag<'_>, entities: &Entities, default: Self) -> Self {
        if tag.attributes.0.is_empty() {
            return default;
        }
        let get = |name| tag.get(name, entities).map(|value| value.trim().to_ascii_lowercase());
        let (mode, kind) = (get("mode"), get("type"));
        let declared = match kind.as_deref().map(|kind| kind.split(';').next().unwrap_or_default().trim()) {
            None | Some("") => default,
            Some("text" | "plain" | "text/plain") => Self::Text,
            Some("html" | "text/html" | "escaped") => Self::Html,
            Some(kind) if kind.contains("xhtml") || kind.ends_with("xml") => Self::Xhtml,
            Some(kind) if kind.starts_with("text/") => Self::Text,
            Some(kind) if kind.contains('/') => Self::Opaque,
            Some(_) => default,
        };
        match (mode.as_deref(), declared) {
            (Some("base64"), _) => Self::Base64,
            (Some("escaped"), Self::Xhtml) => Self::Html,
            // Of Atom 0.3: elements, whatever they are.
            (Some("xml"), Self::Html) => Self::Xhtml,
            _ => declared,
        }
    }
}

/// Content with its style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source<'a> {
    pub(super) markup: Cow<'a, str>,
    pub(super) style: Style,
}

impl Source<'_> {
    /// The text in paragraphs.
    pub(super) fn text(&self) -> String {
        match self.style {
            Style::Html | Style::Xhtml => fragment::to_text(&self.markup),
            Style::Text if fragment::looks_like_html(&self.markup) => fragment::to_text(&self.markup),
            Style::Text => fragment::plain(&self.markup),
            Style::Base64 => fragment::to_text(&from_base64(&self.markup)),
            Style::Opaque => opaque(&self.markup).map(|text| fragment::to_text(&text)).unwrap_or_default(),
        }
    }

    /// The text on one line.
    pub(super) fn line(&self) -> String {
        match self.style {
            Style::Html | Style::Xhtml => fragment::to_line(&self.markup),
            Style::Text if fragment::looks_like_html(&self.markup) => fragment::to_line(&self.markup),
            Style::Text => fragment::one_line(&fragment::plain(&self.markup)),
            Style::Base64 => fragment::to_line(&from_base64(&self.markup)),
            Style::Opaque => opaque(&self.markup).map(|text| fragment::to_line(&text)).unwrap_or_default(),
        }
    }
}

/// Text out of base64; `None` when it is something else.
fn opaque(text: &str) -> Option<String> {
    let bytes = base64_bytes(text)?;
    let text = String::from_utf8(bytes).ok()?;
    let is_text = |c: char| !c.is_control() || c.is_whitespace();
    text.chars().all(is_text).then_some(text)
}

/// Decodes base64, blanks left out; what is none comes back as it is.
fn from_base64(text: &str) -> Cow<'_, str> {
    match base64_bytes(text) {
        Some(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        None => Cow::Borrowed(text),
    }
}

fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut buffer, mut bits) = (Vec::with_capacity(text.len() / 4 * 3), 0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        buffer = (buffer << 6 | u32::from(value)) & 0x00FF_FFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits & 0xFF) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Token, Tokenizer};

    fn style(tag: &str, expected: Style) {
        let mut tokens = Tokenizer::new(tag);
        let Some(Token::Start(tag)) = tokens.next() else { panic!("{tag}") };
        assert_eq!(Style::of(&tag, &tokens.entities, Style::Text), expected, "{tag:?}");
    }

    #[test]
    fn styles() {
        style("<content>", Style::Text);
        style("<content src='x'>", Style::Text);
        style("<content type='html'>", Style::Html);
        style("<content type='text/html; charset=utf-8'>", Style::Html);
        style("<content type='XHTML'>", Style::Xhtml);
        style("<content type='application/xhtml+xml' mode='xml'>", Style::Xhtml);
        style("<content type='application/xhtml+xml' mode='escaped'>", Style::Html);
        style("<content type='text/html' mode='xml'>", Style::Xhtml);
        style("<content type='text/html' mode='base64'>", Style::Base64);
        style("<content type='image/png'>", Style::Opaque);
        style("<content type='nonsense'>", Style::Text);
    }

    #[test]
    fn texts() {
        let check = |markup: &'static str, style: Style, expected: &str| {
            let source = Source { markup: Cow::Borrowed(markup), style };
            assert_eq!(source.text(), expected, "{markup} {style:?}");
        };
        check("<p>a</p>b", Style::Html, "a\n\nb");
        check("the <blink> tag", Style::Text, "the <blink> tag");
        check("a <b>b</b>", Style::Text, "a b");
        check("a\n  b\n\n c", Style::Text, "a b\n\nc");
        check(" PGI+aMOpPC9iPg== ", Style::Base64, "hé");
        check("no base64!", Style::Base64, "no base64!");
        check("iVBORw0KGgo=", Style::Opaque, "");
        check("PGI+aMOpPC9iPg==", Style::Opaque, "hé");
    }
}
