//! Trains the page model: `cargo run --release -p dateline-extract --example
//! train_pages -- CASES.jsonl ROOT MODEL.txt`.
//!
//! Every page is cut into blocks as the reader of pages cuts it; a block's label
//! is the share of its words that the annotated text has. Five parts of the
//! pages, by a hash of their id, are each judged by a model that has not seen
//! them: these are the figures printed. The model that is written has seen all.
//! No randomness but a fixed sequence: the same pages give the same model.

#![expect(clippy::print_stdout, reason = "a tool for the command line")]
#![expect(clippy::unwrap_used, reason = "a tool for developers: a broken corpus may stop it")]

mod boost;
mod corpus;
mod score;

use boost::{Settings, train};
use corpus::Page;
use dateline_extract::training::{Forest, second_stage};
use score::Score;

/// Parts of the pages that are judged by a model that has not seen them.
const FOLDS: u64 = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (cases, root, out, errors) = match arguments.as_slice() {
        [cases, root, out] => (cases, root, out, None),
        [cases, root, out, errors] => (cases, root, out, Some(errors)),
        _ => {
            println!("usage: train_pages CASES.jsonl ROOT MODEL.txt [ERRORS.txt]");
            return;
        }
    };
    let mut pages = corpus::read(cases, root);
    println!("{} pages, {} blocks", pages.len(), pages.iter().map(|page| page.labels.len()).sum::<usize>());
    let first = Settings { trees: 260, depth: 5, rate: 0.1, ..Settings::default() };
    let second = Settings { trees: 160, depth: 5, rate: 0.08, seed: 99, ..Settings::default() };

    let judged = held_out(&pages, &first);
    report("first stage, held out", &pages, &judged, 0.5);
    let whole_first = train(&rows_of(&pages, |_| true), &first);
    for (page, first) in pages.iter_mut().zip(&judged) {
        page.rows = second_stage(&page.source, first);
    }
    let mut judged_again = held_out(&pages, &second);
    report("second stage alone, held out", &pages, &judged_again, 0.45);
    // The mean of both stages is steadier than either.
    for (first, second) in judged.iter().flatten().zip(judged_again.iter_mut().flatten()) {
        *second = f32::midpoint(*first, *second);
    }
    let judged = judged_again;
    let threshold = best_threshold(&pages, &judged);
    report("both stages, held out", &pages, &judged, threshold);
    if let Some(errors) = errors {
        std::fs::write(errors, misjudged(&pages, &judged, threshold)).unwrap();
    }
    let whole_second = train(&rows_of(&pages, |_| true), &second);
    let text = format!("threshold {threshold}\n{}{}", whole_first.to_text(), whole_second.to_text());
    std::fs::write(out, text).unwrap();
}

/// The probability of every block by a model that has not seen its page.
fn held_out(pages: &[Page], settings: &Settings) -> Vec<Vec<f32>> {
    let models: Vec<Forest> =
        (0..FOLDS).map(|fold| train(&rows_of(pages, |page| page.hash % FOLDS != fold), settings)).collect();
    let judge = |page: &Page| models[usize::try_from(page.hash % FOLDS).unwrap()].probabilities(&page.rows);
    pages.iter().map(judge).collect()
}

fn rows_of(pages: &[Page], takes: impl Fn(&Page) -> bool) -> boost::Rows<'_> {
    let mut rows = boost::Rows::default();
    for page in pages.iter().filter(|page| takes(page)) {
        for at in 0..page.labels.len() {
            rows.push(&page.rows[at], page.labels[at], page.weights[at]);
        }
    }
    rows
}

fn best_threshold(pages: &[Page], judged: &[Vec<f32>]) -> f32 {
    let candidates = (6_u8..=14).map(|step| f32::from(step) / 20.0);
    let score = |threshold: f32| score_of(pages, judged, threshold, |_| true).f1();
    candidates.max_by(|a, b| score(*a).total_cmp(&score(*b))).unwrap_or(0.5)
}

fn score_of(pages: &[Page], judged: &[Vec<f32>], threshold: f32, takes: impl Fn(&Page) -> bool) -> Score {
    let mut score = Score::default();
    for (page, judged) in pages.iter().zip(judged).filter(|(page, _)| takes(page)) {
        let kept = page.texts.iter().zip(judged).filter(|(_, judged)| **judged >= threshold);
        let text: Vec<&str> = kept.map(|(text, _)| text.as_str()).collect();
        score.add(&page.gold, &text.join("\n\n"));
    }
    score
}

/// The blocks of the first half that were misjudged, worst pages first.
fn misjudged(pages: &[Page], judged: &[Vec<f32>], threshold: f32) -> String {
    let mut found: Vec<(f64, String)> = Vec::new();
    for (page, judged) in pages.iter().zip(judged).filter(|(page, _)| (page.hash / FOLDS).is_multiple_of(2)) {
        let mut score = Score::default();
        let kept = page.texts.iter().zip(judged).filter(|(_, judged)| **judged >= threshold);
        score.add(&page.gold, &kept.map(|(text, _)| text.as_str()).collect::<Vec<_>>().join("\n\n"));
        let mut text = format!("== {} {score}\n", page.id);
        for (at, &judged) in judged.iter().enumerate() {
            let (kept, good) = (judged >= threshold, page.labels[at] >= 0.5);
            if kept != good && page.weights[at] > 0.004 {
                let sign = if kept { '+' } else { '-' };
                let start: String = page.texts[at].chars().take(160).collect();
                text.extend([format!("{sign} {judged:.2} {:.3} {start:?}\n", page.weights[at])]);
            }
        }
        found.push((score.f1(), text));
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().take(120).map(|(_, text)| text).collect()
}

/// Figures of all pages and of their two halves by the hash of their id.
fn report(name: &str, pages: &[Page], judged: &[Vec<f32>], threshold: f32) {
    println!("{name}, threshold {threshold}: {}", score_of(pages, judged, threshold, |_| true));
    for half in 0..2 {
        let score = score_of(pages, judged, threshold, |page| page.hash / FOLDS % 2 == half);
        println!("  half {half}: {score}");
    }
    let ideal: Vec<Vec<f32>> = pages.iter().map(|page| page.labels.clone()).collect();
    println!("  with the labels themselves: {}", score_of(pages, &ideal, 0.5, |_| true));
}
