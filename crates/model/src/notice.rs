//! The small notice that a stored record leaves on the notice board.

use crate::{ArticleId, ContentHash, Source};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Published on `dateline.stored.<lang>.<source>` after the commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredNotice {
    /// Which article.
    pub id: ArticleId,
    /// Which version.
    pub content_hash: ContentHash,
    /// Who delivered it.
    pub source: Source,
    /// Its headline, for people who watch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// When it was taken in.
    pub ingested_at: Timestamp,
    /// When it was committed.
    pub stored_at: Timestamp,
}
