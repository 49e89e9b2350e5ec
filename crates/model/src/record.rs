//! The enriched record: an IPTC ninjs 3.1 news item with our extension under
//! the one key `dateline`.
//!
//! Only the properties of the standard that Dateline writes are typed;
//! <https://iptc.org/standards/ninjs/> describes them all. Root properties are
//! closed in ninjs 3.1, so nothing else may be added here.

use crate::Extension;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// An enriched news item (ninjs 3.1 plus `dateline`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct NewsRecord {
    /// `urn:uuid:<article id>`.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri", "pattern" = "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")))]
    pub uri: String,
    /// What the record conforms to.
    pub standard: Standard,
    /// Always `text`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "schema", schemars(extend("const" = "text")))]
    pub kind: String,
    /// Content hash of this version.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[0-9a-f]{32}$")))]
    pub version: String,
    /// When the first version of this record was made.
    pub first_created: Timestamp,
    /// When this version was made.
    pub version_created: Timestamp,
    /// Publication time, only where the source states one to the minute;
    /// a coarser date stands in `dateline.published` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_created: Option<Timestamp>,
    /// `usable`, or `canceled` for a retracted article.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["usable", "canceled"])))]
    pub pub_status: String,
    /// BCP 47; `und` when unknown.
    pub language: String,
    /// At most one, the title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(extend("maxItems" = 1)))]
    pub headlines: Vec<Headline>,
    /// At most one, the summary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(extend("maxItems" = 1)))]
    pub descriptions: Vec<Headline>,
    /// One, the text verbatim.
    #[cfg_attr(feature = "schema", schemars(extend("minItems" = 1, "maxItems" = 1)))]
    pub bodies: Vec<Body>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Where it was written (the dateline's place).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub located: Option<String>,
    /// People named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Party>,
    /// Organisations named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<Party>,
    /// Places named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Other names: nationalities, events, works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Subject>,
    /// Publication and agency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub info_sources: Vec<InfoSource>,
    /// Other ids: `input-id`, `guid`, `url`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alt_ids: Vec<AltId>,
    /// Where the original can be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renditions: Vec<Rendition>,
    /// Everything of ours.
    pub dateline: Extension,
}

impl NewsRecord {
    /// The headline, if any.
    #[must_use]
    pub fn headline(&self) -> Option<&str> {
        self.headlines.first().map(|headline| headline.value.as_str())
    }

    /// The body text; empty when there is none.
    #[must_use]
    pub fn body(&self) -> &str {
        self.bodies.first().map_or("", |body| body.value.as_str())
    }

    /// The text that a span's `field` points to.
    #[must_use]
    pub fn field(&self, field: &str) -> Option<&str> {
        match field {
            "headlines/0" => self.headline(),
            "bodies/0" => self.bodies.first().map(|body| body.value.as_str()),
            _ => None,
        }
    }
}

/// Which standard a record follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Standard {
    /// `ninjs`.
    #[cfg_attr(feature = "schema", schemars(extend("const" = "ninjs")))]
    pub name: String,
    /// `3.1`.
    #[cfg_attr(feature = "schema", schemars(extend("const" = "3.1")))]
    pub version: String,
    /// Where its JSON schema is.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub schema: String,
}

impl Standard {
    /// IPTC ninjs 3.1.
    #[must_use]
    pub fn ninjs() -> Self {
        Self {
            name: "ninjs".to_owned(),
            version: "3.1".to_owned(),
            schema: "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#".to_owned(),
        }
    }
}

/// A headline or a description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Headline {
    /// `main`, `summary`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// IANA media type.
    pub content_type: String,
    /// The text.
    pub value: String,
}

/// The text of the article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// IANA media type.
    pub content_type: String,
    /// Unicode code points of `value`.
    pub char_count: u64,
    /// Words of `value`.
    pub word_count: u64,
    /// The text, verbatim.
    pub value: String,
}

/// A person or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Party {
    /// Canonical name.
    pub name: SmolStr,
    /// `mentions`, or `about` for the most salient ones.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["mentions", "about"])))]
    pub rel: SmolStr,
    /// Stable identifier, when linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub uri: Option<SmolStr>,
}

/// A named place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Place {
    /// Canonical name.
    pub name: SmolStr,
    /// `mentions`, or `about` for the most salient ones.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["mentions", "about"])))]
    pub rel: SmolStr,
    /// Stable identifier, when linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub uri: Option<SmolStr>,
    /// ISO 3166 alpha-2 country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub literal: Option<SmolStr>,
    /// `GeoJSON` point (RFC 7946): longitude, latitude.
    #[serde(rename = "geoJSON", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::geo_json_point"))]
    pub geo_json: Option<GeoPoint>,
}

/// A `GeoJSON` point (RFC 7946).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GeoPoint {
    /// Longitude and latitude, WGS 84, in degrees.
    pub coordinates: [f64; 2],
    /// The kind of geometry.
    #[serde(rename = "type")]
    pub kind: GeometryKind,
}

/// The geometries that a place may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GeometryKind {
    /// One position.
    Point,
}

/// A concept that is neither person, organisation nor place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Subject {
    /// Canonical name.
    pub name: SmolStr,
    /// `mentions`, or `about`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["mentions", "about"])))]
    pub rel: SmolStr,
    /// Stable identifier, when linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub uri: Option<SmolStr>,
    /// Confidence in percent.
    #[cfg_attr(feature = "schema", schemars(extend("maximum" = 100)))]
    pub confidence: u8,
}

/// A party that originated or distributed the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct InfoSource {
    /// Its name.
    pub name: String,
    /// `publisher` or `agency`.
    pub role: String,
}

/// Another id of the article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct AltId {
    /// `input-id`, `guid` or `url`.
    pub role: String,
    /// The id.
    pub value: String,
}

/// Where the original can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Rendition {
    /// `web`.
    pub name: String,
    /// The URL.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub href: String,
    /// IANA media type.
    pub content_type: String,
}
