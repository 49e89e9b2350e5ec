//! The path of a rule: `*` for anything, `$` at its end for the end.

use std::borrow::Cow;

/// A path as rules give it, percent-encoded alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What stands between the stars.
    pieces: Vec<String>,
    /// `$`: nothing may follow.
    to_end: bool,
    /// Octets of the pattern, by which rules outdo each other.
    length: usize,
}

impl Pattern {
    pub(super) fn new(written: &str) -> Self {
        /// Longer ones are no path.
        const MOST: usize = 4 << 10;
        let mut end = written.len().min(MOST);
        while !written.is_char_boundary(end) {
            end -= 1;
        }
        let encoded = encode(&written[..end], Octets::Escaped);
        let length = encoded.len();
        let (body, to_end) = match encoded.strip_suffix('$') {
            Some(body) => (body, true),
            None => (encoded.as_ref(), false),
        };
        Self { pieces: body.split('*').map(str::to_owned).collect(), to_end, length }
    }

    /// The pattern's length when it matches the path.
    pub(super) fn matches(&self, path: &str) -> Option<usize> {
        let path = encode(path, Octets::AsTheyAre);
        let (first, others) = self.pieces.split_first()?;
        let mut rest = path.strip_prefix(first.as_str())?;
        let Some((last, middle)) = others.split_last() else {
            // No star at all.
            return (!self.to_end || rest.is_empty()).then_some(self.length);
        };
        for piece in middle {
            rest = &rest[rest.find(piece.as_str())? + piece.len()..];
        }
        let found = if self.to_end { rest.ends_with(last.as_str()) } else { rest.contains(last.as_str()) };
        found.then_some(self.length)
    }
}

/// What is done with octets beyond ASCII.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Octets {
    /// Rules may hold them raw.
    Escaped,
    /// Addresses may not.
    AsTheyAre,
}

/// Escapes in upper case; nothing else is touched: `%62` is not `b` here.
fn encode(path: &str, octets: Octets) -> Cow<'_, str> {
    let untouched = path.is_ascii() || octets == Octets::AsTheyAre;
    if untouched && !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut encoded = String::with_capacity(path.len());
    let bytes = path.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' if bytes[at + 1..].iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2 => {
                encoded.push('%');
                encoded
                    .extend(bytes[at + 1..at + 3].iter().map(|&byte| char::from(byte.to_ascii_uppercase())));
                at += 3;
                continue;
            }
            byte if byte.is_ascii() => encoded.push(char::from(byte)),
            _ => {
                let length = path[at..].chars().next().map_or(1, char::len_utf8);
                match octets {
                    Octets::AsTheyAre => encoded.push_str(&path[at..at + length]),
                    Octets::Escaped => {
                        encoded.extend(bytes[at..at + length].iter().map(|byte| format!("%{byte:02X}")));
                    }
                }
                at += length;
                continue;
            }
        }
        at += 1;
    }
    Cow::Owned(encoded)
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn check(pattern: &str, path: &str, expected: bool) {
        assert_eq!(Pattern::new(pattern).matches(path).is_some(), expected, "{pattern} {path}");
    }

    #[test]
    fn patterns() {
        check("/", "/a", true);
        check("/a", "/ab", true);
        check("/a", "/A", false);
        check("/a$", "/a", true);
        check("/a$", "/ab", false);
        check("/*.php", "/x/y.php?z", true);
        check("/*.php$", "/x/y.php", true);
        check("/*.php$", "/x/y.php?z", false);
        check("/a*b*c", "/a-b-c-", true);
        check("/a*b*c", "/a-c-b", false);
        check("/a*b$", "/abab", true);
        check("*", "/a", true);
        check("", "/a", true);
        check("$", "/a", false);
        check("/a**b", "/ab", true);
        check("/%7ea", "/%7Ea", true);
        check("/é", "/%C3%A9", true);
        check("/é", "/é%41", false);
        check("/%", "/%", true);
        check("/%4", "/%4", true);
    }
}
