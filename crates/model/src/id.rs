//! Who an article is (`ArticleId`) and what it says (`ContentHash`).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;
use xxhash_rust::xxh3::Xxh3;

/// Name space of Dateline's article ids (RFC 9562 version 5 UUIDs).
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0d_4c5a_1c39_5f7e_9d57_d7a3_3f9b_6e21);

/// The identity of an article over all its versions: a version 5 UUID of its
/// canonical URL, or of (source, guid), or of its content where neither exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(Uuid);

impl ArticleId {
    /// The id of whatever is published under a canonical URL.
    #[must_use]
    pub fn from_url(canonical_url: &str) -> Self {
        Self::named(&["url", canonical_url])
    }

    /// The id of a source's item with a guid of its own.
    #[must_use]
    pub fn from_guid(source: &str, guid: &str) -> Self {
        Self::named(&["guid", source, guid])
    }

    /// The id of an article that has neither URL nor guid.
    #[must_use]
    pub fn from_content(hash: ContentHash) -> Self {
        Self::named(&["content", &hash.to_string()])
    }

    /// Joined with a byte that no URL, source or guid contains, so that parts
    /// cannot run into each other.
    fn named(parts: &[&str]) -> Self {
        Self(Uuid::new_v5(&NAMESPACE, parts.join("\u{1f}").as_bytes()))
    }

    /// The id as a UUID, for stores that have a type for it.
    #[must_use]
    pub fn as_uuid(&self) -> Uuid {
        self.0
    }

    /// The `uri` of the article's record: `urn:uuid:...` (RFC 9562).
    #[must_use]
    pub fn uri(&self) -> String {
        self.0.urn().to_string()
    }
}

impl From<Uuid> for ArticleId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Neither a UUID nor a `urn:uuid:` URI.
    #[error("`{0}` is no article id; give a UUID or the `uri` of a record (urn:uuid:...)")]
    Article(String),
    /// Not 32 hexadecimal digits.
    #[error("`{0}` is no content hash; it has 32 hexadecimal digits")]
    Hash(String),
}

impl FromStr for ArticleId {
    type Err = IdError;

    /// Reads a UUID with or without `urn:uuid:`.
    fn from_str(text: &str) -> Result<Self, IdError> {
        Uuid::parse_str(text.trim()).map(Self).map_err(|_| IdError::Article(text.to_owned()))
    }
}

/// XXH3-128 over everything of an article that a reader would call its content.
/// It tells versions apart; it is no protection against forgery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(u128);

impl ContentHash {
    /// Hashes the parts in order; an absent part differs from an empty one.
    #[must_use]
    pub fn of<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut hasher = Xxh3::new();
        for part in parts {
            let length = part.map_or(u64::MAX, |text| text.len() as u64);
            hasher.update(&length.to_le_bytes());
            hasher.update(part.unwrap_or_default().as_bytes());
        }
        Self(hasher.digest128())
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for ContentHash {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let hexadecimal = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let value = if hexadecimal { u128::from_str_radix(text, 16).ok() } else { None };
        value.map(Self).ok_or_else(|| IdError::Hash(text.to_owned()))
    }
}

impl Serialize for ContentHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
mod schema {
    use super::{ArticleId, ContentHash};
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
    use std::borrow::Cow;

    impl JsonSchema for ArticleId {
        fn schema_name() -> Cow<'static, str> {
            "ArticleId".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": "string", "format": "uuid" })
        }
    }

    impl JsonSchema for ContentHash {
        fn schema_name() -> Cow<'static, str> {
            "ContentHash".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": "string", "pattern": "^[0-9a-f]{32}$" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_of_version_5() {
        let id = ArticleId::from_url("https://example.org/a");
        assert_eq!(id, ArticleId::from_url("https://example.org/a"));
        assert_eq!(id.0.get_version_num(), 5);
        assert_eq!(id.uri().parse::<ArticleId>(), Ok(id));
        assert_eq!(id.to_string().parse::<ArticleId>(), Ok(id));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(ArticleId::from_guid("a", "bc"), ArticleId::from_guid("ab", "c"));
        assert_ne!(ContentHash::of([Some("a"), Some("bc")]), ContentHash::of([Some("ab"), Some("c")]));
        assert_ne!(ContentHash::of([None, Some("a")]), ContentHash::of([Some(""), Some("a")]));
    }

    #[test]
    fn hashes_read_back() {
        let hash = ContentHash::of([Some("text")]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(
            serde_json::from_str::<ContentHash>(&serde_json::to_string(&hash).unwrap()).unwrap(),
            hash
        );
        for bad in ["", "12", "zz", "+1234567890123456789012345678901"] {
            assert!(bad.parse::<ContentHash>().is_err(), "{bad}");
        }
    }
}
