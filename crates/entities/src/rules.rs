//! Names by capitals alone: what the tagger does without a model.

use crate::{ArticleText, Entities, Entity, EntityKind, LinkReason, Mention, SpanReason};
use dateline_text::{Document, TokenKind};

/// Marks every run of capitalised words that does not open a sentence.
pub(crate) fn tag(article: &ArticleText<'_>) -> Entities {
    let mut items: Vec<Entity> = Vec::new();
    for (field, content) in article.fields.iter().enumerate() {
        for (start, end, words) in capitalised_runs(content.document) {
            let name = &content.document.text()[start..end];
            let mention = Mention { field, start, end, reason: SpanReason::Model };
            match items.iter_mut().find(|entity| entity.name == name) {
                Some(entity) => entity.mentions.push(mention),
                None => items.push(entity(name, words, mention)),
            }
        }
    }
    Entities { items }
}

fn entity(name: &str, words: usize, mention: Mention) -> Entity {
    let kind = if words == 2 { EntityKind::Person } else { EntityKind::Place };
    Entity {
        kind,
        name: name.to_owned(),
        uri: None,
        country: None,
        geo: None,
        role: None,
        confidence: 0.3,
        salience: 0.5,
        mentions: vec![mention],
        reason: LinkReason::Unknown,
    }
}

fn capitalised_runs(document: &Document<'_>) -> Vec<(usize, usize, usize)> {
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for sentence in document.sentences() {
        let mut open = false;
        for index in sentence.start + 1..sentence.end {
            let token = &document.tokens()[index as usize];
            let capitalised = token.kind == TokenKind::Word
                && document.slice(token).chars().next().is_some_and(char::is_uppercase);
            match runs.last_mut() {
                Some(run) if capitalised && open => *run = (run.0, token.end as usize, run.2 + 1),
                _ if capitalised => runs.push((token.start as usize, token.end as usize, 1)),
                _ => {}
            }
            open = capitalised;
        }
    }
    runs
}
