//! From raw text to linked entities: articles and tokens a second, one core.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use dateline_entities::{ArticleText, Field, FieldKind, Tagger};
use dateline_text::Document;
use std::hint::black_box;

/// An article in the style of a news agency, made for this bench.
const ARTICLE: &str = include_str!("article.txt");

fn tag(tagger: &Tagger, text: &str) -> usize {
    let document = Document::new(text);
    let fields = [Field { kind: FieldKind::Body, document: &document }];
    tagger.tag(&ArticleText { fields: &fields, language: "en", place_hint: None }).items.len()
}

fn benches(criterion: &mut Criterion) {
    let tagger = Tagger::built_in().expect("the built-in model is part of the program");
    let tokens = Document::new(ARTICLE).tokens().len() as u64;
    let mut group = criterion.benchmark_group("entities");
    group.throughput(Throughput::Elements(tokens));
    group.bench_function("raw text to linked entities, tokens", |bench| {
        bench.iter(|| tag(&tagger, black_box(ARTICLE)));
    });
    group.bench_function("tokenise only, tokens", |bench| {
        bench.iter(|| Document::new(black_box(ARTICLE)).tokens().len());
    });
    group.finish();
    criterion.bench_function("load model and gazetteer", |bench| {
        bench.iter_batched(
            || (),
            |()| Tagger::built_in().map(|tagger| tagger.version().len()),
            BatchSize::PerIteration,
        );
    });
}

criterion_group!(tagging, benches);
criterion_main!(tagging);
