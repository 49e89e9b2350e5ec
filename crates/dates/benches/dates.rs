//! Speed of tagging and of reading date strings on one core.
//!
//! `DATELINE_BENCH_TEXTS` names a file of JSON lines with a "text" each
//! (uncompressed); without it a generated text is tagged.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dateline_dates::{Anchor, Context, Language, parse_date_string, tag};
use dateline_text::Document;
use std::hint::black_box;

const SENTENCES: &str = "The company said Friday that net income rose 11% in the third quarter, to $5.3 million, from \
    $4.8 million a year earlier. Its chairman, who will retire next May, told reporters in Chicago that he expects \
    sales to grow over the next two years. Police found the car in the woods near the river, and the search went on \
    with dogs and boats. On March 3, 1998, the court had ruled that the contract was void. The minister arrived in \
    the capital for talks with leaders of the opposition, officials said. ";

fn texts() -> Vec<String> {
    let Some(path) = std::env::var_os("DATELINE_BENCH_TEXTS") else {
        return (0..200).map(|_| SENTENCES.repeat(6)).collect();
    };
    let file = std::fs::read_to_string(path).expect("DATELINE_BENCH_TEXTS names a readable file");
    file.lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON lines"))
        .map(|article| article["text"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn tagging(criterion: &mut Criterion) {
    let texts = texts();
    let bytes: usize = texts.iter().map(String::len).sum();
    let published = parse_date_string("2023-11-03", None, None).expect("a date");
    let anchor = Anchor::new(&published, None);
    let context = Context { anchor: Some(&anchor), language: Language::English };
    let mut group = criterion.benchmark_group("tag");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("tokenise and tag, bytes", |bencher| {
        bencher.iter(|| texts.iter().map(|text| tag(&Document::new(text), &context).len()).sum::<usize>());
    });
    let documents: Vec<Document<'_>> = texts.iter().map(|text| Document::new(text)).collect();
    group.bench_function("tag alone, bytes", |bencher| {
        bencher.iter(|| documents.iter().map(|document| tag(document, &context).len()).sum::<usize>());
    });
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("tokenise and tag, articles", |bencher| {
        bencher.iter(|| texts.iter().map(|text| tag(&Document::new(text), &context).len()).sum::<usize>());
    });
    group.finish();
}

fn date_strings(criterion: &mut Criterion) {
    let strings = [
        "Fri, 03 Nov 2023 10:15:00 GMT",
        "2023-11-03T10:15:00+01:00",
        "November 3, 2023 at 10:15 p.m.",
        "3 de noviembre de 2023",
        "2023年11月3日 21時40分",
        "13 янв. 2005 19:13",
        "Sun, 16 zzz 2012 11:47:32 GMT",
    ];
    let mut group = criterion.benchmark_group("date strings");
    group.throughput(Throughput::Elements(strings.len() as u64));
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            strings.iter().filter(|string| parse_date_string(black_box(string), None, None).is_ok()).count()
        });
    });
    group.finish();
}

criterion_group!(benches, tagging, date_strings);
criterion_main!(benches);
