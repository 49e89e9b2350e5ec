//! The tagger: one article in, its entities out.

use crate::coreference::{self, Cluster};
use crate::explain::{self, Candidate, Explanation};
use crate::linking::{self, Link};
use crate::model::Model;
use crate::spot::{self, Spot};
use crate::{ArticleText, Entities, Entity, EntityKind, Gazetteer, Mention, ModelError};
use crate::{consistency, dateline, roles, salience};
use std::sync::Arc;

/// The model that ships with Dateline.
static BUILT_IN: &[u8] = include_bytes!("../model/english.bin");

/// Model and gazetteer, built once and shared by reference.
#[derive(Debug)]
pub struct Tagger {
    model: Arc<Model>,
    gazetteer: Gazetteer,
    version: String,
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
        Ok(Self { model: Arc::new(Model::from_bytes(model)?), gazetteer, version })
    }

    /// A tagger with the same model and another gazetteer.
    #[must_use]
    pub fn replacing_gazetteer(&self, gazetteer: Gazetteer) -> Self {
        Self { model: Arc::clone(&self.model), gazetteer, version: self.version.clone() }
    }

    /// Name and version of model and gazetteer, for a record's provenance.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Finds and links the entities of `article`, the most salient first.
    #[must_use]
    pub fn tag(&self, article: &ArticleText<'_>) -> Entities {
        let spots = self.spots(article);
        let clusters = coreference::clusters(article, &spots);
        let links = linking::link(article, &spots, &clusters, &self.gazetteer);
        let saliences = salience::salience(article, &spots, &clusters);
        let mut items: Vec<Entity> = clusters
            .iter()
            .zip(links)
            .zip(saliences)
            .map(|((cluster, link), salience)| self.entity(article, &spots, cluster, link, salience))
            .collect();
        items.sort_by(|a, b| b.salience.total_cmp(&a.salience));
        Entities { items }
    }

    /// Why `mention` of `entity`, both as [`Self::tag`] gave them for
    /// `article`, is what it is. `None` when they belong to another article.
    #[must_use]
    pub fn explain(
        &self,
        article: &ArticleText<'_>,
        entity: &Entity,
        mention: &Mention,
    ) -> Option<Explanation> {
        let document = article.fields.get(mention.field)?.document;
        let text = document.text().get(mention.start..mention.end)?;
        let spots = self.spots(article);
        let clusters = coreference::clusters(article, &spots);
        let is_meant = |index: &usize| {
            spots[*index].field == mention.field
                && spots[*index].bytes(article) == (mention.start, mention.end)
        };
        let own = clusters.iter().position(|cluster| cluster.spots.iter().any(&is_meant))?;
        let scores = linking::scores(article, &spots, &clusters, &self.gazetteer);
        let spot = &spots[clusters[own].spots.iter().copied().find(|index| is_meant(index))?];
        let candidates =
            scores[own].iter().map(|scored| Candidate::new(scored, entity, &self.gazetteer)).collect();
        let range = spot.first..spot.last;
        let (mut readings, mut features) = (Vec::new(), Vec::new());
        if reads(article.language) {
            readings = self.model.readings(document, &self.gazetteer, range.clone());
            features = self.model.contributions(document, &self.gazetteer, range, entity.kind);
        }
        let reasons = explain::reasons(entity, mention);
        Some(Explanation { text: text.to_owned(), reasons, readings, features, candidates })
    }

    /// The names of an article, settled against each other.
    fn spots(&self, article: &ArticleText<'_>) -> Vec<Spot> {
        let mut spots = if reads(article.language) {
            spot::by_model(article, &self.model, &self.gazetteer)
        } else {
            spot::by_gazetteer(article, &self.model, &self.gazetteer)
        };
        dateline::mark(article, &self.gazetteer, &mut spots);
        consistency::settle(article, &mut spots);
        spots
    }

    fn entity(
        &self,
        article: &ArticleText<'_>,
        spots: &[Spot],
        cluster: &Cluster,
        link: Link,
        salience: f32,
    ) -> Entity {
        let row = link.item.map(|item| self.gazetteer.row(item));
        let own = || cluster.spots.iter().map(|&index| &spots[index]);
        let confidence = own().map(|spot| self.model.confidence(spot.margin)).fold(0.0, f32::max);
        let role = if cluster.kind == EntityKind::Person {
            own().find_map(|spot| roles::role(article, spot))
        } else {
            None
        };
        let written = spots[cluster.longest].text(article);
        Entity {
            kind: cluster.kind,
            name: row.map_or_else(
                || written.split_whitespace().collect::<Vec<_>>().join(" "),
                |row| row.name.to_owned(),
            ),
            uri: row.and_then(|row| row.uri()),
            country: row.and_then(|row| row.country()).map(str::to_owned),
            geo: row.and_then(|row| row.geo()),
            role,
            confidence,
            salience,
            mentions: own().map(|spot| mention(article, spot)).collect(),
            reason: link.reason,
        }
    }
}

fn mention(article: &ArticleText<'_>, spot: &Spot) -> Mention {
    let (start, end) = spot.bytes(article);
    Mention { field: spot.field, start, end, reason: spot.reason }
}

/// Whether the model has learned this language; text of unknown language is
/// read as English.
fn reads(language: &str) -> bool {
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
