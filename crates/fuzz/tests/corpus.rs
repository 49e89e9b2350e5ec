//! Every target over its corpus, and over what becomes of it.
#![expect(clippy::unwrap_used, reason = "a test's set-up that fails is a failed test")]

use dateline_fuzz::{TARGETS, Target};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::path::Path;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn every_input_is_borne() {
    for (name, target) in TARGETS {
        let inputs = corpus(name);
        assert!(!inputs.is_empty(), "{name} needs a corpus");
        for input in inputs {
            target(&input);
        }
    }
}

#[test]
fn every_beginning_is_borne() {
    for (name, target) in TARGETS {
        for input in corpus(name) {
            let step = (input.len() / 200).max(1);
            (0..input.len()).step_by(step).for_each(|end| target(&input[..end]));
        }
    }
}

#[test]
fn every_mutation_is_borne() {
    for (name, target) in TARGETS {
        mutate(*target, &corpus(name));
    }
}

/// Cuts pieces out of the corpus, puts them together in another order and
/// strikes a few bytes.
fn mutate(target: Target, corpus: &[Vec<u8>]) {
    let piece = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..200usize);
    let strokes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    let case = (prop::collection::vec(piece, 1..12), strokes);
    let mut runner = TestRunner::new(Config { cases: 200, ..Config::default() });
    let run = runner.run(&case, |(pieces, strokes)| {
        let mut bytes = Vec::new();
        for (input, start, length) in pieces {
            let input = input.get(corpus);
            if !input.is_empty() {
                let start = start.index(input.len());
                bytes.extend(&input[start..input.len().min(start + length)]);
            }
        }
        for (place, byte) in strokes {
            if !bytes.is_empty() {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
        }
        target(&bytes);
        Ok(())
    });
    run.unwrap();
}
