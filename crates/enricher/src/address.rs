//! Addresses as the standard wants them: a `href` is a URI (RFC 3986), while what
//! sources give as an address may be anything.

use url::Url;

/// An absolute web address as a URI; `None` for what is no such address. One that
/// is a URI already stays as it was published.
pub(crate) fn as_uri(address: &str) -> Option<String> {
    let address = address.trim();
    let parsed = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    parsed.host_str().filter(|host| !host.is_empty())?;
    if is_uri(address) {
        return Some(address.to_owned());
    }
    let (start, rest) = split_authority(parsed.as_str());
    Some(format!("{start}{}", escaped(rest)))
}

/// What comes before path, query and fragment, and these. An IPv6 address has
/// brackets, which may stand nowhere else.
fn split_authority(url: &str) -> (&str, &str) {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let end = url[after_scheme..].find(['/', '?', '#']).map_or(url.len(), |at| after_scheme + at);
    url.split_at(end)
}

/// Whether every character may stand where it stands.
fn is_uri(text: &str) -> bool {
    let (start, rest) = split_authority(text);
    let authority = start.replace(['[', ']'], "");
    text.contains("://") && escaped(&authority) == authority && escaped(rest) == rest
}

/// Percent-encodes what RFC 3986 has no place for; `%` itself where no two
/// hexadecimal digits follow, `#` where a fragment has begun already.
pub(crate) fn escaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
    let mut out = String::with_capacity(text.len());
    let mut in_fragment = false;
    for (at, &byte) in bytes.iter().enumerate() {
        let kept = match byte {
            b'%' => bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)),
            b'#' => !std::mem::replace(&mut in_fragment, true),
            _ => is_allowed(byte),
        };
        if kept {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
        }
    }
    out
}

/// Unreserved and reserved characters, less the brackets.
fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_uris_or_are_left_out() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(as_uri(address).as_deref(), expected, "{address}");
        };
        for kept in [
            "https://example.org",
            "https://example.org/a?b=c%20d#e",
            "http://example.org:8080/~a/(b)",
            "https://EXAMPLE.org/",
        ] {
            check(kept, Some(kept));
        }
        check(" https://example.org/a ", Some("https://example.org/a"));
        check(
            "https://example.org/новости",
            Some("https://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"),
        );
        check("https://münchen.example/", Some("https://xn--mnchen-3ya.example/"));
        check(
            "https://example.org/a b|c?q=[1]{2}^",
            Some("https://example.org/a%20b%7Cc?q=%5B1%5D%7B2%7D%5E"),
        );
        check("https://example.org/100%", Some("https://example.org/100%25"));
        check("https://example.org/#a#b", Some("https://example.org/#a%23b"));
        check("http://[2001:db8::1]/a", Some("http://[2001:db8::1]/a"));
        check("https:example.org/a", Some("https://example.org/a"));
        assert_eq!(
            escaped("https://en.wikipedia.org/wiki/Recep_Tayyip_Erdoğan"),
            "https://en.wikipedia.org/wiki/Recep_Tayyip_Erdo%C4%9Fan"
        );
        for none in
            ["", "a", "example.org/a", "/a", "mailto:a@example.org", "javascript:alert(1)", "https://"]
        {
            check(none, None);
        }
    }
}
