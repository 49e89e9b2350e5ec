//! Annotated pages, and which of their blocks the annotation has.

use super::score::words;
use dateline_extract::training::{decode, first_stage};
use serde_json::Value;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// The weight of a block beside the share of the text that it is.
const FLOOR: f32 = 0.002;
/// No single block counts more than this share of a text.
const MOST: f32 = 0.3;

/// One page, cut and labelled.
pub(crate) struct Page {
    /// Hash of its id.
    pub(crate) hash: u64,
    /// Its HTML.
    pub(crate) source: String,
    /// The annotated text.
    pub(crate) gold: String,
    /// The texts of its blocks.
    pub(crate) texts: Vec<String>,
    /// Their numbers.
    pub(crate) rows: Vec<Vec<f32>>,
    /// The share of each that the annotated text has.
    pub(crate) labels: Vec<f32>,
    /// How much each counts.
    pub(crate) weights: Vec<f32>,
}

/// Reads the cases (a JSON object a line: `id`, `html`, `text`).
pub(crate) fn read(cases: &str, root: &str) -> Vec<Page> {
    let cases = fs::read_to_string(cases).unwrap();
    let cases: Vec<Value> = cases.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    cases.iter().filter_map(|case| page(case, root)).collect()
}

fn page(case: &Value, root: &str) -> Option<Page> {
    let gold = case["text"].as_str().filter(|text| !text.is_empty())?.to_owned();
    let source = decode(&fs::read(Path::new(root).join(case["html"].as_str()?)).ok()?);
    let cut = first_stage(&source);
    let (labels, weights) = label(&gold, &cut.texts);
    let hash = case["id"].as_str()?.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The low bits of this hash are weak.
    let hash = hash >> 20;
    Some(Page { hash, source, gold, texts: cut.texts, rows: cut.rows, labels, weights })
}

/// The share of every block's words that stand in a run of four words which
/// the annotated text has too; runs go on from block to block, so that short
/// blocks are judged with their neighbours.
#[expect(clippy::cast_precision_loss, reason = "numbers of words")]
fn label(gold: &str, texts: &[String]) -> (Vec<f32>, Vec<f32>) {
    let gold_words = words(gold);
    let width = gold_words.len().clamp(1, 4);
    let runs: HashSet<&[&str]> = gold_words.windows(width).collect();
    let lines: HashSet<Vec<&str>> = gold.lines().map(words).collect();
    let blocks: Vec<Vec<&str>> = texts.iter().map(|text| words(text)).collect();
    let all: Vec<&str> = blocks.concat();
    let mut covered = vec![false; all.len()];
    for (at, run) in all.windows(width).enumerate() {
        if runs.contains(run) {
            covered[at..at + width].fill(true);
        }
    }
    let (mut labels, mut weights, mut at) = (Vec::new(), Vec::new(), 0);
    for block in &blocks {
        let found = covered[at..at + block.len()].iter().filter(|covered| **covered).count();
        at += block.len();
        let mut label = found as f32 / block.len().max(1) as f32;
        // A block of a few words that is no line of the text is none of it.
        if block.len() < 4 && label > 0.0 && label < 1.0 && !lines.contains(block) {
            label = 0.0;
        }
        labels.push(label);
        weights.push((block.len() as f32 / gold_words.len().max(1) as f32 + FLOOR).min(MOST));
    }
    (labels, weights)
}
