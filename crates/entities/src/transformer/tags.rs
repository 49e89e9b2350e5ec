//! From scores of labels to names: what the labels mean, which label each word
//! has, and which words make up a name.

use super::TransformerError;
use super::architecture::unsupported;
use crate::entity::EntityKind;
use std::ops::Range;

/// What one label says of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Label {
    /// The kind of name that it is part of.
    kind: Option<EntityKind>,
    /// Whether it begins a name whatever stands before it.
    opens: bool,
    /// Whether it is the last word of its name.
    closes: bool,
}

/// The labels of a model, by number.
#[derive(Debug)]
pub(super) struct TagSet {
    labels: Vec<Label>,
}

/// What the model says of one word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WordTag {
    label: Label,
    /// Share of each kind, in the order of [`EntityKind::ALL`].
    kinds: [f32; 4],
}

/// A name: a range of words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TaggedName {
    pub(crate) words: Range<usize>,
    pub(crate) kind: EntityKind,
    /// Share that its least sure word gives to its kind.
    pub(crate) probability: f32,
}

const OUTSIDE: Label = Label { kind: None, opens: false, closes: false };

impl TagSet {
    /// Reads the names of the labels, as `CoNLL` (PER, LOC, ORG, MISC) or
    /// `OntoNotes` names the kinds, in BIO, IOB1, BIOES or BILOU; kinds that
    /// are no names (DATE, PERCENT) count as outside.
    pub(super) fn new(names: &[String]) -> Result<Self, TransformerError> {
        let labels: Vec<Label> = names.iter().map(|name| label(name)).collect();
        if labels.iter().all(|label| label.kind.is_none()) {
            let first: Vec<&str> = names.iter().map(String::as_str).take(9).collect();
            return Err(unsupported(format!(
                "no label of id2label is a person, place or organisation (B-PER, I-LOC …): {}",
                first.join(", ")
            )));
        }
        Ok(Self { labels })
    }

    /// What the scores of a word say; no scores say that it is no name.
    pub(super) fn word(&self, logits: &[f32]) -> WordTag {
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = logits.iter().map(|logit| (logit - most).exp()).sum();
        let mut tag = WordTag { label: OUTSIDE, kinds: [0.0; 4] };
        let mut best = f32::NEG_INFINITY;
        for (label, &logit) in self.labels.iter().zip(logits) {
            if let Some(kind) = label.kind {
                tag.kinds[kind as usize] += (logit - most).exp() / sum;
            }
            if logit > best {
                (best, tag.label) = (logit, *label);
            }
        }
        tag
    }
}

impl WordTag {
    /// Share of a kind, or of no name.
    pub(crate) fn share(&self, kind: Option<EntityKind>) -> f32 {
        kind.map_or_else(|| 1.0 - self.kinds.iter().sum::<f32>(), |kind| self.kinds[kind as usize])
    }
}

/// Log-shares of `words` as one name of each kind and as no name, the likeliest
/// first.
pub(crate) fn readings(words: &[WordTag]) -> Vec<(Option<EntityKind>, f32)> {
    let kinds = EntityKind::ALL.into_iter().map(Some).chain([None]);
    let score = |kind| words.iter().map(|word| word.share(kind).max(f32::MIN_POSITIVE).ln()).sum();
    let mut readings: Vec<(Option<EntityKind>, f32)> = kinds.map(|kind| (kind, score(kind))).collect();
    readings.sort_by(|a, b| b.1.total_cmp(&a.1));
    readings
}

fn label(name: &str) -> Label {
    let (prefix, kind) = match name.split_once(['-', '_']) {
        Some((prefix @ ("B" | "I" | "E" | "L" | "S" | "U"), kind)) => (prefix, kind),
        _ => ("I", name),
    };
    let kind = match kind.to_ascii_uppercase().as_str() {
        "PER" | "PERSON" => EntityKind::Person,
        "ORG" | "ORGANIZATION" | "ORGANISATION" => EntityKind::Organisation,
        "LOC" | "LOCATION" | "GPE" | "FAC" => EntityKind::Place,
        "MISC" | "NORP" | "EVENT" | "WORK_OF_ART" | "LAW" | "PRODUCT" | "LANGUAGE" => EntityKind::Misc,
        _ => return OUTSIDE,
    };
    Label {
        kind: Some(kind),
        opens: matches!(prefix, "B" | "S" | "U"),
        closes: matches!(prefix, "E" | "L" | "S" | "U"),
    }
}

/// The names among the words `sentence`.
pub(super) fn names(words: &[WordTag], sentence: Range<usize>) -> Vec<TaggedName> {
    let mut names: Vec<TaggedName> = Vec::new();
    let mut open = false;
    for index in sentence {
        let word = &words[index];
        let Some(kind) = word.label.kind else {
            open = false;
            continue;
        };
        let probability = word.share(Some(kind));
        match names.last_mut() {
            Some(name) if open && name.kind == kind && !word.label.opens => {
                name.words.end = index + 1;
                name.probability = name.probability.min(probability);
            }
            _ => names.push(TaggedName { words: index..index + 1, kind, probability }),
        }
        open = !word.label.closes;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that words with these labels make up, as `first-last kind`.
    fn check(labels: &str, expected: &[&str]) {
        let words: Vec<WordTag> = labels
            .split(' ')
            .map(|name| {
                let label = label(name);
                let mut kinds = [0.1; 4];
                if let Some(kind) = label.kind {
                    kinds[kind as usize] = 0.6;
                }
                WordTag { label, kinds }
            })
            .collect();
        let found = names(&words, 0..words.len());
        assert!(found.iter().all(|name| (name.probability - 0.6).abs() < 1e-6));
        let found: Vec<String> = found
            .iter()
            .map(|name| format!("{}-{} {}", name.words.start, name.words.end, name.kind.as_str()))
            .collect();
        assert_eq!(found, expected, "{labels}");
    }

    #[test]
    fn labels_make_up_names() {
        check("O O", &[]);
        check("B-PER I-PER O B-LOC", &["0-2 person", "3-4 place"]);
        check("B-PER B-PER", &["0-1 person", "1-2 person"]);
        check("I-ORG I-ORG I-LOC", &["0-2 organisation", "2-3 place"]);
        check("S-ORG I-ORG", &["0-1 organisation", "1-2 organisation"]);
        check("B_GPE L_GPE B-DATE U-NORP", &["0-2 place", "3-4 misc"]);
        check("PERSON PERSON O PERSON", &["0-2 person", "3-4 person"]);
    }

    #[test]
    fn scores_become_shares() {
        let tags = TagSet::new(&["O", "B-PER", "I-PER"].map(str::to_owned)).unwrap();
        let word = tags.word(&[0.0, 0.0, 0.0]);
        assert!((word.share(Some(EntityKind::Person)) - 2.0 / 3.0).abs() < 1e-6);
        assert!((word.share(None) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(tags.word(&[]).label, OUTSIDE);
        let error = TagSet::new(&["LABEL_0".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("LABEL_0"), "{error}");
    }
}
