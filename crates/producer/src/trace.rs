//! W3C trace context: every article gets a trace that follows it to storage.

use dateline_model::RawArticle;
use dateline_runtime::telemetry::TraceContext;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// A `traceparent` of our own for an article (version 00, sampled). Ids are
/// derived from article, version and time of intake, so that each intake is a
/// trace of its own.
pub(crate) fn start(raw: &RawArticle) -> String {
    let seed = format!("{}@{}", raw.message_id(), raw.ingested_at);
    format!("00-{:032x}-{:016x}-01", xxh3_128(seed.as_bytes()).max(1), xxh3_64(seed.as_bytes()).max(1))
}

/// A sender's `traceparent`, if it is well-formed.
pub(crate) fn given(value: &str) -> Option<String> {
    TraceContext::parse(value).map(|_| value.trim().to_owned())
}
