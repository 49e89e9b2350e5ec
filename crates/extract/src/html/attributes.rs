//! The attributes of a start tag, read when they are asked for.

use super::entities;
use std::borrow::Cow;

/// The attributes between an element's name and its closing bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attributes<'a>(pub(crate) &'a str);

impl<'a> Attributes<'a> {
    /// The value of the first attribute of a lower-case name, decoded; empty
    /// where it stands without one.
    pub(crate) fn get(self, name: &str) -> Option<Cow<'a, str>> {
        self.raw(name).map(entities::decode)
    }

    /// The same with character references as they stand.
    pub(crate) fn raw(self, name: &str) -> Option<&'a str> {
        if self.0.len() < name.len() {
            return None;
        }
        self.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl<'a> IntoIterator for Attributes<'a> {
    type Item = (&'a str, &'a str);
    type IntoIter = AttributeIter<'a>;

    fn into_iter(self) -> AttributeIter<'a> {
        AttributeIter { rest: self.0 }
    }
}

/// Names and raw values in the order of the tag.
pub(crate) struct AttributeIter<'a> {
    rest: &'a str,
}

impl<'a> Iterator for AttributeIter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let is_gap = |byte: u8| byte.is_ascii_whitespace() || byte == b'/';
        let start = self.rest.bytes().position(|byte| !is_gap(byte))?;
        let rest = &self.rest[start..];
        let ends_name = |byte: u8| is_gap(byte) || byte == b'=';
        // A name may begin with `=`, so that every step moves on.
        let length = rest.bytes().skip(1).position(ends_name).map_or(rest.len(), |at| at + 1);
        let Some((name, rest)) = rest.split_at_checked(length) else {
            self.rest = "";
            return None;
        };
        let after = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let Some(value) = after.strip_prefix('=') else {
            self.rest = rest;
            return Some((name, ""));
        };
        let (value, rest) = value_of(value.trim_start_matches(|c: char| c.is_ascii_whitespace()));
        self.rest = rest;
        Some((name, value))
    }
}

/// The value at the start of a text, quoted or not, and what follows it.
fn value_of(text: &str) -> (&str, &str) {
    if let Some(quote @ (b'"' | b'\'')) = text.as_bytes().first() {
        let inside = &text[1..];
        let end = memchr::memchr(*quote, inside.as_bytes());
        return end.map_or((inside, ""), |end| (&inside[..end], &inside[end + 1..]));
    }
    let end = text.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::Attributes;

    fn check(tag: &str, expected: &[(&str, &str)]) {
        let read: Vec<_> = Attributes(tag).into_iter().collect();
        assert_eq!(read, expected, "{tag}");
    }

    #[test]
    fn attributes() {
        check("", &[]);
        check(
            " class=\"a b\" id='c' hidden data-x=1",
            &[("class", "a b"), ("id", "c"), ("hidden", ""), ("data-x", "1")],
        );
        check(" a = \"b\"c=d/", &[("a", "b"), ("c", "d/")]);
        check(" href=/a/b>", &[("href", "/a/b>")]);
        check(" =x", &[("=x", "")]);
        check(" a=\"open", &[("a", "open")]);
        check(" é=ü", &[("é", "ü")]);
        check(" a='' b", &[("a", ""), ("b", "")]);
        check("/", &[]);
    }

    #[test]
    fn by_name() {
        let tag = Attributes(" Content=\"Tom &amp; Jo\" CONTENT=2");
        assert_eq!(tag.get("content").as_deref(), Some("Tom & Jo"));
        assert_eq!(tag.get("cont"), None);
    }
}
