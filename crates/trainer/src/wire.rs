//! Text in the forms of news wires, made of patterns and names of the
//! gazetteer: results, tables, headlines in capitals, bylines.
//!
//! The corpora hold running sentences; what a wire sends beside them is told
//! apart by its form, and forms can be written down. The patterns are in
//! `data/wire.txt`, which also says how they are written.

use crate::corpus::{Annotated, Span};
use crate::pools::Pools;
use crate::random::Random;
use dateline_entities::EntityKind;
use std::collections::HashMap;

const PATTERNS: &str = include_str!("../data/wire.txt");
/// Share of the lines marked for it that are written in capitals.
const SHOUTED: f32 = 0.7;

/// `times` texts of every pattern.
pub(crate) fn texts(pools: &Pools<'_>, times: usize, random: &mut Random) -> Vec<Annotated> {
    let lines: Vec<&str> = PATTERNS.lines().filter(|line| !line.starts_with('#')).collect();
    let patterns: Vec<&[&str]> =
        lines.split(|line| line.is_empty()).filter(|pattern| !pattern.is_empty()).collect();
    let repeated = patterns.iter().flat_map(|pattern| std::iter::repeat_n(pattern, times));
    repeated.map(|pattern| Writer { pools, random, slots: HashMap::new() }.text(pattern)).collect()
}

/// The first quarter of `text` as headlines: in capitals, or
/// with every word capitalised.
pub(crate) fn shouted(text: &Annotated, random: &mut Random) -> Annotated {
    let end = text.spans.get(text.spans.len() / 4).map_or(0, |span| span.end);
    let style = if random.unit() < 0.6 { Style::Capitals } else { Style::Title };
    let mut out = Annotated {
        text: text.text[..end].to_owned(),
        spans: text.spans.iter().copied().filter(|span| span.end <= end).collect(),
    };
    restyle(&mut out, 0, 0, style);
    out
}

struct Writer<'w, 'g> {
    pools: &'w Pools<'g>,
    random: &'w mut Random,
    /// What the numbered slots of this text stand for.
    slots: HashMap<String, String>,
}

impl Writer<'_, '_> {
    fn text(mut self, pattern: &[&str]) -> Annotated {
        let mut out = Annotated::default();
        for line in pattern {
            if !out.text.is_empty() {
                out.text.push_str("\n\n");
            }
            let start = out.text.len();
            let first = out.spans.len();
            let (plain, style) = match line.strip_prefix('^') {
                Some(plain) => (plain, Style::Capitals),
                None => line.strip_prefix('~').map_or((*line, Style::Plain), |plain| (plain, Style::Title)),
            };
            self.line(plain, None, &mut out);
            if style == Style::Title || (style == Style::Capitals && self.random.unit() < SHOUTED) {
                restyle(&mut out, start, first, style);
            }
        }
        out
    }

    /// Writes one line; `inside` is the kind of the name that it is part of.
    fn line(&mut self, mut line: &str, inside: Option<EntityKind>, out: &mut Annotated) {
        while let Some(at) = line.find(['{', '[']) {
            out.text.push_str(&line[..at]);
            let close = if line.as_bytes()[at] == b'{' { '}' } else { ']' };
            let Some(end) = line[at..].find(close).map(|end| at + end) else { break };
            let content = &line[at + 1..end];
            if close == '}' {
                self.slot(content, inside, out);
            } else if let Some((kind, name)) = content.split_once(' ') {
                let kind = kind_named(kind);
                let start = out.text.len();
                self.line(name, Some(kind), out);
                out.spans.push(Span { start, end: out.text.len(), kind });
            }
            line = &line[end + 1..];
        }
        out.text.push_str(line);
    }

    fn slot(&mut self, name: &str, inside: Option<EntityKind>, out: &mut Annotated) {
        let filled = self.fill(name);
        let start = out.text.len();
        out.text.push_str(&filled);
        let sort = name.trim_end_matches(|c: char| c.is_ascii_digit());
        if let (Some(kind), None) = (kind_of(sort), inside) {
            out.spans.push(Span { start, end: out.text.len(), kind });
        }
    }

    fn fill(&mut self, name: &str) -> String {
        if let Some(known) = self.slots.get(name) {
            return known.clone();
        }
        let number = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let sort = name.trim_end_matches(|c: char| c.is_ascii_digit());
        if matches!(sort, "person" | "sur" | "given") {
            let (given, family) = self.pools.person(self.random);
            let mut keep = |sort: &str, text: String| {
                self.slots.entry(format!("{sort}{number}")).or_insert(text).clone()
            };
            let (given, family) = (keep("given", given.to_owned()), keep("sur", family.to_owned()));
            keep("person", format!("{given} {family}"));
        } else {
            let text = self.plain(sort);
            if number.is_empty() && kind_of(sort).is_none() {
                return text;
            }
            self.slots.insert(name.to_owned(), text);
        }
        self.slots.get(name).cloned().unwrap_or_default()
    }

    fn plain(&mut self, sort: &str) -> String {
        let mut one_of = |words: &[&str]| words[self.random.below(words.len())].to_owned();
        match sort {
            "day" => one_of(&["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
            "month" => one_of(&["January", "March", "Apr", "June", "Sept", "October", "Nov", "December"]),
            "s" => self.random.below(6).to_string(),
            "n" => self.random.below(99).to_string(),
            "age" => (18 + self.random.below(70)).to_string(),
            "pct" => format!("{}.{}", self.random.below(9), self.random.below(10)),
            "money" => format!("${} million", 2 + self.random.below(90)),
            "time" => format!("{}:{}0", 11 + self.random.below(10), self.random.below(6)),
            _ => self.pools.draw(sort, self.random).to_owned(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Capitals,
    Title,
}

/// Writes the text from `start` on in capitals, or every word of it with one.
fn restyle(out: &mut Annotated, start: usize, first: usize, style: Style) {
    let old = out.text.split_off(start);
    let mut moved: Vec<(usize, usize)> = Vec::with_capacity(old.len() + 1);
    let mut opens = true;
    for (at, c) in old.char_indices() {
        moved.push((start + at, out.text.len()));
        if style == Style::Capitals || opens {
            out.text.extend(c.to_uppercase());
        } else {
            out.text.push(c);
        }
        opens = c.is_whitespace();
    }
    moved.push((start + old.len(), out.text.len()));
    let new =
        |offset: usize| moved.binary_search_by_key(&offset, |pair| pair.0).map_or(offset, |at| moved[at].1);
    for span in &mut out.spans[first..] {
        (span.start, span.end) = (new(span.start), new(span.end));
    }
}

fn kind_named(name: &str) -> EntityKind {
    match name {
        "PER" => EntityKind::Person,
        "ORG" => EntityKind::Organisation,
        "LOC" => EntityKind::Place,
        _ => EntityKind::Misc,
    }
}

/// What the names of a slot are; `None` for numbers and days.
fn kind_of(sort: &str) -> Option<EntityKind> {
    Some(match sort {
        "person" | "sur" | "given" => EntityKind::Person,
        "club" | "body" | "company" | "party" | "media" | "uni" => EntityKind::Organisation,
        "city" | "country" | "region" => EntityKind::Place,
        "demonym" | "event" => EntityKind::Misc,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_entities::Gazetteer;

    #[test]
    fn spans_are_the_names_that_were_put_in() {
        let gazetteer = Gazetteer::built_in().unwrap();
        let pools = Pools::new(&gazetteer);
        let texts = texts(&pools, 2, &mut Random::new(7));
        assert!(texts.len() > 100);
        for text in &texts {
            assert!(!text.text.contains(['{', '}', '[']), "{}", text.text);
            for span in &text.spans {
                let name = &text.text[span.start..span.end];
                assert!(!name.is_empty() && name.trim() == name, "{name:?} in {}", text.text);
            }
        }
        assert!(
            texts.iter().any(|text| text
                .text
                .lines()
                .any(|line| line == line.to_uppercase() && line.contains("BEAT")))
        );
    }
}
