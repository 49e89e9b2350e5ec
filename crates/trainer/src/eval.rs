//! Measures a model through the whole tagger: sequence model, consistency
//! and all, from raw text.

use crate::corpus::{self, Annotated, Span};
use crate::score::Score;
use anyhow::Result;
use dateline_entities::{ArticleText, Entity, Field, FieldKind, Tagger};
use dateline_text::Document;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Scores of `tagger` on each corpus file.
pub(crate) fn run(tagger: &Tagger, files: &[PathBuf], tell: &mut dyn FnMut(&str)) -> Result<()> {
    let mut sum = 0.0;
    for file in files {
        let mut score = Score::default();
        for annotated in corpus::read(file)? {
            score.add(&annotated.spans.iter().copied().collect(), &tag(tagger, &annotated));
        }
        sum += score.f1();
        tell(&format!("{}: {score}", file.display()));
    }
    let count = u32::try_from(files.len().max(1))?;
    tell(&format!("mean F1 {:.2}", sum / f64::from(count)));
    Ok(())
}

/// The entities of a text.
pub(crate) fn entities(tagger: &Tagger, text: &str) -> Vec<Entity> {
    let document = Document::new(text);
    let fields = [Field { kind: FieldKind::Body, document: &document }];
    tagger.tag(&ArticleText { fields: &fields, language: "en", place_hint: None }).items
}

fn tag(tagger: &Tagger, annotated: &Annotated) -> BTreeSet<Span> {
    let found = entities(tagger, &annotated.text);
    let spans = found.iter().flat_map(|entity| {
        entity.mentions.iter().map(|mention| Span {
            start: mention.start,
            end: mention.end,
            kind: entity.kind,
        })
    });
    spans.collect()
}
