//! People, organisations, places and other names of an article: found, typed,
//! joined and linked.
//!
//! Pure functions of the article's text, a model and a gazetteer, both built
//! into the crate: no I/O, no clock, no threads. Left out: reading files,
//! language detection, and the wire format of records.

mod article;
mod entity;
mod error;
mod rules;

pub use article::{ArticleText, Field, FieldKind};
pub use entity::{Entities, Entity, EntityKind, LinkReason, Mention, SpanReason};
pub use error::ModelError;

/// Model and gazetteer, built once and shared by reference.
#[derive(Debug)]
pub struct Tagger {
    version: String,
}

impl Tagger {
    /// The tagger with the model and the gazetteer that ship with Dateline.
    ///
    /// # Errors
    /// [`ModelError`] when the built-in data cannot be read.
    pub fn built_in() -> Result<Self, ModelError> {
        Ok(Self { version: format!("entities-{}", env!("CARGO_PKG_VERSION")) })
    }

    /// Name and version of model and gazetteer, for a record's provenance.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Finds and links the entities of `article`, the most salient first.
    #[must_use]
    pub fn tag(&self, article: &ArticleText<'_>) -> Entities {
        rules::tag(article)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_text::Document;

    #[test]
    fn capitalised_words_are_names() {
        let document = Document::new("The talks in Nairobi were led by Jane Smith.");
        let fields = [Field { kind: FieldKind::Body, document: &document }];
        let tagger = Tagger::built_in().unwrap();
        let found = tagger.tag(&ArticleText { fields: &fields, language: "en", place_hint: None });
        let names: Vec<&str> = found.items.iter().map(|entity| entity.name.as_str()).collect();
        assert_eq!(names, ["Nairobi", "Jane Smith"]);
    }
}
