//! One token of a subject, safe whatever it was made from.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest token; a longer name is cut and told apart by its hash.
const MAX_LENGTH: usize = 64;

/// A subject token of `[a-z0-9_-]`, so that a hostile source name can never
/// widen a subject or smuggle in a wildcard.
///
/// ```
/// use dateline_model::SubjectToken;
/// assert_eq!(SubjectToken::new("BBC News > World.*").as_str(), "bbc-news-world");
/// assert_eq!(SubjectToken::new("").as_str(), "unknown");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct SubjectToken(String);

impl SubjectToken {
    /// Makes a token of any name: lower-cases, joins what is left with `-`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut token = String::with_capacity(name.len().min(MAX_LENGTH));
        for c in name.chars() {
            match c.to_ascii_lowercase() {
                kept @ ('a'..='z' | '0'..='9' | '_') => token.push(kept),
                _ if token.is_empty() || token.ends_with('-') => {}
                _ => token.push('-'),
            }
        }
        let token = token.trim_end_matches('-');
        Self(bounded(token, name))
    }

    /// The token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names of which nothing is left, or that are too long, keep apart by hash.
fn bounded(token: &str, name: &str) -> String {
    let hash = xxhash_rust::xxh3::xxh3_64(name.as_bytes());
    match token.len() {
        0 if name.is_empty() => "unknown".to_owned(),
        0 => format!("x{hash:016x}"),
        1..=MAX_LENGTH => token.to_owned(),
        _ => format!("{}-{hash:016x}", &token[..MAX_LENGTH - 17]),
    }
}

impl fmt::Display for SubjectToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for SubjectToken {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for SubjectToken {
    /// Sanitises again: what comes over the wire is not trusted either.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self::new(&name))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SubjectToken {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SubjectToken".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[a-z0-9_-]{1,64}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_name_makes_a_safe_and_stable_token(name in "\\PC{0,120}") {
            let token = SubjectToken::new(&name);
            prop_assert!(!token.as_str().is_empty() && token.as_str().len() <= MAX_LENGTH);
            let safe = token.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
            prop_assert!(safe);
            prop_assert_eq!(SubjectToken::new(token.as_str()), token);
        }
    }

    #[test]
    fn names_in_other_scripts_stay_apart() {
        assert_ne!(SubjectToken::new("Новости"), SubjectToken::new("Известия"));
    }
}
