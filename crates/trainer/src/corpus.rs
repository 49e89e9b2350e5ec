//! Annotated corpora: read, rendered as running text, aligned with our tokens.
//!
//! A corpus file holds a token and its BIO tag a line, a blank line between
//! sentences. The model must work on raw text, so training renders the tokens
//! as text first and tokenises that text again, as tagging will.

use anyhow::{Context, Result};
use dateline_entities::EntityKind;
use dateline_entities::training::labels::{self, Position};
use dateline_text::Document;
use flate2::read::GzDecoder;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Sentences put together to one document where a corpus has no borders.
const SENTENCES_A_DOCUMENT: usize = 15;

/// A marked name: byte range of the text and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: EntityKind,
}

/// A text with the names marked in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Annotated {
    pub(crate) text: String,
    pub(crate) spans: Vec<Span>,
}

type Tagged = (String, String);

/// Opens a corpus file, `.gz` or plain.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let file = File::open(path).with_context(|| format!("open corpus {}", path.display()))?;
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> = if packed { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    Ok(Box::new(BufReader::new(reader)))
}

/// Reads the documents of one corpus file (`.gz` or plain).
pub(crate) fn read(path: &Path) -> Result<Vec<Annotated>> {
    let documents = sentences(open(path)?).with_context(|| format!("read corpus {}", path.display()))?;
    Ok(documents.iter().map(|document| render(document)).collect())
}

/// Documents of sentences of tagged words.
fn sentences(reader: impl BufRead) -> Result<Vec<Vec<Vec<Tagged>>>> {
    let mut documents = vec![Vec::new()];
    let mut sentence: Vec<Tagged> = Vec::new();
    for line in reader.lines() {
        let line = line?;
        let border = line.starts_with("-DOCSTART-");
        if line.trim().is_empty() || border {
            if let Some(document) = documents.last_mut()
                && !sentence.is_empty()
            {
                document.push(std::mem::take(&mut sentence));
            }
            if border {
                documents.push(Vec::new());
            }
        } else {
            let mut columns = line.split('\t');
            let word = columns.next().unwrap_or_default();
            let tag = columns.next().context("a line without a tag; want token TAB tag")?;
            sentence.push((word.to_owned(), tag.to_owned()));
        }
    }
    if let Some(document) = documents.last_mut()
        && !sentence.is_empty()
    {
        document.push(sentence);
    }
    documents.retain(|document| !document.is_empty());
    if documents.len() == 1 {
        documents = documents[0].chunks(SENTENCES_A_DOCUMENT).map(<[_]>::to_vec).collect();
    }
    Ok(documents)
}

/// Whether a token is written against the one before it.
fn leans_back(word: &str) -> bool {
    let mut characters = word.chars();
    let mark = matches!(
        (characters.next(), characters.next()),
        (Some(',' | '.' | ';' | ':' | '!' | '?' | '%' | ')' | ']' | '}' | '\'' | '’'), None)
    );
    mark || matches!(word, "'s" | "’s" | "n't" | "n’t" | "'re" | "'ve" | "'ll" | "'d" | "'m" | "...")
}

fn leans_forward(word: &str) -> bool {
    matches!(word, "(" | "[" | "{" | "$" | "#")
}

/// Running text of tagged sentences, with the spans of their names.
fn render(sentences: &[Vec<Tagged>]) -> Annotated {
    let mut out = Annotated::default();
    for (number, sentence) in sentences.iter().enumerate() {
        if number > 0 {
            out.text.push_str(if number % 3 == 0 { "\n\n" } else { " " });
        }
        render_sentence(sentence, &mut out);
    }
    out
}

fn render_sentence(sentence: &[Tagged], out: &mut Annotated) {
    let (mut in_quote, mut glue, mut open) = (false, true, None::<Span>);
    for (word, tag) in sentence {
        let word = match word.as_str() {
            "-LRB-" => "(",
            "-RRB-" => ")",
            "``" | "''" => "\"",
            other => other,
        };
        let quote = word == "\"";
        if !(glue || (quote && in_quote) || leans_back(word)) {
            out.text.push(' ');
        }
        glue = leans_forward(word) || (quote && !in_quote);
        in_quote ^= quote;
        let start = out.text.len();
        out.text.push_str(word);
        let end = out.text.len();
        let kind = tag.get(2..).and_then(kind_of);
        match (&mut open, kind) {
            (Some(span), Some(kind)) if tag.starts_with('I') && span.kind == kind => span.end = end,
            (_, kind) => {
                out.spans.extend(open);
                open = kind.map(|kind| Span { start, end, kind });
            }
        }
    }
    out.spans.extend(open);
}

pub(crate) fn kind_of(tag: &str) -> Option<EntityKind> {
    match tag {
        "PER" => Some(EntityKind::Person),
        "ORG" => Some(EntityKind::Organisation),
        "LOC" => Some(EntityKind::Place),
        "MISC" => Some(EntityKind::Misc),
        _ => None,
    }
}

/// Label of every token of `document`. A span that starts or ends inside a
/// token takes in the whole token.
pub(crate) fn align(document: &Document<'_>, spans: &[Span]) -> Vec<u8> {
    let mut tags = vec![labels::OUTSIDE; document.tokens().len()];
    for sentence in document.sentences() {
        let range = sentence.start as usize..sentence.end as usize;
        let tokens = &document.tokens()[range.clone()];
        for span in spans {
            let touched: Vec<usize> = (0..tokens.len())
                .filter(|&i| (tokens[i].start as usize) < span.end && tokens[i].end as usize > span.start)
                .map(|i| i + range.start)
                .collect();
            mark(&mut tags, &touched, span.kind);
        }
    }
    tags
}

fn mark(tags: &mut [u8], touched: &[usize], kind: EntityKind) {
    for (number, &index) in touched.iter().enumerate() {
        let position = match (number == 0, number + 1 == touched.len()) {
            (true, true) => Position::Single,
            (true, false) => Position::Begin,
            (false, true) => Position::End,
            (false, false) => Position::Inside,
        };
        tags[index] = labels::label(kind, position);
    }
}

/// Spans of the names that `tags` mark.
pub(crate) fn spans(document: &Document<'_>, tags: &[u8]) -> BTreeSet<Span> {
    let mut spans = BTreeSet::new();
    let mut start = 0;
    for (token, &tag) in document.tokens().iter().zip(tags) {
        let Some((kind, position)) = labels::parts(tag) else { continue };
        if matches!(position, Position::Begin | Position::Single) {
            start = token.start as usize;
        }
        if matches!(position, Position::End | Position::Single) {
            spans.insert(Span { start, end: token.end as usize, kind });
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus() -> Annotated {
        let tagged =
            "The\tO\nU.S.\tB-LOC\n's\tO\nJane\tB-PER\nSmith\tI-PER\n,\tO\n``\tO\nhere\tO\n''\tO\n.\tO\n";
        render(&sentences(tagged.as_bytes()).unwrap()[0])
    }

    #[test]
    fn tokens_become_running_text() {
        let corpus = corpus();
        assert_eq!(corpus.text, "The U.S.'s Jane Smith, \"here\".");
        let names: Vec<&str> = corpus.spans.iter().map(|span| &corpus.text[span.start..span.end]).collect();
        assert_eq!(names, ["U.S.", "Jane Smith"]);
    }

    #[test]
    fn aligned_labels_give_the_spans_back() {
        let corpus = corpus();
        let document = Document::new(&corpus.text);
        let tags = align(&document, &corpus.spans);
        assert_eq!(spans(&document, &tags).into_iter().collect::<Vec<_>>(), corpus.spans);
    }
}
