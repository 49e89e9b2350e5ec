//! The tagger: one article in, its entities out.

use crate::model::Model;
use crate::read_article::ReadArticle;
use crate::spot::{self, Spot};
#[cfg(feature = "transformer")]
use crate::transformer::{Transformer, WordTag};
use crate::{ArticleText, Entities, Gazetteer, ModelError};
use crate::{consistency, dateline};
use std::sync::Arc;

/// The model that ships with Dateline.
static BUILT_IN: &[u8] = include_bytes!("../model/english.bin");

/// Model and gazetteer, built once and shared by reference.
#[derive(Debug)]
pub struct Tagger {
    pub(crate) model: Arc<Model>,
    pub(crate) gazetteer: Gazetteer,
    version: String,
    #[cfg(feature = "transformer")]
    transformer: Option<Arc<Transformer>>,
}

impl Tagger {
    /// The tagger with the model and the gazetteer that ship with Dateline.
    ///
    /// # Errors
    /// [`ModelError`] when the built-in data cannot be read.
    pub fn built_in() -> Result<Self, ModelError> {
        Self::with_gazetteer(Gazetteer::built_in()?)
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
        Ok(Self {
            model: Arc::new(Model::from_bytes(model)?),
            gazetteer,
            version,
            #[cfg(feature = "transformer")]
            transformer: None,
        })
    }

    /// A tagger with the same model and another gazetteer.
    #[must_use]
    pub fn replacing_gazetteer(&self, gazetteer: Gazetteer) -> Self {
        Self {
            model: Arc::clone(&self.model),
            gazetteer,
            version: self.version.clone(),
            #[cfg(feature = "transformer")]
            transformer: self.transformer.clone(),
        }
    }

    /// The accurate mode: the same tagger, whose names `transformer` finds in
    /// the languages that it reads.
    #[cfg(feature = "transformer")]
    #[must_use]
    pub fn with_transformer(self, transformer: Transformer) -> Self {
        let version = format!("{}+{}", self.version, transformer.name());
        Self { version, transformer: Some(Arc::new(transformer)), ..self }
    }

    /// Name and version of model and gazetteer, for a record's provenance.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Finds and links the entities of `article`, the most salient first.
    #[must_use]
    pub fn tag(&self, article: &ArticleText<'_>) -> Entities {
        self.read(article).entities()
    }

    /// Finds the names of `article` and settles them against each other.
    #[must_use]
    pub fn read<'a>(&self, article: &ArticleText<'a>) -> ReadArticle<'_, 'a> {
        #[cfg(feature = "transformer")]
        if let Some(transformer) = self.transformer.as_ref().filter(|one| one.reads(article.language)) {
            let tags = transformer_tags(transformer, article);
            let spots = spot::by_transformer(article, &tags, &self.model, &self.gazetteer);
            return ReadArticle::new(self, article, self.settled(article, spots)).with_tags(tags);
        }
        let spots = if reads(article.language) {
            spot::by_model(article, &self.model, &self.gazetteer)
        } else {
            spot::by_gazetteer(article, &self.model, &self.gazetteer)
        };
        ReadArticle::new(self, article, self.settled(article, spots))
    }

    /// The names of an article, settled against each other.
    fn settled(&self, article: &ArticleText<'_>, mut spots: Vec<Spot>) -> Vec<Spot> {
        dateline::mark(article, &self.gazetteer, &mut spots);
        consistency::settle(article, &mut spots);
        spots
    }
}

/// What the transformer says of the first words of every field, as many as it
/// may read of an article; a sentence that would be cut is left to the
/// sequence model.
#[cfg(feature = "transformer")]
fn transformer_tags(transformer: &Transformer, article: &ArticleText<'_>) -> Vec<Vec<WordTag>> {
    let mut left = transformer.max_words();
    let of_field = |field: &crate::Field<'_>| {
        let ends = field.document.sentences().iter().map(|sentence| sentence.end as usize);
        let end = ends.take_while(|&end| end <= left).last().unwrap_or(0);
        left -= end;
        transformer.tag(field.document, end)
    };
    article.fields.iter().map(of_field).collect()
}

/// Whether the model has learned this language; text of unknown language is
/// read as English.
pub(crate) fn reads(language: &str) -> bool {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    primary.is_empty() || primary.eq_ignore_ascii_case("en") || primary.eq_ignore_ascii_case("und")
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
