//! The document type declaration: skipped, but for the simple entities of its
//! internal subset. External ones are never fetched.

use super::text::Entities;
use memchr::memchr;

/// Reads the declaration that begins with `<!`; gives its length.
pub(crate) fn read(text: &str, entities: &mut Entities) -> usize {
    let bytes = text.as_bytes();
    let close = memchr(b'>', bytes).unwrap_or(bytes.len());
    let Some(open) = memchr(b'[', &bytes[..close]) else { return (close + 1).min(bytes.len()) };
    let subset = &text[open + 1..];
    // Not closed: the declaration was no more than its first tag.
    let Some(end) = end_of_subset(subset) else { return (close + 1).min(bytes.len()) };
    read_subset(&subset[..end], entities);
    let after = open + 1 + end + 1;
    after + memchr(b'>', &bytes[after..]).map_or(0, |at| at + 1)
}

/// Where the bracket of the subset closes, quotes and comments left out.
fn end_of_subset(subset: &str) -> Option<usize> {
    /// A subset longer than this is no feed's.
    const MOST: usize = 64 << 10;
    let bytes = &subset.as_bytes()[..subset.len().min(MOST)];
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b']' => return Some(at),
            b'"' | b'\'' => at += memchr(byte, &bytes[at + 1..])? + 1,
            b'<' if bytes[at..].starts_with(b"<!--") => at += memchr::memmem::find(&bytes[at..], b"-->")?,
            _ => {}
        }
        at += 1;
    }
    None
}

fn read_subset(subset: &str, entities: &mut Entities) {
    let mut rest = subset;
    while let Some(at) = rest.find("<!ENTITY") {
        rest = &rest[at + "<!ENTITY".len()..];
        if let Some((name, value)) = declaration(rest) {
            entities.declare(name, value);
        }
    }
}

/// `name "value"`; nothing for parameter and external entities.
fn declaration(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let (name, rest) = text.split_once(|c: char| c.is_ascii_whitespace())?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    (name != "%").then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, rest: &str, decoded: &str) {
        let mut entities = Entities::default();
        let length = read(text, &mut entities);
        assert_eq!((&text[length..], entities.decode("&a;&b;").as_ref()), (rest, decoded), "{text}");
    }

    #[test]
    fn declarations() {
        check("<!DOCTYPE rss>x", "x", "&a;&b;");
        check("<!DOCTYPE rss PUBLIC \"a\" 'b'>x", "x", "&a;&b;");
        check("<!DOCTYPE rss [<!ENTITY a \"1\"><!ENTITY b '&#50;'>]>x", "x", "12");
        check("<!DOCTYPE rss [<!ENTITY a \"]>\"> <!-- ] --> ] >x", "x", "]>&b;");
        check("<!DOCTYPE rss [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>x", "x", "&a;&b;");
        check("<!DOCTYPE rss [<!ENTITY % a \"1\">]>x", "x", "&a;&b;");
    }

    #[test]
    fn broken_ones() {
        check("<!DOCTYPE", "", "&a;&b;");
        check("<!DOCTYPE [", "", "&a;&b;");
        check("<!DOCTYPE rss [<!ENTITY a \"1\">x", "x", "&a;&b;");
        check("<!DOCTYPE rss []", "", "&a;&b;");
        check("<!DOCTYPE rss [<!ENTITY a]>x", "x", "&a;&b;");
    }
}
