//! Character data: references decoded, once.

use crate::html::entities;
use memchr::memchr;
use std::borrow::Cow;

/// Entities that the document declares for itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entities {
    declared: Vec<(String, String)>,
}

impl Entities {
    /// Entities a document may declare.
    const MOST: usize = 256;
    /// Bytes that one of them may stand for.
    const LONGEST: usize = 4 << 10;

    /// Takes in a declaration. Its value may hold characters by number, but no
    /// other entity: nothing grows by being expanded again.
    pub(crate) fn declare(&mut self, name: &str, value: &str) {
        if self.declared.len() == Self::MOST || value.len() > Self::LONGEST || self.find(name).is_some() {
            return;
        }
        let value = Self::default().decode(value).into_owned();
        self.declared.push((name.to_owned(), value));
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.declared.iter().find(|(declared, _)| declared == name).map(|(_, value)| value.as_str())
    }

    /// Decodes the references of character data or of an attribute. What is no
    /// reference (a raw ampersand, a name nobody knows) stays as it stands.
    pub(crate) fn decode<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
        let mut decoded = String::with_capacity(text.len());
        decoded.push_str(&text[..first]);
        self.decode_from(&text[first..], &mut decoded);
        Cow::Owned(decoded)
    }

    /// Decodes a text that begins with an ampersand.
    fn decode_from(&self, mut rest: &str, out: &mut String) {
        loop {
            let length = self.reference(rest, out);
            if length == 0 {
                out.push('&');
            }
            rest = &rest[length.max(1)..];
            let Some(next) = memchr(b'&', rest.as_bytes()) else { break };
            out.push_str(&rest[..next]);
            rest = &rest[next..];
        }
        out.push_str(rest);
    }

    /// Decodes the reference at the start; gives its length, 0 when there is
    /// none. Unlike in HTML a name needs its semicolon: `?a=1&copy=2`.
    fn reference(&self, text: &str, out: &mut String) -> usize {
        for (reference, character) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')] {
            if text.starts_with(reference) {
                out.push(character);
                return reference.len();
            }
        }
        let bytes = text.as_bytes();
        if bytes.get(1) == Some(&b'#') {
            return entities::reference(text, out);
        }
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':');
        let length = bytes[1..].iter().take(64).take_while(|byte| is_name(byte)).count();
        if length == 0 || bytes.get(1 + length) != Some(&b';') {
            return 0;
        }
        if let Some(value) = self.find(&text[1..=length]) {
            out.push_str(value);
            return length + 2;
        }
        // The names of HTML, which most feeds use without declaring them.
        let before = out.len();
        let taken = entities::reference(text, out);
        if taken != length + 2 {
            out.truncate(before);
            return 0;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::Entities;

    fn check(text: &str, expected: &str) {
        let mut entities = Entities::default();
        entities.declare("wire", "The &lt;Wire&#62; &amp;wire;");
        entities.declare("wire", "a second declaration");
        entities.declare("bomb", "&wire;&wire;&bomb;");
        assert_eq!(entities.decode(text), expected, "{text}");
    }

    #[test]
    fn references_are_decoded_once() {
        check("plain", "plain");
        check("&lt;b&gt; &amp;amp; &quot;&apos;", "<b> &amp; \"'");
        check("&#8217;&#x2019;&#X2019;", "’’’");
        check("&nbsp;&eacute;", "\u{a0}é");
        check("&#146;", "’");
    }

    #[test]
    fn what_is_no_reference_stays() {
        check("a & b && c &", "a & b && c &");
        check("?a=1&b=2&copy=3", "?a=1&b=2&copy=3");
        check("&nope; &copy &é;", "&nope; &copy &é;");
        check("&;&#;", "&;&#;");
    }

    #[test]
    fn declared_entities_are_never_expanded_twice() {
        check("&wire;", "The <Wire> &wire;");
        check("&bomb;", "&wire;&wire;&bomb;");
    }
}
