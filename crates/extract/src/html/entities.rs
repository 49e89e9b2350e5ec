//! Character references (`&amp;`, `&#8220;`, `&nbsp`), as the HTML standard
//! decodes them.

use std::borrow::Cow;
use std::sync::LazyLock;

/// The names of the HTML standard: name, `*` where it stands without a
/// semicolon too, code points.
const TABLE: &str = include_str!("../../data/html_entities.tsv");
/// The longest name has 31 letters.
const LONGEST_NAME: usize = 32;

struct Entity {
    name: &'static str,
    legacy: bool,
    text: String,
}

static ENTITIES: LazyLock<Vec<Entity>> = LazyLock::new(|| {
    let entity = |line: &'static str| {
        let mut fields = line.split('\t');
        let name = fields.next()?;
        let legacy = fields.next()? == "*";
        let codes = fields.next()?.split(' ');
        let text = codes.filter_map(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)).collect();
        Some(Entity { name, legacy, text })
    };
    TABLE.lines().filter_map(entity).collect()
});

/// Decodes every character reference of a text.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    decode_into(text, &mut decoded);
    Cow::Owned(decoded)
}

/// Decodes a text to the end of another one.
pub(crate) fn decode_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = reference(rest, out);
        if length == 0 {
            out.push('&');
        }
        rest = &rest[length.max(1)..];
    }
    out.push_str(rest);
}

/// Decodes the reference at the start of the text (at its `&`) to the end of
/// `out`; returns its length, 0 when none stands there.
pub(crate) fn reference(text: &str, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        return numeric(text, out);
    }
    let most = bytes.len().min(LONGEST_NAME + 2);
    let letters = bytes[1..most].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let closed = bytes.get(1 + letters) == Some(&b';');
    let found =
        |name: &str| ENTITIES.binary_search_by(|entity| entity.name.cmp(name)).ok().map(|at| &ENTITIES[at]);
    if closed && let Some(entity) = found(&text[1..=letters]) {
        out.push_str(&entity.text);
        return letters + 2;
    }
    // Old names stand without a semicolon, the longest one first (`&notin`).
    for length in (2..=letters.min(6)).rev() {
        if let Some(entity) = found(&text[1..=length]).filter(|entity| entity.legacy) {
            // In an address (`?a=b&copy=2`) it is none.
            if bytes.get(1 + length) == Some(&b'=') {
                return 0;
            }
            out.push_str(&entity.text);
            return length + 1;
        }
    }
    0
}

/// `&#8220;`, `&#x201C;`; the C1 range means windows-1252.
fn numeric(text: &str, out: &mut String) -> usize {
    let (radix, start) = if matches!(text.as_bytes().get(2), Some(b'x' | b'X')) { (16, 3) } else { (10, 2) };
    let digits = text[start..].bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if digits == 0 {
        return 0;
    }
    let end = start + digits;
    let code = u32::from_str_radix(&text[start..end], radix).unwrap_or(u32::MAX);
    out.push(character(code));
    end + usize::from(text.as_bytes().get(end) == Some(&b';'))
}

fn character(code: u32) -> char {
    if let Some(byte) = u8::try_from(code).ok().filter(|byte| (0x80..0xA0).contains(byte)) {
        let bytes = [byte];
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
        return text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    char::from_u32(code).filter(|&character| character != '\0').unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::{ENTITIES, decode};

    fn check(text: &str, expected: &str) {
        assert_eq!(decode(text), expected, "{text}");
    }

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(ENTITIES.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(ENTITIES.len(), 2125);
        assert!(
            ENTITIES.iter().all(|entity| !entity.text.is_empty() && entity.name.len() <= super::LONGEST_NAME)
        );
    }

    #[test]
    fn named() {
        check("plain", "plain");
        check("AT&amp;T", "AT&T");
        check("&ldquo;a&rdquo;&nbsp;&hellip;", "“a”\u{a0}…");
        check("&amp;lt;", "&lt;");
        check("&nope; & &", "&nope; & &");
        check("&copy 2024, &ampx", "© 2024, &x");
        check("?a=1&copy=2", "?a=1&copy=2");
        check("&notin; &notit;", "∉ ¬it;");
        check("&NotEqualTilde;", "≂̸");
        check("&CounterClockwiseContourIntegral;", "∳");
        check("&é", "&é");
    }

    #[test]
    fn numbers() {
        check("&#8220;&#x201D;&#39;", "“”'");
        check("&#65 &#x41", "A A");
        check("&#0;&#xD800;&#x110000;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}");
        check("&#146;&#x80;", "’€");
        check("&#;&#x;", "&#;&#x;");
    }
}
