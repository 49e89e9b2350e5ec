//! Which names of an article mean the same thing.

use crate::entity::{Entity, EntityKind, LinkReason, Mention, SpanReason};
use crate::model::{Model, Name};
use crate::{ArticleText, Field};

/// Joins names of equal text and kind to entities, in reading order.
pub(crate) fn entities(article: &ArticleText<'_>, names: &[Vec<Name>], model: &Model) -> Vec<Entity> {
    let mut items: Vec<Entity> = Vec::new();
    for (number, (field, names)) in article.fields.iter().zip(names).enumerate() {
        for name in names {
            let (start, end) = byte_range(field, name);
            let text = &field.document.text()[start..end];
            let mention = Mention { field: number, start, end, reason: SpanReason::Model };
            let confidence = model.confidence(name.margin);
            match items.iter_mut().find(|entity| entity.kind == name.kind && entity.name == text) {
                Some(entity) => {
                    entity.confidence = entity.confidence.max(confidence);
                    entity.mentions.push(mention);
                }
                None => items.push(new_entity(text, name.kind, mention, confidence)),
            }
        }
    }
    items
}

fn byte_range(field: &Field<'_>, name: &Name) -> (usize, usize) {
    let tokens = field.document.tokens();
    (tokens[name.start].start as usize, tokens[name.end - 1].end as usize)
}

fn new_entity(name: &str, kind: EntityKind, mention: Mention, confidence: f32) -> Entity {
    Entity {
        kind,
        name: name.to_owned(),
        uri: None,
        country: None,
        geo: None,
        role: None,
        confidence,
        salience: 0.5,
        mentions: vec![mention],
        reason: LinkReason::Unknown,
    }
}
