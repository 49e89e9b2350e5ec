//! People, organisations, places and other names of an article: found, typed,
//! joined and linked.
//!
//! Pure functions of the article's text, a model and a gazetteer, both built
//! into the crate: no I/O, no clock, no threads. Left out: reading files,
//! language detection, and the wire format of records.

mod article;
mod classes;
mod codec;
mod consistency;
mod coreference;
mod dateline;
mod entity;
mod error;
mod explain;
mod features;
mod gazetteer;
mod hash;
pub mod labels;
mod linking;
mod memory;
mod model;
mod read_article;
mod reading;
mod roles;
mod salience;
mod spot;
mod tagger;
mod template_names;
pub mod training;
#[cfg(feature = "transformer")]
mod transformer;
mod viterbi;
mod weights;
mod word;

pub use article::{ArticleText, Field, FieldKind};
pub use entity::{Entities, Entity, EntityKind, LinkReason, Mention, SpanReason};
pub use error::ModelError;
pub use explain::{Candidate, Contribution, Explanation};
pub use gazetteer::{Gazetteer, List, Listed};
pub use read_article::ReadArticle;
pub use tagger::Tagger;
#[cfg(feature = "transformer")]
pub use transformer::{Transformer, TransformerError, TransformerFiles, TransformerSettings, VocabularyFile};
