//! Everything of ours in a record, under the key `dateline`.

use crate::{ContentHash, Source};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Version of the extension; readers accept older ones.
pub const RECORD_SCHEMA: u32 = 1;

/// The value of the record's `dateline` key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    /// Version of this part, as the writer knew it.
    #[cfg_attr(feature = "schema", schemars(extend("const" = RECORD_SCHEMA)))]
    pub schema: u32,
    /// Hash of the content, which tells versions apart.
    pub content_hash: ContentHash,
    /// When the article was taken in.
    pub ingested_at: Timestamp,
    /// Who delivered it.
    pub source: Source,
    /// The publication date. Absent when unknown: a date is never invented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// Temporal expressions, in order of their spans.
    #[serde(default)]
    pub timex: Vec<Timex>,
    /// Entities, the most salient first.
    #[serde(default)]
    pub entities: Vec<Entity>,
    /// BCP 47; `und` when unknown.
    pub language: String,
    /// Readability of the text, as far as measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readability: Option<Readability>,
    /// What each stage did.
    #[serde(default)]
    pub provenance: Vec<Provenance>,
    /// W3C trace context of the work on this version, from its intake on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")))]
    pub trace_parent: Option<String>,
    /// What a reader of the record should know: conflicts, mended input.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// A publication date and how it is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Published {
    /// RFC 3339 instant, or a plain ISO 8601 date down to `precision`.
    pub value: String,
    /// How exact `value` is.
    pub precision: Precision,
    /// How the zone is known.
    pub zone: ZoneKnowledge,
    /// Which claim it came from.
    pub from: String,
    /// That claim as it was written.
    pub raw: String,
    /// 0 to 1.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = 0, "maximum" = 1)))]
    pub confidence: f32,
    /// Claims that say otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<PublishedConflict>,
}

/// A claim that disagrees with the chosen publication date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublishedConflict {
    /// Where it stands.
    pub from: String,
    /// As it was written.
    pub raw: String,
    /// What it would mean; absent when it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Why it was not chosen.
    pub reason: String,
}

/// How exact a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// The year alone.
    Year,
    /// Year and month.
    Month,
    /// The day.
    Day,
    /// Hour and minute.
    Minute,
    /// Seconds or better.
    Second,
}

impl Precision {
    /// Its name, as records have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// How the zone of a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ZoneKnowledge {
    /// Written with the time.
    Explicit,
    /// Taken from configuration or the source.
    Assumed,
    /// Unknown, or not needed at this precision.
    None,
}

/// A temporal expression (TIMEX3, ISO-TimeML / ISO 24617-1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timex {
    /// `t1`, `t2`, ... within the record.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^t[1-9][0-9]*$")))]
    pub id: SmolStr,
    /// What it denotes.
    #[serde(rename = "type")]
    pub kind: TimexType,
    /// TIMEX3 value.
    pub value: SmolStr,
    /// First instant of the resolved half-open interval, where one exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begin: Option<Timestamp>,
    /// First instant after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// TIMEX3 `mod` (APPROX, START, MID, END, ...).
    #[serde(rename = "mod", default, skip_serializing_if = "Option::is_none")]
    pub modifier: Option<SmolStr>,
    /// The value that it was resolved against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<SmolStr>,
    /// The rule that found it.
    pub rule: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// What a temporal expression denotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum TimexType {
    /// A calendar date of any size.
    Date,
    /// A time of the day.
    Time,
    /// A length of time.
    Duration,
    /// A repetition.
    Set,
}

/// A stretch of one of the record's text fields.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// `headlines/0` or `bodies/0`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["headlines/0", "bodies/0"])))]
    pub field: SmolStr,
    /// First Unicode code point.
    pub start: u32,
    /// First code point after it.
    pub end: u32,
    /// The exact slice.
    pub text: SmolStr,
}

/// A named entity with all its mentions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entity {
    /// `e1`, `e2`, ... within the record.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^e[1-9][0-9]*$")))]
    pub id: SmolStr,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// Canonical name.
    pub name: SmolStr,
    /// Stable identifier, when linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub uri: Option<SmolStr>,
    /// ISO 3166 alpha-2 country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[A-Z]{2}$")))]
    pub country: Option<SmolStr>,
    /// Coordinates of a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geo: Option<Geo>,
    /// Role named in the text ("Prime Minister").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<SmolStr>,
    /// 0 to 1.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = 0, "maximum" = 1)))]
    pub confidence: f32,
    /// 0 to 1, from position and frequency.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = 0, "maximum" = 1)))]
    pub salience: f32,
    /// Where it is named, in text order.
    pub mentions: Vec<Span>,
    /// Why it was given this type and id, in words (`dateline explain`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EntityType {
    /// A person.
    Person,
    /// A body of people.
    Organisation,
    /// A place.
    Place,
    /// Nationalities, events, works and other names.
    Misc,
}

impl EntityType {
    /// The name used on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Place => "place",
            Self::Misc => "misc",
        }
    }
}

/// WGS 84 coordinates in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Geo {
    /// Latitude, north positive.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = -90, "maximum" = 90)))]
    pub lat: f64,
    /// Longitude, east positive.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = -180, "maximum" = 180)))]
    pub lon: f64,
}

/// Plain measures of how hard the text is to read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Readability {
    /// Words of the body.
    pub words: u32,
    /// Sentences of the body.
    pub sentences: u32,
    /// Mean words a sentence.
    pub words_per_sentence: f32,
    /// LIX readability index (Björnsson 1968): mean sentence length plus the
    /// percentage of words over six letters.
    pub lix: f32,
}

/// One stage's entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Provenance {
    /// Which stage.
    pub stage: crate::Stage,
    /// Version of the software.
    pub version: String,
    /// Model used, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// When.
    pub at: Timestamp,
    /// How long the work took, in milliseconds.
    pub ms: f64,
    /// The message that was sent through again, when the work was done anew: `raw:SEQUENCE` of a
    /// stored raw article, or the number of a dead letter.
    #[serde(default, rename = "replayOf", skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<String>,
}
