//! A bulk request and what becomes of each of its items. The server answers 200 as
//! soon as it has read the request: whether a record was taken stands in its item.

use super::Pending;
use serde::Deserialize;
use serde_json::json;

/// When a document takes the place of the one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// If its version is larger.
    IfNewer,
    /// If it is not smaller: the whole order was compared.
    EvenIfEqual,
}

/// What became of an item.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Created,
    Updated,
    /// The index has a version as new or newer.
    Conflict,
    /// The server is busy.
    PutOff,
    /// The document is at fault.
    Refused(String),
}

/// An item that failed for a reason that is no document's.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Its disk is full, or it was made read-only.
    Blocked(String),
    /// Anything else: a person has to look.
    Other(String),
}

/// Puts documents into requests of up to so many bytes.
pub(super) fn pack(pending: Vec<Pending>, max_bytes: usize) -> Vec<Vec<Pending>> {
    let (mut requests, mut part, mut bytes) = (Vec::new(), Vec::new(), 0);
    for item in pending {
        let length = item.document.source.len();
        if !part.is_empty() && bytes + length > max_bytes {
            requests.push(std::mem::take(&mut part));
            bytes = 0;
        }
        bytes += length;
        part.push(item);
    }
    if !part.is_empty() {
        requests.push(part);
    }
    requests
}

/// The lines of a request.
pub(super) fn body(request: &[Pending]) -> String {
    let mut lines = String::new();
    for Pending { document, action } in request {
        let version_type = match action {
            Action::IfNewer => "external",
            Action::EvenIfEqual => "external_gte",
        };
        let (id, version) = (&document.id, document.version);
        let head = json!({ "index": { "_id": id, "version": version, "version_type": version_type } });
        lines.push_str(&head.to_string());
        lines.push('\n');
        lines.push_str(&document.source);
        lines.push('\n');
    }
    lines
}

#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Item {
    index: Outcome,
}

#[derive(Debug, Deserialize)]
struct Outcome {
    status: u16,
    #[serde(default)]
    error: Option<ErrorCause>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ErrorCause {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    caused_by: Option<Box<ErrorCause>>,
}

impl ErrorCause {
    fn in_words(&self) -> String {
        let own = format!("{}: {}", self.kind, self.reason.as_deref().unwrap_or("no reason given"));
        match &self.caused_by {
            Some(cause) => format!("{own}; {}", cause.in_words()),
            None => own,
        }
    }
}

/// Faults of a document: sent again, it would fare no better.
const DOCUMENT_FAULTS: [&str; 6] = [
    "mapper_parsing_exception",
    "document_parsing_exception",
    "strict_dynamic_mapping_exception",
    "illegal_argument_exception",
    "parsing_exception",
    "parse_exception",
];

impl Item {
    pub(super) fn verdict(self) -> Result<Verdict, Failure> {
        let Outcome { status, error } = self.index;
        let kind = error.as_ref().map_or("", |error| error.kind.as_str());
        let reason = || error.as_ref().map_or_else(|| format!("status {status}"), ErrorCause::in_words);
        match status {
            201 => Ok(Verdict::Created),
            200 => Ok(Verdict::Updated),
            409 => Ok(Verdict::Conflict),
            _ if kind == "cluster_block_exception" => Err(Failure::Blocked(reason())),
            429 | 500.. => Ok(Verdict::PutOff),
            400 | 413 if DOCUMENT_FAULTS.contains(&kind) => Ok(Verdict::Refused(reason())),
            _ => Err(Failure::Other(reason())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(item: &str, expected: &Result<Verdict, Failure>) {
        let item: Item = serde_json::from_str(&format!(r#"{{"index":{item}}}"#)).unwrap();
        assert_eq!(&item.verdict(), expected);
    }

    #[test]
    fn items_are_judged_one_by_one() {
        let failed = |status: u16, kind: &str| {
            format!(r#"{{"status":{status},"error":{{"type":"{kind}","reason":"why"}}}}"#)
        };
        let words = |kind: &str| format!("{kind}: why");
        check(r#"{"status":201,"result":"created"}"#, &Ok(Verdict::Created));
        check(r#"{"status":200,"result":"updated"}"#, &Ok(Verdict::Updated));
        check(&failed(409, "version_conflict_engine_exception"), &Ok(Verdict::Conflict));
        check(&failed(429, "es_rejected_execution_exception"), &Ok(Verdict::PutOff));
        check(&failed(503, "unavailable_shards_exception"), &Ok(Verdict::PutOff));
        for kind in DOCUMENT_FAULTS {
            check(&failed(400, kind), &Ok(Verdict::Refused(words(kind))));
        }
        let blocked = "cluster_block_exception";
        check(&failed(403, blocked), &Err(Failure::Blocked(words(blocked))));
        check(&failed(429, blocked), &Err(Failure::Blocked(words(blocked))));
        for (status, kind) in [(400, "index_closed_exception"), (404, "index_not_found_exception")] {
            check(&failed(status, kind), &Err(Failure::Other(words(kind))));
        }
        check(r#"{"status":403}"#, &Err(Failure::Other("status 403".into())));
    }
}
