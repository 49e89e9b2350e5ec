//! Which of two records of an article is newer: as everywhere by time of intake, then
//! content hash, then retraction, then when the work was done.

use crate::rows::{is_retraction, made_at};
use dateline_model::NewsRecord;

/// Bits of the content hash in a version.
const HASH_BITS: u32 = 6;
/// Microseconds of the year 1 lie before 1970; times sort as text only from zero on.
const OFFSET: i64 = 1 << 57;

/// The version that the server compares: as much of the order as 63 bits hold. It
/// never says otherwise than [`text`], which decides where it is equal. All times
/// before 1970 are the same one.
pub(super) fn version(record: &NewsRecord) -> i64 {
    let micros = record.dateline.ingested_at.as_microsecond().min((1 << (63 - HASH_BITS)) - 1);
    if micros <= 0 {
        return 1;
    }
    let hash = record.dateline.content_hash.to_string();
    let first = hash.get(..2).and_then(|text| u8::from_str_radix(text, 16).ok()).unwrap_or_default();
    (micros << HASH_BITS) | i64::from(first >> (8 - HASH_BITS))
}

/// The whole order, as text that sorts.
pub(super) fn text(record: &NewsRecord) -> String {
    let sortable = |at: jiff::Timestamp| at.as_microsecond().saturating_add(OFFSET).max(0);
    format!(
        "{:019}-{}-{}-{:019}",
        sortable(record.dateline.ingested_at),
        record.dateline.content_hash,
        u8::from(is_retraction(record)),
        sortable(made_at(record)),
    )
}
