//! A name found in the article, on its way through the steps.

use crate::article::ArticleText;
use crate::entity::{EntityKind, SpanReason};
use crate::gazetteer::Gazetteer;
use crate::model::{Model, Name};
#[cfg(feature = "transformer")]
use crate::transformer::{Transformer, WordTag};

/// Score of a span that no model has judged: about an even chance.
const UNJUDGED: f32 = 0.0;

/// One name at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    /// Index of the field.
    pub field: usize,
    /// First token in the field.
    pub first: usize,
    /// Token after the last one.
    pub last: usize,
    /// Its type.
    pub kind: EntityKind,
    /// Score above the next best reading, in model units.
    pub margin: f32,
    /// Why it is here.
    pub reason: SpanReason,
}

impl Spot {
    /// A name that the sequence model read in a field.
    fn read(field: usize, name: &Name) -> Self {
        Self {
            field,
            first: name.start,
            last: name.end,
            kind: name.kind,
            margin: name.margin,
            reason: SpanReason::Model,
        }
    }

    /// Byte range in the field's text.
    pub(crate) fn bytes(&self, article: &ArticleText<'_>) -> (usize, usize) {
        let tokens = article.fields[self.field].document.tokens();
        (tokens[self.first].start as usize, tokens[self.last - 1].end as usize)
    }

    /// The name as written.
    pub(crate) fn text<'a>(&self, article: &ArticleText<'a>) -> &'a str {
        let (start, end) = self.bytes(article);
        &article.fields[self.field].document.text()[start..end]
    }

    /// Number of tokens.
    pub(crate) fn len(&self) -> usize {
        self.last - self.first
    }

    /// The text of a token of its field; empty outside the field.
    pub(crate) fn token<'a>(&self, article: &ArticleText<'a>, index: usize) -> &'a str {
        let document = article.fields[self.field].document;
        document.tokens().get(index).map_or("", |token| document.slice(token))
    }
}

/// Names of all fields by the sequence model, in reading order.
pub(crate) fn by_model(article: &ArticleText<'_>, model: &Model, gazetteer: &Gazetteer) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (field, content) in article.fields.iter().enumerate() {
        spots.extend(model.read(content.document, gazetteer).iter().map(|name| Spot::read(field, name)));
    }
    spots
}

/// Names of all fields by a transformer, whose tags of the first words of each
/// field are `tags`; by the sequence model behind them.
#[cfg(feature = "transformer")]
pub(crate) fn by_transformer(
    article: &ArticleText<'_>,
    tags: &[Vec<WordTag>],
    model: &Model,
    gazetteer: &Gazetteer,
) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (field, (content, tags)) in article.fields.iter().zip(tags).enumerate() {
        let document = content.document;
        spots.extend(Transformer::names(document, tags).into_iter().map(|name| Spot {
            field,
            first: name.words.start,
            last: name.words.end,
            kind: name.kind,
            margin: model.margin_of(name.probability),
            reason: SpanReason::Transformer,
        }));
        if tags.len() < document.tokens().len() {
            let names = model.read(document, gazetteer).into_iter();
            let behind = names.filter(|name| name.start >= tags.len());
            spots.extend(behind.map(|name| Spot::read(field, &name)));
        }
    }
    spots
}

/// Names of all fields by the gazetteer alone: for languages that the model
/// has not learned.
pub(crate) fn by_gazetteer(article: &ArticleText<'_>, model: &Model, gazetteer: &Gazetteer) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (field, content) in article.fields.iter().enumerate() {
        let looks = model.looks(content.document, gazetteer);
        for (first, last, kind) in gazetteer.sure_names(&looks) {
            spots.push(Spot { field, first, last, kind, margin: UNJUDGED, reason: SpanReason::Gazetteer });
        }
    }
    spots
}
