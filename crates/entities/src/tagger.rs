//! The tagger: one article in, its entities out.

use crate::coreference;
use crate::model::{Model, Name};
use crate::{ArticleText, Entities, Gazetteer, ModelError};

/// The model that ships with Dateline.
static BUILT_IN: &[u8] = include_bytes!("../model/english.bin");

/// Model and gazetteer, built once and shared by reference.
#[derive(Debug)]
pub struct Tagger {
    model: Model,
    gazetteer: Gazetteer,
    version: String,
}

impl Tagger {
    /// The tagger with the model and the gazetteer that ship with Dateline.
    ///
    /// # Errors
    /// [`ModelError`] when the built-in data cannot be read.
    pub fn built_in() -> Result<Self, ModelError> {
        Self::with_gazetteer(Gazetteer::default())
    }

    /// The tagger with the model that ships with Dateline and another
    /// gazetteer.
    ///
    /// # Errors
    /// [`ModelError`] when the built-in model cannot be read.
    pub fn with_gazetteer(gazetteer: Gazetteer) -> Result<Self, ModelError> {
        Self::from_parts(BUILT_IN, gazetteer)
    }

    /// A tagger from the bytes of a model file and a gazetteer.
    ///
    /// # Errors
    /// [`ModelError`] when the bytes are not a model of this version.
    pub fn from_parts(model: &[u8], gazetteer: Gazetteer) -> Result<Self, ModelError> {
        let version = format!("entities-{}", env!("CARGO_PKG_VERSION"));
        Ok(Self { model: Model::from_bytes(model)?, gazetteer, version })
    }

    /// Name and version of model and gazetteer, for a record's provenance.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Finds and links the entities of `article`, the most salient first.
    #[must_use]
    pub fn tag(&self, article: &ArticleText<'_>) -> Entities {
        let names: Vec<Vec<Name>> =
            article.fields.iter().map(|field| self.model.read(field.document, &self.gazetteer)).collect();
        Entities { items: coreference::entities(article, &names, &self.model) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, FieldKind};
    use dateline_text::Document;

    #[test]
    fn names_of_a_plain_sentence() {
        let document = Document::new("The talks in Nairobi were led by Jane Smith of the World Bank.");
        let fields = [Field { kind: FieldKind::Body, document: &document }];
        let tagger = Tagger::built_in().unwrap();
        let found = tagger.tag(&ArticleText { fields: &fields, language: "en", place_hint: None });
        let names: Vec<&str> = found.items.iter().map(|entity| entity.name.as_str()).collect();
        assert_eq!(names, ["Nairobi", "Jane Smith", "World Bank"]);
    }
}
