//! `dateline gazetteer build` from all its formats, and what the file then does.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

const TSV: &str = "# own\norganisation\tcompany\tOberau Werke\tOW AG\twikipedia:\tDE\t\t70\n";
const JSON_LINES: &str = concat!(
    r#"{"kind":"person","class":"politician","name":"Xaver Oberauer","id":"https://example.org/xo","country":"DE","weight":70}"#,
    "\n"
);
/// A dump of our own making: a country, a town in it, a person, and what is
/// passed over (too little known; no class; no English label).
const WIKIDATA: &str = r#"[
{"id":"Q1","labels":{"en":{"value":"Oberland"}},"claims":{"P31":[{"mainsnak":{"datavalue":{"value":{"id":"Q6256"}}}}],"P297":[{"mainsnak":{"datavalue":{"value":"XO"}}}]},"sitelinks":{"enwiki":{"title":"Oberland (country)"},"dewiki":{"title":"a"},"frwiki":{"title":"b"}}},
{"id":"Q2","labels":{"en":{"value":"Oberau"}},"aliases":{"en":[{"value":"Oberau am See"}]},"claims":{"P31":[{"mainsnak":{"datavalue":{"value":{"id":"Q3957"}}}}],"P17":[{"mainsnak":{"datavalue":{"value":{"id":"Q1"}}}}],"P625":[{"mainsnak":{"datavalue":{"value":{"latitude":47.5,"longitude":11.1}}}}]},"sitelinks":{"dewiki":{"title":"a"},"frwiki":{"title":"b"},"itwiki":{"title":"c"}}},
{"id":"Q3","labels":{"en":{"value":"Nobody"}},"claims":{"P31":[{"mainsnak":{"datavalue":{"value":{"id":"Q5"}}}}]},"sitelinks":{"dewiki":{"title":"a"}}},
{"id":"Q4","labels":{"en":{"value":"Thing"}},"claims":{},"sitelinks":{"a":{},"b":{},"c":{}}},
{"id":"Q5","labels":{"de":{"value":"Ding"}},"sitelinks":{"a":{},"b":{},"c":{}}}
]
"#;

fn build(out: &Path, inputs: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.args(["gazetteer", "build", "--out"]).arg(out).args(inputs).output().unwrap()
}

fn written(out: &Path) -> String {
    let bytes = std::fs::read(out).unwrap();
    String::from_utf8(bytes[24..].to_vec()).unwrap()
}

#[test]
fn every_format_becomes_rows_of_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("own.tsv"), TSV).unwrap();
    std::fs::write(path("own.jsonl"), JSON_LINES).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(WIKIDATA.as_bytes()).unwrap();
    std::fs::write(path("dump.json.gz"), packed.finish().unwrap()).unwrap();
    let out = path("own.gaz");
    let output = build(&out, &[&path("own.tsv"), &path("own.jsonl"), &path("dump.json.gz")]);
    assert!(output.status.success(), "{output:?}");
    insta::assert_snapshot!(written(&out).replace('\t', " ~ "), @r"
    organisation ~ company ~ Oberau Werke ~ OW AG ~ wikipedia: ~ DE ~  ~ 70
    person ~ politician ~ Xaver Oberauer ~  ~ https://example.org/xo ~ DE ~  ~ 70
    place ~ country ~ Oberland ~  ~ wikipedia:Oberland (country) ~ XO ~  ~ 48
    place ~ town ~ Oberau ~ Oberau am See ~ http://www.wikidata.org/entity/Q2 ~ XO ~ 47.5000,11.1000 ~ 48
    ");
}

#[test]
fn faults_are_told_with_their_line_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (list, out) = (folder.path().join("bad.tsv"), folder.path().join("own.gaz"));
    std::fs::write(&list, "# x\nplanet\tx\tMars\nperson\tx\n").unwrap();
    let output = build(&out, &[&list]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("bad.tsv") && error.contains("line 2") && error.contains("line 3"), "{error}");
    assert!(!out.exists());
}

#[test]
fn names_of_the_file_are_linked_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("own.tsv"), TSV).unwrap();
    assert!(build(&path("own.gaz"), &[&path("own.tsv")]).status.success());
    std::fs::write(path("dateline.toml"), "[enricher]\ngazetteers = [\"own.gaz\"]\n").unwrap();
    std::fs::write(
        path("a.txt"),
        "Works closes\n\nShares of Oberau Werke fell in Frankfurt, Germany, on Monday.\n",
    )
    .unwrap();
    let explained = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .current_dir(folder.path())
        .args(["explain", "a.txt"])
        .output()
        .unwrap();
    assert!(explained.status.success(), "{explained:?}");
    let text = String::from_utf8(explained.stdout).unwrap();
    for part in [
        "linked to Oberau Werke",
        "https://en.wikipedia.org/wiki/Oberau_Werke",
        "read as organisation",
        "the article adds",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}
