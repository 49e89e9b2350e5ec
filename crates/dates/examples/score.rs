//! Scores the tagger against an annotated corpus and prints a table by kind of
//! expression: JSON lines `{"text", "dct", "timex": [{"start", "end", "type",
//! "value"}]}` on standard input, spans in code points.
//!
//! Matching is that of `TempEval`: exact spans first, then the largest overlap, one to
//! one inside a document. A rule's row counts what the rule found; the last
//! row is the F1 of the whole.

use dateline_dates::{Anchor, Context, Language, parse_date_string, tag};
use dateline_text::{CodePoints, Document};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};

/// An expression of the corpus or of the tagger.
struct Span {
    start: i64,
    end: i64,
    value: String,
    rule: &'static str,
}

/// What a rule found, and how much of it is right.
#[derive(Default, Clone, Copy)]
struct Row {
    found: u32,
    overlapping: u32,
    exact: u32,
    value: u32,
}

fn main() -> io::Result<()> {
    let mut corpus = String::new();
    io::stdin().read_to_string(&mut corpus)?;
    let mut rows: BTreeMap<&'static str, Row> = BTreeMap::new();
    let (mut gold_total, mut all) = (0, Row::default());
    for line in corpus.lines() {
        let article: Value = serde_json::from_str(line)?;
        let (gold, found) = (gold(&article), found(&article));
        gold_total += u32::try_from(gold.len()).unwrap_or(u32::MAX);
        let pairs = align(&gold, &found);
        for (at, span) in found.iter().enumerate() {
            let partner = pairs.iter().find(|pair| pair.1 == at).map(|pair| &gold[pair.0]);
            for row in [rows.entry(span.rule).or_default(), &mut all] {
                row.found += 1;
                row.overlapping += u32::from(partner.is_some());
                row.exact += u32::from(partner.is_some_and(|g| (g.start, g.end) == (span.start, span.end)));
                row.value += u32::from(partner.is_some_and(|g| g.value == span.value));
            }
        }
    }
    print(&rows, all, gold_total)
}

fn gold(article: &Value) -> Vec<Span> {
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    let spans = article["timex"].as_array().into_iter().flatten();
    spans
        .map(|timex| Span {
            start: number(&timex["start"]),
            end: number(&timex["end"]),
            value: timex["value"].as_str().unwrap_or_default().to_owned(),
            rule: "",
        })
        .collect()
}

fn found(article: &Value) -> Vec<Span> {
    let text = article["text"].as_str().unwrap_or_default();
    let published = article["dct"].as_str().and_then(|raw| parse_date_string(raw, None, None).ok());
    let anchor = published.map(|published| Anchor::new(&published, None));
    let language = Language::from_tag(article["language"].as_str().unwrap_or("en"));
    let points = CodePoints::new(text);
    tag(&Document::new(text), &Context { anchor: anchor.as_ref(), language })
        .into_iter()
        .map(|timex| Span {
            start: i64::from(points.at(timex.start)),
            end: i64::from(points.at(timex.end)),
            value: timex.value,
            rule: timex.rule,
        })
        .collect()
}

/// Pairs of (gold, found) places.
fn align(gold: &[Span], found: &[Span]) -> Vec<(usize, usize)> {
    let mut candidates = Vec::new();
    for (at, g) in gold.iter().enumerate() {
        for (other, f) in found.iter().enumerate() {
            let overlap = g.end.min(f.end) - g.start.max(f.start);
            if overlap > 0 {
                let inexact = (g.start, g.end) != (f.start, f.end);
                candidates.push((inexact, -overlap, g.start, f.start, at, other));
            }
        }
    }
    candidates.sort_unstable();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, _, _, _, at, other) in candidates {
        if pairs.iter().all(|pair| pair.0 != at && pair.1 != other) {
            pairs.push((at, other));
        }
    }
    pairs
}

fn print(rows: &BTreeMap<&'static str, Row>, all: Row, gold: u32) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "| kind | found | overlapping | exact span | right value |\n|---|---|---|---|---|")?;
    for (rule, row) in rows {
        writeln!(out, "| {rule} | {} | {} | {} | {} |", row.found, row.overlapping, row.exact, row.value)?;
    }
    let f1 = |right: u32| 200.0 * f64::from(right) / f64::from(all.found + gold).max(1.0);
    writeln!(
        out,
        "| **F1** ({gold} annotated) | {} | {:.1} | {:.1} | {:.1} |",
        all.found,
        f1(all.overlapping),
        f1(all.exact),
        f1(all.value)
    )
}
