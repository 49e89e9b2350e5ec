//! What the headers of an answer say about asking again.

use jiff::Timestamp;
use reqwest::header::{CACHE_CONTROL, ETAG, HeaderMap, HeaderName, LAST_MODIFIED, RETRY_AFTER};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Longest validator that is kept; a longer one is not sent back.
const VALIDATOR_LENGTH: usize = 1024;

/// What a server said of the version that it sent (RFC 9110, section 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified`, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Validators {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let kept = |name| text(headers, name).filter(|value| value.len() <= VALIDATOR_LENGTH);
        Self { etag: kept(ETAG), last_modified: kept(LAST_MODIFIED) }
    }

    /// What a 304 repeats counts; what it leaves out stays (RFC 9111, section 4.3.4).
    #[must_use]
    pub fn updated_by(self, newer: Self) -> Self {
        Self { etag: newer.etag.or(self.etag), last_modified: newer.last_modified.or(self.last_modified) }
    }

    /// Whether there is anything to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3).
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    dateline_runtime::outbound::retry_after(&text(headers, RETRY_AFTER)?, now)
}

/// A link of a `Link` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderLink {
    /// Where it leads, as written.
    pub(crate) target: String,
    /// Its relation, in lower case; a link of several relations is given once for each.
    pub(crate) relation: String,
}

/// The links of a `Link` header (RFC 8288).
pub(crate) fn links(header: &str) -> Vec<HeaderLink> {
    let mut links = Vec::new();
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, parameters)) = after.split_once('>') else { break };
        // The next link begins behind a comma that no quotes hold.
        let mut quoted = false;
        let end = parameters.find(|c: char| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        let (own, next) = parameters.split_at(end.unwrap_or(parameters.len()));
        let relations = own.split(';').filter_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("rel")
                .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
        });
        let target = target.trim();
        links.extend(relations.flat_map(|relations| {
            let each = relations.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            each.into_iter().map(|relation| HeaderLink { target: target.to_owned(), relation })
        }));
        rest = next;
    }
    links
}

/// How long the answer stays fresh, by `Cache-Control: max-age`.
pub(super) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, CACHE_CONTROL)?.to_ascii_lowercase();
    let directives: Vec<&str> = value.split(',').map(str::trim).collect();
    if directives.iter().any(|directive| matches!(*directive, "no-cache" | "no-store")) {
        return None;
    }
    let seconds = directives.iter().find_map(|directive| directive.strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn freshness_is_read_from_cache_control() {
        let check = |value: &str, seconds: Option<u64>| {
            let found = max_age(&headers(CACHE_CONTROL, value));
            assert_eq!(found, seconds.map(Duration::from_secs), "{value}");
        };
        check("max-age=300", Some(300));
        check("public, Max-Age=\"60\"", Some(60));
        check("no-cache, max-age=300", None);
        check("private", None);
        check("max-age=x", None);
    }

    #[test]
    fn links_are_read_with_their_relations() {
        let check = |header: &str, expected: &[(&str, &str)]| {
            let found: Vec<_> = links(header).into_iter().map(|link| (link.target, link.relation)).collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(target, relation)| ((*target).to_owned(), (*relation).to_owned()))
                .collect();
            assert_eq!(found, expected, "{header}");
        };
        check("<https://hub.example/>; rel=\"hub\"", &[("https://hub.example/", "hub")]);
        check("<h>; rel=hub, <s>; rel=self", &[("h", "hub"), ("s", "self")]);
        check("<a>; title=\"x, y\"; REL=\"Hub self\"", &[("a", "hub"), ("a", "self")]);
        check("<a,b>;rel=hub", &[("a,b", "hub")]);
        check("<a>; rev=hub", &[]);
        check("<a", &[]);
        check("", &[]);
    }

    #[test]
    fn validators_stay_unless_replaced() {
        let both = Validators { etag: Some("\"a\"".into()), last_modified: Some("yesterday".into()) };
        assert_eq!(both.clone().updated_by(Validators::default()), both);
        let newer = Validators { etag: Some("\"b\"".into()), last_modified: None };
        assert_eq!(both.clone().updated_by(newer).etag.as_deref(), Some("\"b\""));
        let long = "x".repeat(VALIDATOR_LENGTH + 1);
        assert!(Validators::of(&headers(ETAG, &long)).is_empty());
    }
}
