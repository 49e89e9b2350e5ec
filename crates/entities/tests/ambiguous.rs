//! Names that can mean several things: how many get the right id, or rightly none.

use dateline_entities::{ArticleText, Entity, Field, FieldKind, Tagger};
use dateline_text::Document;

const CASES: &str = include_str!("data/ambiguous.tsv");
/// Share that must be right; `docs/entities.md` tells the figure of today.
const LEAST_PERCENT: usize = 70;

fn found(tagger: &Tagger, text: &str, name: &str) -> Option<Entity> {
    let document = Document::new(text);
    let fields = [Field { kind: FieldKind::Body, document: &document }];
    let entities = tagger.tag(&ArticleText { fields: &fields, language: "en", place_hint: None });
    let named = |entity: &Entity| entity.mentions.iter().any(|m| &text[m.start..m.end] == name);
    entities.items.into_iter().find(named)
}

/// Whether the entity is what is expected: a country of two letters, a title,
/// or nothing.
fn is_right(entity: Option<&Entity>, expected: &str) -> bool {
    let uri = entity.and_then(|entity| entity.uri.as_deref());
    match expected {
        "-" => uri.is_none(),
        country if country.len() == 2 => {
            uri.is_some() && entity.and_then(|entity| entity.country.as_deref()) == Some(country)
        }
        title => uri.and_then(|uri| uri.strip_prefix("https://en.wikipedia.org/wiki/")) == Some(title),
    }
}

#[test]
fn most_names_mean_what_a_reader_takes_them_for() {
    let tagger = Tagger::built_in().expect("the built-in model is part of the program");
    let (mut all, mut wrong) = (0, Vec::new());
    for line in CASES.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [text, name, expected] = columns[..] else { panic!("three columns: {line}") };
        assert!(text.contains(name), "{line}");
        all += 1;
        let entity = found(&tagger, text, name);
        if !is_right(entity.as_ref(), expected) {
            wrong.push(format!("{name}: want {expected}, got {:?} in {text}", entity.and_then(|e| e.uri)));
        }
    }
    assert!(all >= 150, "{all} cases");
    let right = 100 * (all - wrong.len()) / all;
    assert!(right >= LEAST_PERCENT, "{right}% of {all} right; wrong: {wrong:#?}");
}
