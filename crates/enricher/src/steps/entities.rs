//! Entities, mapped to the record and to the lists of the standard.

use crate::address;
use crate::enrichment::{Fields, TextField};
use dateline_entities::{ArticleText, EntityKind, Field, FieldKind, Tagger};
use dateline_model::{
    Article, Entity, EntityType, Geo, GeoPoint, GeometryKind, Party, Place, SmolStr, Subject, format_smolstr,
};

/// From this salience on an article is about an entity.
const ABOUT: f32 = 0.5;

/// Finds, joins and links the entities of an article.
pub(crate) fn find(tagger: &Tagger, article: &Article, fields: &Fields<'_>, language: &str) -> Vec<Entity> {
    let ordered: Vec<&TextField<'_>> = fields.in_order().collect();
    let given = given_fields(&ordered);
    let text = ArticleText { fields: &given, language, place_hint: article.located.as_deref() };
    let found = tagger.tag(&text);
    found.items.into_iter().enumerate().map(|(index, entity)| to_wire(entity, index + 1, &ordered)).collect()
}

/// The fields as the tagger wants them: the last one is the body.
pub(crate) fn given_fields<'f>(ordered: &[&'f TextField<'f>]) -> Vec<Field<'f>> {
    let kinds = [FieldKind::Headline, FieldKind::Body];
    let first = kinds.len() - ordered.len();
    let pairs = ordered.iter().zip(&kinds[first..]);
    pairs.map(|(field, &kind)| Field { kind, document: &field.document }).collect()
}

fn to_wire(found: dateline_entities::Entity, number: usize, fields: &[&TextField<'_>]) -> Entity {
    let reason = reason(&found);
    let mentions =
        found.mentions.iter().map(|mention| fields[mention.field].span(mention.start, mention.end)).collect();
    Entity {
        id: format_smolstr!("e{number}"),
        kind: entity_type(found.kind),
        name: found.name.into(),
        uri: found.uri.map(|uri| address::escaped(&uri).into()),
        country: found.country.map(SmolStr::from),
        geo: found.geo.map(|(lat, lon)| Geo { lat, lon }),
        role: found.role.map(SmolStr::from),
        confidence: found.confidence,
        salience: found.salience,
        mentions,
        reason: Some(reason),
    }
}

fn reason(entity: &dateline_entities::Entity) -> String {
    match entity.mentions.first() {
        Some(mention) => format!("{}; {}", mention.reason, entity.reason),
        None => entity.reason.to_string(),
    }
}

fn entity_type(kind: EntityKind) -> EntityType {
    match kind {
        EntityKind::Person => EntityType::Person,
        EntityKind::Organisation => EntityType::Organisation,
        EntityKind::Place => EntityType::Place,
        EntityKind::Misc => EntityType::Misc,
    }
}

/// Entities sorted into the lists of ninjs.
#[derive(Default)]
pub(crate) struct Named {
    pub(crate) people: Vec<Party>,
    pub(crate) organisations: Vec<Party>,
    pub(crate) places: Vec<Place>,
    pub(crate) subjects: Vec<Subject>,
}

/// The entities as the standard's readers expect them.
pub(crate) fn named(entities: &[Entity]) -> Named {
    let mut named = Named::default();
    for entity in entities {
        let rel = SmolStr::new_static(if entity.salience >= ABOUT { "about" } else { "mentions" });
        let (name, uri) = (entity.name.clone(), entity.uri.clone());
        match entity.kind {
            EntityType::Person => named.people.push(Party { name, rel, uri }),
            EntityType::Organisation => named.organisations.push(Party { name, rel, uri }),
            EntityType::Place => named.places.push(Place {
                name,
                rel,
                uri,
                literal: entity.country.clone(),
                geo_json: entity.geo.map(point),
            }),
            EntityType::Misc => {
                named.subjects.push(Subject { name, rel, uri, confidence: percent(entity.confidence) });
            }
        }
    }
    named
}

/// RFC 7946: longitude first.
fn point(geo: Geo) -> GeoPoint {
    GeoPoint { coordinates: [geo.lon, geo.lat], kind: GeometryKind::Point }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100 before")]
fn percent(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}
