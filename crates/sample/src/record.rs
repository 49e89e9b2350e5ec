//! A stored record in the making: what tests and benches of stores start from.

use dateline_model::{
    ArticleId, Body, ContentHash, Entity, EntityType, Extension, Headline, NewsRecord, RECORD_SCHEMA, Source,
    SourceKind, Span, Standard, format_smolstr,
};
use jiff::Timestamp;

/// The record of an article in which nothing was found: a usable English text that
/// the push source `wire` brought at this moment. Everything else is absent.
#[must_use]
pub fn plain_record(id: ArticleId, headline: Option<&str>, text: &str, at: Timestamp) -> NewsRecord {
    let content_hash = ContentHash::of([headline, Some(text)]);
    let plain = |value: &str| Headline {
        role: Some("main".to_owned()),
        content_type: "text/plain".to_owned(),
        value: value.to_owned(),
    };
    NewsRecord {
        uri: id.uri(),
        standard: Standard::ninjs(),
        kind: "text".to_owned(),
        version: content_hash.to_string(),
        first_created: at,
        version_created: at,
        content_created: None,
        pub_status: "usable".to_owned(),
        language: "en".to_owned(),
        headlines: headline.map(plain).into_iter().collect(),
        descriptions: Vec::new(),
        bodies: vec![Body {
            content_type: "text/plain".to_owned(),
            char_count: text.chars().count() as u64,
            word_count: text.split_whitespace().count() as u64,
            value: text.to_owned(),
        }],
        by: None,
        located: None,
        people: Vec::new(),
        organisations: Vec::new(),
        places: Vec::new(),
        subjects: Vec::new(),
        info_sources: Vec::new(),
        alt_ids: Vec::new(),
        renditions: Vec::new(),
        dateline: Extension {
            schema: RECORD_SCHEMA,
            content_hash,
            ingested_at: at,
            source: Source::new("wire", SourceKind::Push),
            published: None,
            timex: Vec::new(),
            entities: Vec::new(),
            language: "en".to_owned(),
            readability: None,
            provenance: Vec::new(),
            trace_parent: None,
            warnings: Vec::new(),
        },
    }
}

/// The `number`th entity of a record: named so, linked to nothing, of middling weight.
#[must_use]
pub fn plain_entity(number: usize, kind: EntityType, name: &str, mentions: Vec<Span>) -> Entity {
    Entity {
        id: format_smolstr!("e{number}"),
        kind,
        name: name.into(),
        uri: None,
        country: None,
        geo: None,
        role: None,
        confidence: 0.9,
        salience: 0.5,
        mentions,
        reason: None,
    }
}

/// A stretch of the body that has this text and starts at this code point.
#[must_use]
pub fn body_span(text: &str, start: u32) -> Span {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let end = start.saturating_add(length);
    Span { field: "bodies/0".into(), start, end, text: text.into() }
}
