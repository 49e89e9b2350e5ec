//! The values that travel through the pipeline and their JSON forms: ids, raw
//! articles, enriched records, dead letters, stored notices, subject tokens.
//!
//! The wire format lives only here; the libraries that find dates and entities
//! have types of their own, and the stages map them. Left out: reading foreign
//! formats (`dateline-extract`) and moving bytes (`dateline-bus`).

mod article;
mod dead;
mod extension;
mod id;
mod notice;
pub mod packed;
mod record;
#[cfg(feature = "schema")]
pub mod schema;
mod token;
mod upcast;

pub use article::{
    ARTICLE_SCHEMA, Article, ArticleKind, ClaimOrigin, ClaimRole, DateClaim, Origin, RawArticle, Source,
    SourceKind,
};
pub use dead::{DeadLetter, DeadReason, Payload, Stage};
pub use extension::{
    Entity, EntityType, Extension, Geo, Precision, Provenance, Published, PublishedConflict, RECORD_SCHEMA,
    Readability, Span, Timex, TimexType, ZoneKnowledge,
};
pub use id::{ArticleId, ContentHash, IdError};
pub use notice::StoredNotice;
pub use record::{
    AltId, Body, GeoPoint, GeometryKind, Headline, InfoSource, NewsRecord, Party, Place, Rendition, Standard,
    Subject,
};
pub use smol_str::{SmolStr, format_smolstr};
pub use token::SubjectToken;
pub use upcast::{ReadRecord, read_record, read_text};
