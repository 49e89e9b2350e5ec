//! Faults as problem documents (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dateline_runtime::ErrorChain;
use dateline_store::{ErrorClass, QueryError, StoreError};
use schemars::JsonSchema;
use serde::Serialize;
use std::ops::Range;

/// Media type of a problem document.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";
/// When it is worth coming again, in seconds.
const RETRY_AFTER: &str = "5";

/// Why a request was not answered (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    /// What kind of problem it is: a name that does not change.
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    /// The kind in words.
    pub(crate) title: &'static str,
    /// HTTP status.
    #[schemars(range(min = 400, max = 599))]
    pub(crate) status: u16,
    /// What is wrong with this request, and what to do about it.
    pub(crate) detail: String,
    /// Code points of `q` where the fault of a query stands: start, end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<[usize; 2]>,
}

/// The kinds of problems there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) enum Kind {
    /// A parameter is unknown, doubled, or not of its type.
    #[serde(rename = "urn:dateline:problem:parameter")]
    Parameter,
    /// A query, period or cursor cannot be understood.
    #[serde(rename = "urn:dateline:problem:query")]
    Query,
    /// There is nothing of this id or at this path.
    #[serde(rename = "urn:dateline:problem:not-found")]
    NotFound,
    /// The API only reads.
    #[serde(rename = "urn:dateline:problem:method")]
    Method,
    /// Too many requests at once, or the store is away.
    #[serde(rename = "urn:dateline:problem:unavailable")]
    Unavailable,
    /// A fault of Dateline.
    #[serde(rename = "urn:dateline:problem:internal")]
    Internal,
}

impl Kind {
    fn title_and_status(self) -> (&'static str, StatusCode) {
        match self {
            Self::Parameter => ("Parameter not accepted", StatusCode::BAD_REQUEST),
            Self::Query => ("Query not understood", StatusCode::UNPROCESSABLE_ENTITY),
            Self::NotFound => ("Not found", StatusCode::NOT_FOUND),
            Self::Method => ("Method not allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::Unavailable => ("Not available now", StatusCode::SERVICE_UNAVAILABLE),
            Self::Internal => ("Internal error", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (title, status) = kind.title_and_status();
        Self { kind, title, status: status.as_u16(), detail: detail.into(), place: None }
    }

    fn at(mut self, place: &Range<usize>) -> Self {
        self.place = Some([place.start, place.end]);
        self
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        Self::new(Kind::Query, error.to_string()).at(&error.place)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::Cursor(_) => Kind::Query,
            StoreError::Missing { .. } | StoreError::TooSlow { .. } => Kind::Unavailable,
            other if other.class() == ErrorClass::Transient => Kind::Unavailable,
            _ => Kind::Internal,
        };
        if kind == Kind::Query {
            return Self::new(kind, error.to_string());
        }
        // The database's own words may tell more than a reader should know.
        tracing::warn!(error = %ErrorChain(&error), "request of the API failed at the store");
        let detail = match error {
            StoreError::TooSlow { .. } => "The answer would take too long; ask for less.",
            _ if kind == Kind::Unavailable => "The store cannot be read at the moment; come again.",
            _ => "The store could not answer; the log of the console says why.",
        };
        Self::new(kind, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if self.kind == Kind::Unavailable {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
        }
        if self.kind == Kind::Method {
            headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        response
    }
}
