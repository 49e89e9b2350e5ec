//! Text that must not show up in logs, dumps or error messages.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What stands in place of a secret wherever one would be printed.
pub const REDACTED: &str = "[redacted]";

/// A password or token. Printing or serialising it gives [`REDACTED`].
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// Takes the text into keeping.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one call that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares in a time that depends on the lengths only, so that an attacker who
    /// measures answers learns nothing of the text. An empty secret matches nothing.
    #[must_use]
    pub fn matches(&self, candidate: &[u8]) -> bool {
        let own = self.0.as_bytes();
        if own.is_empty() || own.len() != candidate.len() {
            return false;
        }
        let difference = own
            .iter()
            .zip(candidate)
            .fold(0_u8, |difference, (a, b)| std::hint::black_box(difference | (a ^ b)));
        difference == 0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Anything but text is refused without a word of what it was: serde's own message would
/// show it.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(SecretVisitor)
    }
}

struct SecretVisitor;

impl SecretVisitor {
    fn refuse<E: de::Error>() -> Result<Secret, E> {
        Err(E::custom("a secret is text in quotes"))
    }
}

impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text in quotes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Secret, E> {
        Self::refuse()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        Self::refuse()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Secret, E> {
        Self::refuse()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        Self::refuse()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "title": "a secret", "writeOnly": true })
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

/// Which parts of the addresses in a text are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlParts {
    /// User and password: what stands before `@`.
    Login,
    /// The query, too, where keys and tokens are often put.
    LoginAndQuery,
}

/// The text with parts of each address in it (`scheme://...`) replaced by [`REDACTED`].
///
/// ```
/// use dateline_runtime::secret::{UrlParts, hide_in_urls};
///
/// let hidden = hide_in_urls("at nats://desk:hunter2@broker:4222, now", UrlParts::Login);
/// assert_eq!(hidden, "at nats://[redacted]@broker:4222, now");
/// ```
#[must_use]
pub fn hide_in_urls(text: &str, parts: UrlParts) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        hidden.push_str(before);
        // Whatever else may stand in a password, so that a comma does not end the address.
        let (authority, tail) = after.split_at(authority_end(after));
        match authority.rsplit_once('@') {
            Some((_, host)) => hidden.extend([REDACTED, "@", host]),
            None => hidden.push_str(authority),
        }
        rest = tail;
        let address = &tail[..tail.find(ends_an_address).unwrap_or(tail.len())];
        if parts == UrlParts::LoginAndQuery
            && let Some((path, _)) = address.split_once('?')
        {
            hidden.extend([hide_in_urls(path, parts).as_str(), "?", REDACTED]);
            rest = &tail[address.len()..];
        }
    }
    hidden + rest
}

fn ends_an_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '`' | '<' | '>')
}

/// Where the host ends. In a list of addresses the next one's scheme is no part of it.
fn authority_end(after: &str) -> usize {
    let end = after.find(|c| matches!(c, '/' | '?' | '#') || ends_an_address(c)).unwrap_or(after.len());
    let next_begins = after[end..].starts_with("//") && after[..end].ends_with(':');
    if next_begins { end - 1 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_never_shows_the_text() {
        #[derive(Debug, Serialize)]
        struct Section {
            token: Secret,
        }
        let section = Section { token: Secret::new("hunter2") };
        let prints = [format!("{section:?}"), section.token.to_string(), toml::to_string(&section).unwrap()];
        for print in prints {
            assert!(print.contains(REDACTED) && !print.contains("hunter2"), "{print}");
        }
        assert_eq!(section.token.expose(), "hunter2");
    }

    #[test]
    fn logins_and_queries_are_hidden_in_addresses() {
        let check = |text: &str, login: &str, both: &str| {
            assert_eq!(hide_in_urls(text, UrlParts::Login), login, "{text}");
            assert_eq!(hide_in_urls(text, UrlParts::LoginAndQuery), both, "{text}");
        };
        let same = |text: &str| check(text, text, text);
        same("no address at all, a@b");
        same("nats://127.0.0.1:4222");
        same("https://a.example/a@b/c");
        same("servers = [\"nats://[::1]:4222\"]  # default");
        check("nats://u:p@h", "nats://[redacted]@h", "nats://[redacted]@h");
        check(
            "nats://u:p,'@x@h,tls://v:q@i ok",
            "nats://[redacted]@h,tls://[redacted]@i ok",
            "nats://[redacted]@h,tls://[redacted]@i ok",
        );
        check(
            "\"https://h/p?key=x,y\" then",
            "\"https://h/p?key=x,y\" then",
            "\"https://h/p?[redacted]\" then",
        );
        check("a://h/b://u:p@i/?q", "a://h/b://[redacted]@i/?q", "a://h/b://[redacted]@i/?[redacted]");
    }

    #[test]
    fn matches_only_the_whole_text() {
        let check = |secret: &str, candidate: &str, expected: bool| {
            assert_eq!(Secret::new(secret).matches(candidate.as_bytes()), expected, "{secret} {candidate}");
        };
        check("abc", "abc", true);
        check("abc", "abd", false);
        check("abc", "ab", false);
        check("abc", "abcd", false);
        check("abc", "", false);
        check("", "", false);
    }
}
