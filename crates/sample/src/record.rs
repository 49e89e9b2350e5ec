//! A stored record in the making: what tests and benches of stores start from.

use dateline_model::{
    ArticleId, Body, ContentHash, Extension, Headline, NewsRecord, RECORD_SCHEMA, Source, SourceKind,
    Standard,
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
