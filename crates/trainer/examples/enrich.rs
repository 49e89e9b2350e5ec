//! Answers `enrich --format jsonl -` with entities only, so that a scorer
//! written against the command line can measure the tagger alone.

use anyhow::Result;
use dateline_entities::{ArticleText, Field, FieldKind, Tagger};
use dateline_text::{CodePoints, Document};
use serde_json::{Value, json};
use std::io::{BufRead, Write};

fn main() -> Result<()> {
    let tagger = Tagger::built_in()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let article: Value = serde_json::from_str(&line?)?;
        writeln!(out, "{}", enrich(&tagger, &article))?;
    }
    Ok(())
}

fn enrich(tagger: &Tagger, article: &Value) -> Value {
    let text = article["text"].as_str().unwrap_or_default();
    let document = Document::new(text);
    let points = CodePoints::new(text);
    let fields = [Field { kind: FieldKind::Body, document: &document }];
    let found = tagger.tag(&ArticleText { fields: &fields, language: "en", place_hint: None });
    let entities: Vec<Value> = found
        .items
        .iter()
        .map(|entity| {
            let mentions: Vec<Value> = entity
                .mentions
                .iter()
                .map(|m| json!({"field": "bodies/0", "start": points.at(m.start), "end": points.at(m.end)}))
                .collect();
            json!({"type": entity.kind.as_str(), "name": entity.name, "uri": entity.uri, "country": entity.country,
                   "role": entity.role, "confidence": entity.confidence, "salience": entity.salience, "mentions": mentions})
        })
        .collect();
    json!({"altIds": [{"role": "input-id", "value": article["id"]}], "bodies": [{"value": text}],
           "dateline": {"entities": entities}})
}
