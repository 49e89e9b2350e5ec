//! Which folder a record's part lies in: `date=2026-11-22/lang=en`.

use super::PartitionDate;
use crate::rows::published_at;
use dateline_model::NewsRecord;
use jiff::tz::TimeZone;

/// Longest language subtag that becomes a folder (BCP 47 has up to 8).
const LONGEST_SUBTAG: usize = 8;

/// The folder of a record, relative to the store's; made of `a-z0-9-=/` only.
pub(super) fn of(record: &NewsRecord, rule: PartitionDate) -> String {
    let ingested = record.dateline.ingested_at;
    let at = match rule {
        PartitionDate::Ingested => ingested,
        PartitionDate::Published => published_at(record).unwrap_or(ingested),
    };
    // A year before 1 would be written with a sign, which is no harm in a name.
    let date = at.to_zoned(TimeZone::UTC).date();
    format!("date={date}/lang={}", language(&record.language))
}

/// The first subtag in lower case, so that `en-GB` and `en` lie together; `und`
/// where it is none: a name from outside never becomes a path.
fn language(tag: &str) -> String {
    let first = tag.split(['-', '_']).next().unwrap_or_default();
    let is_subtag =
        (2..=LONGEST_SUBTAG).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_subtag { first.to_ascii_lowercase() } else { "und".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_safe_names() {
        for (tag, folder) in [
            ("en", "en"),
            ("en-GB", "en"),
            ("ZH_Hant", "zh"),
            ("gsw", "gsw"),
            ("und", "und"),
            ("", "und"),
            ("x", "und"),
            ("../../etc", "und"),
            ("abcdefghi", "und"),
            ("日本", "und"),
        ] {
            assert_eq!(language(tag), folder, "{tag}");
        }
    }
}
