//! The record that comes out: valid by an independent validator, its spans exact,
//! its description true.

use crate::{ninjs, support};
use boon::{Compiler, SchemaIndex, Schemas};
use dateline_enricher::Enrichment;
use dateline_extract::{Format, Input, Limits, canonical_url, extract};
use dateline_model::{Article, RawArticle, Source, SourceKind};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static ENRICHMENT: LazyLock<Enrichment> = LazyLock::new(|| Enrichment::new(&support::config()).unwrap());

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Our schema as it is published, and what the standard says.
struct Checks {
    schemas: Schemas,
    ours: SchemaIndex,
    ninjs: SchemaIndex,
}

impl Checks {
    fn new() -> Self {
        let published = std::fs::read(root().join("config/record.schema.json")).unwrap();
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        let mut read = |name: &str, schema: Value| {
            compiler.add_resource(name, schema).unwrap();
            compiler.compile(name, &mut schemas).unwrap()
        };
        let ours = read("ours.json", serde_json::from_slice(&published).unwrap());
        let ninjs = read("ninjs.json", ninjs::schema());
        Self { schemas, ours, ninjs }
    }

    /// What both hold against a record.
    fn faults(&self, record: &Value) -> Vec<String> {
        let mut standard = record.clone();
        standard.as_object_mut().unwrap().remove("dateline");
        let told = |name: &str, index, record: &Value| {
            self.schemas.validate(record, index).err().map(|error| format!("{name}: {error:#}"))
        };
        told("ours", self.ours, record).into_iter().chain(told("ninjs", self.ninjs, &standard)).collect()
    }
}

fn enriched(article: Article) -> Value {
    let canonical = article.url.as_deref().and_then(canonical_url);
    let taken_in: Timestamp = "2026-11-01T08:00:00Z".parse().unwrap();
    let source = Source::new("wire", SourceKind::Push);
    let raw = RawArticle::identify(article, canonical.as_deref(), source, taken_in);
    serde_json::to_value(ENRICHMENT.enrich(raw, taken_in).unwrap()).unwrap()
}

/// The records of an input; what is no article gives none.
fn records(name: &str, bytes: &[u8]) -> Vec<Value> {
    let articles = extract(&Input::new(name, bytes), &Limits::default());
    articles.into_iter().filter_map(Result::ok).map(enriched).collect()
}

/// Every span of a record, wherever it stands.
fn spans(record: &Value) -> Vec<&Value> {
    let of = |list: &'static str| record["dateline"][list].as_array().into_iter().flatten();
    let mentions = of("entities").flat_map(|entity| entity["mentions"].as_array().into_iter().flatten());
    of("timex").map(|timex| &timex["span"]).chain(mentions).collect()
}

fn slice(record: &Value, span: &Value) -> String {
    let (list, at) = span["field"].as_str().unwrap().split_once('/').unwrap();
    let text = record[list][at.parse::<usize>().unwrap()]["value"].as_str().unwrap();
    let place = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
    text.chars().skip(place("start")).take(place("end") - place("start")).collect()
}

#[test]
fn every_seed_gives_valid_records_with_exact_spans() {
    let (checks, mut count, mut spanned) = (Checks::new(), 0, 0);
    for file in std::fs::read_dir(root().join("seeds/articles")).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for record in records(&name, &std::fs::read(&file).unwrap()) {
            let faults = checks.faults(&record);
            assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
            for span in spans(&record) {
                assert_eq!(slice(&record, span), span["text"].as_str().unwrap(), "{name}: {span}");
                spanned += 1;
            }
            count += 1;
        }
    }
    assert!(count >= 55 && spanned > 1_000, "{count} records, {spanned} spans");
}

#[test]
fn odd_articles_give_valid_records() {
    let checks = Checks::new();
    let check = |article: Value| {
        let records = records("odd.json", article.to_string().as_bytes());
        assert_eq!(records.len(), 1, "{article}");
        let faults = checks.faults(&records[0]);
        assert!(faults.is_empty(), "{article}:\n{}", faults.join("\n"));
    };
    for url in
        ["example", "https://example.org/a b|c", "http://пример.example/новости#a#b", "javascript:1", "//x"]
    {
        check(json!({ "title": "T", "text": "Ada met Bob in Paris on Friday.", "url": url }));
    }
    for text in
        ["a\u{0}b on Friday", "\u{fffd}\u{10ffff}", "e\u{301} \u{202e}Paris", "In 0044 and 9999 and 10000."]
    {
        check(json!({ "id": "x", "text": text }));
    }
    for bytes in [
        &br#"{"title": "a \ud800 b", "text": "\udfff Paris \ud83d on Friday \ud83d\ude00"}"#[..],
        b"{\"title\": \"a \xff b\", \"text\": \"Paris \xc3\x28 on \xed\xa0\x80 Friday \xf0\x9f\"}",
        b"Paris, Nov 7 - It rained on \xe9t\xe9 Friday.",
    ] {
        let records = records("odd", bytes);
        assert_eq!(records.len(), 1, "{bytes:?}");
        let faults = checks.faults(&records[0]);
        assert!(faults.is_empty(), "{bytes:?}:\n{}", faults.join("\n"));
        assert!(spans(&records[0]).iter().all(|span| slice(&records[0], span) == span["text"]), "{bytes:?}");
    }
    for published in ["0001-01-01", "9999-12-31T23:59:59Z", "2023", "not a date", "2041-01-01T00:00:00+14:00"]
    {
        check(json!({ "text": "Last week it rained in Paris.", "published": published }));
    }
}

/// A validator that finds nothing proves nothing.
#[test]
fn both_schemas_find_what_is_wrong() {
    let article = json!({ "title": "T", "text": "Angela Merkel was in Paris on Friday.", "url": "https://example.org/a", "published": "2023-11-07" });
    let record = records("a.json", article.to_string().as_bytes()).remove(0);
    let checks = Checks::new();
    assert!(checks.faults(&record).is_empty(), "{:?}", checks.faults(&record));
    let check = |name: &str, pointer: &str, value: Value| {
        let mut wrong = record.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let place = wrong.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} in {record}"));
        match key.parse::<usize>() {
            Ok(at) if place.is_array() => place[at] = value,
            _ => place[key] = value,
        }
        let faults = checks.faults(&wrong);
        assert!(faults.iter().any(|fault| fault.starts_with(name)), "{pointer}: {faults:?}");
    };
    for name in ["ours", "ninjs"] {
        check(name, "/invented", json!(1));
        check(name, "/uri", json!("no uri"));
        check(name, "/type", json!("article"));
        check(name, "/pubStatus", json!("gone"));
        check(name, "/firstCreated", json!("2023-11-07"));
        check(name, "/headlines/0/text", json!("x"));
        check(name, "/bodies/0/charCount", json!("12"));
        check(name, "/renditions/0/href", json!("not a uri"));
        check(name, "/renditions/0", json!({ "href": "https://example.org/" }));
        check(name, "/standard/schema", json!("ninjs 3.1"));
        check(name, "/people/0/age", json!(3));
        check(name, "/places/0/uri", json!("Paris"));
        check(name, "/subjects", json!([{ "name": "x", "rel": "about", "confidence": 101 }]));
    }
    check("ours", "/dateline/schema", json!(2));
    check("ours", "/dateline/contentHash", json!("abc"));
    check("ours", "/dateline/source/id", json!("Big Wire"));
    check("ours", "/dateline/published/precision", json!("hour"));
    check("ours", "/dateline/published/confidence", json!(1.5));
    check("ours", "/dateline/timex/0/type", json!("date"));
    check("ours", "/dateline/timex/0/begin", json!(null));
    check("ours", "/dateline/timex/0/span/field", json!("bodies"));
    check("ours", "/dateline/entities/0/type", json!("PER"));
    check("ours", "/dateline/entities/0/mentions", json!("x"));
}

/// Between these lines stands what this test writes.
const BEGIN: &str = "<!-- example: UPDATE_DOCS=1 cargo test -p dateline-enricher --test it the_example -->\n";
const END: &str = "<!-- end of the example -->\n";
const EXAMPLE: &str = r#"{"id": "4711", "url": "https://news.example/2023/11/07/talks",
 "title": "Ministers meet in Geneva", "published": "2023-11-07T09:15:00Z",
 "text": "GENEVA, Nov 7 (Reuters) - Antony Blinken arrived on Friday. Talks go on until 9 November."}
"#;

#[test]
fn the_example_of_the_page_is_what_comes_out() {
    let input = Input::new("example.json", EXAMPLE.as_bytes()).with_format(Format::Json);
    let mut record = enriched(extract(&input, &Limits::default()).remove(0).unwrap());
    let checks = Checks::new();
    assert!(checks.faults(&record).is_empty(), "{:?}", checks.faults(&record));
    // How long it took, and which model did it, differ from day to day.
    record["dateline"]["provenance"][0]["ms"] = json!(1.5);
    record["dateline"]["provenance"][0]["model"] = json!("...");
    let pretty = serde_json::to_string_pretty(&record).unwrap();
    let wanted = format!("```json\n{EXAMPLE}```\nbecomes\n```json\n{pretty}\n```\n");
    let path = root().join("docs/record.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert!(found == wanted, "run the command that stands above the example in docs/record.md");
    }
}
