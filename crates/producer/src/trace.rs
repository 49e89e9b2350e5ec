//! W3C trace context: every article gets a trace that follows it to storage.

use dateline_model::RawArticle;
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
    let parts: Vec<&str> = value.trim().split('-').collect();
    let [version, trace, span, flags] = parts.as_slice() else { return None };
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let zero = |part: &str| part.bytes().all(|b| b == b'0');
    let valid = hex(version, 2) && *version != "ff" && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
    (valid && !zero(trace) && !zero(span)).then(|| value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::given;

    #[test]
    fn only_well_formed_contexts_are_taken() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(given(good).as_deref(), Some(good));
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nX: y",
        ] {
            assert_eq!(given(bad), None, "{bad}");
        }
    }
}
