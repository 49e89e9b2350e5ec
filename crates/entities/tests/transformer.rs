//! The accurate mode: the numbers of another program's forward pass, names by a
//! transformer on the way through the tagger, and folders that cannot be used.

#[path = "support/tiny_transformer.rs"]
mod tiny_transformer;

use dateline_entities::{
    ArticleText, Entities, EntityKind, Field, FieldKind, Tagger, Transformer, TransformerError,
    TransformerFiles, TransformerSettings, VocabularyFile,
};
use dateline_text::Document;
use serde_json::Value;
use std::collections::BTreeMap;
use tiny_transformer::{Folder, Sizes, bert_shapes, drawn, lexicon};

/// Made by `reference.py` beside it with the `transformers` library.
const REFERENCE: &str = include_str!("data/transformer/reference.json");

fn settings(max_words: usize) -> TransformerSettings {
    TransformerSettings { languages: vec!["en".to_owned(), "de".to_owned()], max_words }
}

fn load(folder: &Folder, max_words: usize) -> Result<Transformer, TransformerError> {
    let files = TransformerFiles {
        config: &folder.config,
        vocabulary: VocabularyFile::VocabTxt(&folder.vocabulary, None),
        weights: &folder.weights,
    };
    Transformer::from_files(files, settings(max_words))
}

fn tagger(max_words: usize) -> Tagger {
    let transformer = load(&lexicon(false), max_words).expect("the lexicon is sound");
    Tagger::built_in().expect("the built-in model is part of the program").with_transformer(transformer)
}

fn tag(tagger: &Tagger, text: &str, language: &str) -> Entities {
    let document = Document::new(text);
    let fields = [Field { kind: FieldKind::Body, document: &document }];
    tagger.tag(&ArticleText { fields: &fields, language, place_hint: None })
}

/// Names in reading order, each mention with its kind.
fn names(tagger: &Tagger, text: &str, language: &str) -> Vec<(String, EntityKind)> {
    let found = tag(tagger, text, language);
    let mut mentions: Vec<_> =
        found.items.iter().flat_map(|e| e.mentions.iter().map(|m| (m.start, m.end, e.kind))).collect();
    mentions.sort_unstable_by_key(|mention| mention.0);
    mentions.iter().map(|&(start, end, kind)| (text[start..end].to_owned(), kind)).collect()
}

fn check(tagger: &Tagger, text: &str, language: &str, expected: &[(&str, EntityKind)]) {
    let expected: Vec<_> = expected.iter().map(|&(name, kind)| (name.to_owned(), kind)).collect();
    assert_eq!(names(tagger, text, language), expected, "{text}");
}

#[test]
fn the_forward_pass_is_that_of_the_reference() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    let words: Vec<&str> =
        reference["words"].as_array().unwrap().iter().map(|w| w.as_str().unwrap()).collect();
    let cases = reference["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let shapes: BTreeMap<String, Vec<usize>> = serde_json::from_value(case["shapes"].clone()).unwrap();
        let (config, weights) = (case["config"].to_string(), drawn(&shapes));
        let tokenizer = case["tokenizer"].to_string();
        let files = TransformerFiles {
            config: config.as_bytes(),
            vocabulary: VocabularyFile::TokenizerJson(tokenizer.as_bytes()),
            weights: &weights,
        };
        let transformer = Transformer::from_files(files, settings(1000)).unwrap();
        let expected: Vec<Vec<f32>> = serde_json::from_value(case["logits"].clone()).unwrap();
        let found = transformer.logits(&words);
        for ((word, expected), found) in words.iter().zip(&expected).zip(&found) {
            assert_eq!(expected.len(), found.len(), "{word:?}");
            let distance = expected.iter().zip(found).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(distance < 1e-4, "{word:?} of {}: {expected:?}, found {found:?}", transformer.name());
        }
    }
}

#[test]
fn half_of_the_bits_say_the_same() {
    let (whole, half) = (load(&lexicon(false), 9).unwrap(), load(&lexicon(true), 9).unwrap());
    let words = ["Quimby", "met", "Vex", "in", "Zorblat"];
    assert_eq!(whole.logits(&words), half.logits(&words));
    assert_ne!(whole.name(), half.name(), "the name tells weights apart");
}

#[test]
fn its_names_go_through_the_tagger() {
    use EntityKind::{Person, Place};
    let tagger = tagger(1000);
    assert!(tagger.version().contains("+bert-"), "{}", tagger.version());
    let text = "On Monday Quimby Vex spoke. He met Vex near Zorblat.";
    check(&tagger, text, "en", &[("Quimby Vex", Person), ("Vex", Person), ("Zorblat", Place)]);
    check(&tagger, text, "de-AT", &[("Quimby Vex", Person), ("Vex", Person), ("Zorblat", Place)]);
    check(&tagger, text, "fr", &[]);
    let found = tag(&tagger, text, "en");
    assert!(found.items[0].reason.to_string().contains("no gazetteer item"));
    assert_eq!(found.items[0].mentions.len(), 2, "joined to the full name: {found:?}");
    assert!(found.items.iter().all(|entity| entity.confidence > 0.8), "{found:?}");
    assert!(found.items[0].mentions[0].reason.to_string().contains("transformer"));
}

#[test]
fn a_long_text_is_read_in_windows() {
    let tagger = tagger(10_000);
    let text = "On Monday zorblat and quimby said nothing. ".repeat(200);
    let found = tag(&tagger, &text, "en");
    let mentions: Vec<usize> = found.items.iter().map(|entity| entity.mentions.len()).collect();
    assert_eq!(mentions, [200, 200]);
}

#[test]
fn the_built_in_model_reads_what_is_too_much() {
    use EntityKind::{Person, Place};
    let text = "He met quimby. Jane Smith flew to Nairobi with zorblat.";
    check(&tagger(6), text, "en", &[("quimby", Person), ("Jane Smith", Person), ("Nairobi", Place)]);
    check(&tagger(60), text, "en", &[("quimby", Person), ("zorblat", Place)]);
    check(&tagger(0), text, "en", &[("Jane Smith", Person), ("Nairobi", Place)]);
}

#[test]
fn it_explains_what_it_read() {
    let tagger = tagger(1000);
    let text = "They met near zorblat.";
    let document = Document::new(text);
    let fields = [Field { kind: FieldKind::Body, document: &document }];
    let read = tagger.read(&ArticleText { fields: &fields, language: "en", place_hint: None });
    let entity = read.entities().items.remove(0);
    let why = read.explain(&entity, &entity.mentions[0]).unwrap();
    assert_eq!(why.readings[0].0, Some(EntityKind::Place), "{why}");
    assert!(why.readings[0].1 > why.readings[1].1 && why.features.is_empty());
}

#[test]
fn foreign_text_does_no_harm() {
    let tagger = tagger(5000);
    for text in ["", " ", "\u{feff}", "🙂🙂 習近平 \u{202e}odd\u{202c}", "\u{301}\u{301}", &"x".repeat(5000)]
    {
        tag(&tagger, text, "en");
    }
}

/// What is said of a folder that `damage` has been done to.
fn refused(damage: impl Fn(&mut Folder), problem: &str) {
    let mut folder = lexicon(false);
    damage(&mut folder);
    let error = load(&folder, 9).expect_err(problem).to_string();
    assert!(error.contains(problem), "{error}, not {problem}");
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace(from, to).into_bytes()
}

#[test]
fn folders_that_cannot_be_used_are_told() {
    refused(|folder| folder.config.clear(), "config.json");
    refused(|folder| folder.config = replaced(&folder.config, "\"bert\"", "\"roberta\""), "roberta");
    refused(|folder| folder.config = replaced(&folder.config, "I-", "X-"), "no label");
    refused(|folder| folder.vocabulary = b"[UNK]".to_vec(), "[CLS]");
    refused(|folder| folder.vocabulary.extend(b"\nmore"), "vocab_size 9");
    refused(|folder| folder.weights.truncate(500), "damaged");
    refused(|folder| folder.weights.clear(), "damaged");
    let sizes = Sizes { vocabulary: 9, positions: 20, hidden: 8, inner: 8, layers: 1, labels: 5 };
    refused(|folder| folder.weights = drawn(&bert_shapes(sizes)), "classifier.weight has shape [5, 8]");
    let none = Sizes { layers: 0, labels: 4, ..sizes };
    refused(|folder| folder.weights = drawn(&bert_shapes(none)), "is missing");
}
