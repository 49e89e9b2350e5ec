//! Why entities of a stored record are what they are: tagged again, and asked.

use super::entities::given_fields;
use crate::enrichment::{Fields, TextField};
use dateline_entities::{ArticleText, Explanation, Tagger};
use dateline_model::{Entity, NewsRecord};

/// Explains the first mention of each entity of `record`.
pub(crate) fn explain(tagger: &Tagger, record: &NewsRecord, fields: &Fields<'_>) -> Vec<Option<Explanation>> {
    let ordered: Vec<&TextField<'_>> = fields.in_order().collect();
    let given = given_fields(&ordered);
    let text =
        ArticleText { fields: &given, language: &record.language, place_hint: record.located.as_deref() };
    let read = tagger.read(&text);
    let found = read.entities();
    let why = |wanted: &Entity| {
        let span = wanted.mentions.first()?;
        let is_meant = |mention: &dateline_entities::Mention| {
            let field = ordered[mention.field];
            field.name == span.field
                && field.code_points.at(mention.start) == span.start
                && field.code_points.at(mention.end) == span.end
        };
        found.items.iter().find_map(|entity| {
            let mention = entity.mentions.iter().find(|mention| is_meant(mention))?;
            read.explain(entity, mention)
        })
    };
    record.dateline.entities.iter().map(why).collect()
}
