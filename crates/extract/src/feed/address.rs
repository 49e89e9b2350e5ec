//! Relative addresses made whole.

use crate::fragment::one_line;
use url::Url;

/// Resolves an address against its base. Without a base, or with one that is
/// none, it comes back as written.
pub(super) fn resolve(written: &str, base: Option<&str>) -> String {
    let written = written.trim();
    if is_absolute(written) {
        let is_plain = written.bytes().all(|byte| byte > b' ' && byte.is_ascii());
        return if is_plain { written.to_owned() } else { one_line(written) };
    }
    let joined = base.and_then(|base| Url::parse(base).ok()).and_then(|base| base.join(written).ok());
    joined.map_or_else(|| written.to_owned(), String::from)
}

/// True for an address of the web.
pub(super) fn is_absolute(address: &str) -> bool {
    let begins = |scheme: &str| {
        address
            .as_bytes()
            .get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    begins("http://") || begins("https://")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    fn check(written: &str, base: Option<&str>, expected: &str) {
        assert_eq!(resolve(written, base), expected, "{written} on {base:?}");
    }

    #[test]
    fn addresses() {
        check(" https://e.org/a ", None, "https://e.org/a");
        check("HTTP://e.org/A?b=c&d", Some("https://x.org/"), "HTTP://e.org/A?b=c&d");
        check("/a", Some("https://e.org/b/c"), "https://e.org/a");
        check("a", Some("https://e.org/b/c"), "https://e.org/b/a");
        check("//x.org/a", Some("https://e.org/b"), "https://x.org/a");
        check("?p=1", Some("https://e.org/b"), "https://e.org/b?p=1");
        check("mailto:a@e.org", Some("https://e.org/b"), "mailto:a@e.org");
        check("/a", None, "/a");
        check("/a", Some("nonsense"), "/a");
    }
}
