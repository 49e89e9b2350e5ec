//! What a store with tables keeps of a record: worked out before the write, so
//! that the thread that holds the database only writes.

use crate::common_words::{CommonWords, Pairs};
use crate::received::Json;
use crate::{Period, Received, Refusal, words};
use bytes::Bytes;
use dateline_model::{ArticleId, Entity, EntityType, NewsRecord, RECORD_SCHEMA, SmolStr, packed};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;

/// `pubStatus` of a retraction.
const RETRACTED: &str = "canceled";

/// A record and the rows made of it.
#[derive(Debug, Clone)]
pub(crate) struct RecordRows {
    /// Which article.
    pub(crate) id: ArticleId,
    /// The record as JSON.
    pub(crate) json: Json,
    /// The same packed, where it came so or is stored so.
    pub(crate) packed: Option<Bytes>,
    /// What tells this version apart and orders it.
    pub(crate) version: VersionKey,
    /// `ingestedAt`.
    pub(crate) seen_at: Timestamp,
    /// When the work on it was done: the latest time that the record names.
    pub(crate) made_at: Timestamp,
    /// First instant of the publication date.
    pub(crate) published_at: Option<Timestamp>,
    /// Entities, each once.
    pub(crate) entities: Vec<EntityRow>,
    /// Resolved intervals, each once.
    pub(crate) dates: Vec<DateRow>,
    /// The folded words of headline, summary and body, a line each.
    pub(crate) folded: String,
    /// The pairs of common words among them.
    pub(crate) pairs: Pairs,
    /// The record itself.
    pub(crate) record: NewsRecord,
}

/// What tells the versions of an article apart. A retraction may carry the
/// content that it retracts, so it is a version of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct VersionKey {
    pub(crate) content_hash: dateline_model::ContentHash,
    pub(crate) retracted: bool,
}

/// An entity within an article.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EntityRow {
    pub(crate) key: EntityKey,
    /// How often it is named.
    pub(crate) mentions: u32,
    pub(crate) salience: f32,
    pub(crate) confidence: f32,
}

/// What makes an entity the same one in two articles.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct EntityKey {
    pub(crate) kind: EntityType,
    pub(crate) name: SmolStr,
    /// Empty where it is not linked.
    pub(crate) uri: SmolStr,
}

/// A date that the text speaks of: a half-open interval in UTC.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DateRow {
    pub(crate) begin: Timestamp,
    pub(crate) end: Timestamp,
    /// The TIMEX3 value.
    pub(crate) value: SmolStr,
}

impl RecordRows {
    /// Works out the rows of a record.
    pub(crate) fn of(received: Received, max_bytes: usize) -> Result<Self, Refusal> {
        let (id, json) = checked(&received, max_bytes)?;
        let packed = received.packed();
        let record = received.record;
        let extension = &record.dateline;
        Ok(Self {
            id,
            json,
            packed,
            version: VersionKey { content_hash: extension.content_hash, retracted: is_retraction(&record) },
            seen_at: extension.ingested_at,
            made_at: made_at(&record),
            published_at: published_at(&record),
            entities: entity_rows(&extension.entities),
            dates: date_rows(&record),
            folded: folded(&record),
            pairs: Pairs::default(),
            record,
        })
    }

    /// The same, to be stored packed where that is possible.
    #[must_use]
    pub(crate) fn packed(self) -> Self {
        let packed = self.packed.or_else(|| packed::pack(self.json.as_bytes()).map(Bytes::from));
        Self { packed, ..self }
    }

    /// The same, to be stored as JSON.
    #[must_use]
    pub(crate) fn unpacked(self) -> Self {
        Self { packed: None, ..self }
    }

    /// The JSON, where it is stored as such.
    pub(crate) fn plain(&self) -> &str {
        if self.packed.is_some() { "" } else { self.json.as_str() }
    }

    /// The same with its pairs of these words.
    #[must_use]
    pub(crate) fn with_pairs(self, common: Arc<CommonWords>) -> Self {
        Self { pairs: Pairs::of(&self.folded, common), ..self }
    }
}

/// The id and the JSON of a record that any store can keep.
pub(crate) fn checked(received: &Received, max_bytes: usize) -> Result<(ArticleId, Json), Refusal> {
    let record = &received.record;
    let id = record.uri.parse().map_err(|_| Refusal::Uri(record.uri.clone()))?;
    if record.dateline.schema > RECORD_SCHEMA {
        return Err(Refusal::NewerSchema { found: record.dateline.schema, known: RECORD_SCHEMA });
    }
    if !all_finite(record) {
        return Err(Refusal::Json("a number is infinite or none".to_owned()));
    }
    let json = received.json().map_err(|error| Refusal::Json(error.to_string()))?;
    let bytes = json.as_bytes().len();
    if bytes > max_bytes {
        return Err(Refusal::TooLarge { bytes, limit: max_bytes });
    }
    Ok((id, json))
}

/// Whether a record retracts its article.
pub(crate) fn is_retraction(record: &NewsRecord) -> bool {
    record.pub_status == RETRACTED
}

/// JSON has no NaN: it would be written as `null` and never be read again.
fn all_finite(record: &NewsRecord) -> bool {
    let extension = &record.dateline;
    let entity = |entity: &Entity| {
        let place = entity.geo.is_none_or(|geo| geo.lat.is_finite() && geo.lon.is_finite());
        place && entity.confidence.is_finite() && entity.salience.is_finite()
    };
    extension.entities.iter().all(entity)
        && extension.published.as_ref().is_none_or(|published| published.confidence.is_finite())
        && extension.provenance.iter().all(|entry| entry.ms.is_finite())
        && extension.readability.is_none_or(|r| r.words_per_sentence.is_finite() && r.lix.is_finite())
}

pub(crate) fn made_at(record: &NewsRecord) -> Timestamp {
    let stages = record.dateline.provenance.iter().map(|entry| entry.at);
    stages.chain([record.version_created]).max().unwrap_or(record.version_created)
}

pub(crate) fn published_at(record: &NewsRecord) -> Option<Timestamp> {
    let published = record.dateline.published.as_ref()?;
    Period::parse(&published.value).map(|period| period.begin)
}

/// One row an entity, mentions added up: taggers may name one twice.
fn entity_rows(entities: &[Entity]) -> Vec<EntityRow> {
    let mut rows: Vec<EntityRow> = Vec::with_capacity(entities.len());
    let mut places: HashMap<EntityKey, usize> = HashMap::with_capacity(entities.len());
    for entity in entities {
        let key = EntityKey {
            kind: entity.kind,
            name: entity.name.clone(),
            uri: entity.uri.clone().unwrap_or_default(),
        };
        let next = rows.len();
        let place = *places.entry(key.clone()).or_insert(next);
        if place == next {
            rows.push(EntityRow { key, mentions: 0, salience: 0.0, confidence: 0.0 });
        }
        let row = &mut rows[place];
        let named = u32::try_from(entity.mentions.len()).unwrap_or(u32::MAX);
        row.mentions = row.mentions.saturating_add(named);
        row.salience = row.salience.max(entity.salience);
        row.confidence = row.confidence.max(entity.confidence);
    }
    rows
}

fn folded(record: &NewsRecord) -> String {
    let (headline, summary, body) = texts(record);
    let mut folded = String::with_capacity(record.body().len() + 256);
    for text in [headline, summary, body] {
        words::fold_text(text.unwrap_or_default(), &mut folded);
        folded.push('\n');
    }
    folded
}

/// What an article can be found by: headline, summary and body.
pub(crate) fn texts(record: &NewsRecord) -> (Option<&str>, Option<&str>, Option<&str>) {
    let summary = record.descriptions.first().map(|summary| summary.value.as_str());
    let body = record.bodies.first().map(|body| body.value.as_str());
    (record.headline(), summary, body)
}

fn date_rows(record: &NewsRecord) -> Vec<DateRow> {
    let resolved = record.dateline.timex.iter().filter_map(|timex| {
        let (begin, end) = (timex.begin?, timex.end?);
        (begin < end).then(|| DateRow { begin, end, value: timex.value.clone() })
    });
    let mut rows: Vec<DateRow> = resolved.collect();
    rows.sort();
    rows.dedup_by(|right, left| right.begin == left.begin && right.end == left.end);
    rows
}

/// Whether two records of one version say the same, whenever that was worked
/// out: a message that is enriched twice after a crash brings nothing new.
pub(crate) fn same_work(left: &NewsRecord, right: &NewsRecord) -> bool {
    timeless(left) == timeless(right)
}

/// The record without the times at which the work on it was done.
pub(crate) fn timeless(record: &NewsRecord) -> NewsRecord {
    let mut record = record.clone();
    record.first_created = Timestamp::UNIX_EPOCH;
    record.version_created = Timestamp::UNIX_EPOCH;
    record.dateline.ingested_at = Timestamp::UNIX_EPOCH;
    record.dateline.trace_parent = None;
    for entry in &mut record.dateline.provenance {
        entry.at = Timestamp::UNIX_EPOCH;
        entry.ms = 0.0;
    }
    record
}
