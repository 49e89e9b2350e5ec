//! What of a record is in the index: fields to search and count by, and the record.

use super::order;
use crate::rows::{is_retraction, published_at};
use dateline_model::{ArticleId, Entity, NewsRecord, Timex};
use serde_json::{Value, json};

/// A document on its way.
pub(super) struct Document {
    pub(super) id: String,
    /// Where its record stands in the batch.
    pub(super) place: usize,
    pub(super) version: i64,
    /// Tells documents of the same version apart.
    pub(super) order: String,
    /// The document as JSON, in one line.
    pub(super) source: String,
}

impl Document {
    pub(super) fn of(record: &NewsRecord, id: ArticleId, place: usize, json: &str) -> Self {
        let order = order::text(record);
        let mut fields = if is_retraction(record) { json!({}) } else { searchable(record) };
        fields["id"] = json!(id.to_string());
        fields["version"] = json!(record.version);
        fields["order"] = json!(order);
        fields["retracted"] = json!(is_retraction(record));
        fields["ingested"] = json!(record.dateline.ingested_at);
        fields["language"] = json!(record.language);
        fields["source"] = json!(record.dateline.source.id);
        Self {
            id: id.to_string(),
            place,
            version: order::version(record),
            order,
            source: with_record(&fields, json),
        }
    }
}

/// Puts the record's JSON in as it is: nothing of it is read again.
fn with_record(fields: &Value, json: &str) -> String {
    let fields = fields.to_string();
    format!(r#"{},"record":{json}}}"#, fields.strip_suffix('}').unwrap_or_default())
}

/// The fields that a retraction takes away.
fn searchable(record: &NewsRecord) -> Value {
    let entity = |entity: &Entity| {
        json!({
            "type": entity.kind, "name": entity.name, "uri": entity.uri,
            "mentions": entity.mentions.len(), "salience": entity.salience, "confidence": entity.confidence,
            "location": entity.geo.map(|geo| json!({ "lat": geo.lat, "lon": geo.lon })),
        })
    };
    let date = |date: &Timex| {
        json!({
            "type": date.kind, "value": date.value, "begin": date.begin, "end": date.end,
            "text": date.span.text,
        })
    };
    let entities: Vec<Value> = record.dateline.entities.iter().map(entity).collect();
    let dates: Vec<Value> = record.dateline.timex.iter().map(date).collect();
    json!({
        "published": published_at(record),
        "published_value": record.dateline.published.as_ref().map(|published| &published.value),
        "url": record.renditions.first().map(|rendition| &rendition.href),
        "title": record.headline(),
        "summary": record.descriptions.first().map(|summary| &summary.value),
        "body": record.body(),
        "entities": entities,
        "dates": dates,
    })
}
