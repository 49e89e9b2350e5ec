//! An article that has been read: its names are found and settled against each
//! other; entities come of it, and answers to why.

use crate::coreference::{self, Cluster};
use crate::explain::{self, Candidate, Explanation};
use crate::linking::{self, Link};
use crate::roles;
use crate::salience;
use crate::spot::Spot;
use crate::tagger::{Tagger, reads};
#[cfg(feature = "transformer")]
use crate::transformer::WordTag;
use crate::{ArticleText, Entities, Entity, EntityKind, Mention};
use std::ops::Range;

/// The names of one article, as [`Tagger::read`] gives them. To find them is
/// nearly all of the work: entities and explanations come from one reading.
#[derive(Debug)]
pub struct ReadArticle<'t, 'a> {
    tagger: &'t Tagger,
    article: ArticleText<'a>,
    spots: Vec<Spot>,
    clusters: Vec<Cluster>,
    /// What the transformer said of the first words of each field; empty where
    /// it was not asked.
    #[cfg(feature = "transformer")]
    tags: Vec<Vec<WordTag>>,
}

impl<'t, 'a> ReadArticle<'t, 'a> {
    /// Joins the names `spots` of `article`.
    pub(crate) fn new(tagger: &'t Tagger, article: &ArticleText<'a>, spots: Vec<Spot>) -> Self {
        let clusters = coreference::clusters(article, &spots);
        Self {
            tagger,
            article: *article,
            spots,
            clusters,
            #[cfg(feature = "transformer")]
            tags: Vec::new(),
        }
    }

    /// The same, with what the transformer said of each field's words.
    #[cfg(feature = "transformer")]
    pub(crate) fn with_tags(self, tags: Vec<Vec<WordTag>>) -> Self {
        Self { tags, ..self }
    }

    /// The entities, linked, the most salient first.
    #[must_use]
    pub fn entities(&self) -> Entities {
        let links = linking::link(&self.article, &self.spots, &self.clusters, &self.tagger.gazetteer);
        let saliences = salience::salience(&self.article, &self.spots, &self.clusters);
        let mut items: Vec<Entity> = self
            .clusters
            .iter()
            .zip(links)
            .zip(saliences)
            .map(|((cluster, link), salience)| self.entity(cluster, link, salience))
            .collect();
        items.sort_by(|a, b| b.salience.total_cmp(&a.salience));
        Entities { items }
    }

    /// Why `mention` of `entity`, both of [`Self::entities`], is what it is.
    /// `None` when they belong to another article.
    #[must_use]
    pub fn explain(&self, entity: &Entity, mention: &Mention) -> Option<Explanation> {
        let article = &self.article;
        let text = article.fields.get(mention.field)?.document.text().get(mention.start..mention.end)?;
        let is_meant = |index: &usize| {
            let spot = &self.spots[*index];
            spot.field == mention.field && spot.bytes(article) == (mention.start, mention.end)
        };
        let own = self.clusters.iter().position(|cluster| cluster.spots.iter().any(&is_meant))?;
        let spot = &self.spots[self.clusters[own].spots.iter().copied().find(|index| is_meant(index))?];
        let gazetteer = &self.tagger.gazetteer;
        let scores = linking::scores(article, &self.spots, &self.clusters, gazetteer);
        let candidates = scores[own].iter().map(|scored| Candidate::new(scored, entity, gazetteer)).collect();
        let reasons = explain::reasons(entity, mention);
        let mut explanation = Explanation {
            text: text.to_owned(),
            reasons,
            readings: Vec::new(),
            features: Vec::new(),
            candidates,
        };
        self.explain_span(mention.field, spot.first..spot.last, entity.kind, &mut explanation);
        Some(explanation)
    }

    /// Adds what the model that read the words `range` says of them.
    fn explain_span(&self, field: usize, range: Range<usize>, kind: EntityKind, out: &mut Explanation) {
        let document = self.article.fields[field].document;
        #[cfg(feature = "transformer")]
        if let Some(tags) = self.tags.get(field).and_then(|tags| tags.get(range.clone())) {
            out.readings = crate::transformer::readings(tags);
            return;
        }
        if reads(self.article.language) {
            let (model, gazetteer) = (&self.tagger.model, &self.tagger.gazetteer);
            out.readings = model.readings(document, gazetteer, range.clone());
            out.features = model.contributions(document, gazetteer, range, kind);
        }
    }

    fn entity(&self, cluster: &Cluster, link: Link, salience: f32) -> Entity {
        let (article, spots) = (&self.article, &self.spots);
        let row = link.item.map(|item| self.tagger.gazetteer.row(item));
        let own = || cluster.spots.iter().map(|&index| &spots[index]);
        let confidence = own().map(|spot| self.tagger.model.confidence(spot.margin)).fold(0.0, f32::max);
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
