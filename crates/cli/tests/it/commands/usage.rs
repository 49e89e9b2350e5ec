//! Exit codes, pipes and help.

use std::process::{Command, Stdio};

use dateline_store::PostgresOptions;
use dateline_testkit::{PostgresServer, articles};

use crate::once::{DATELINE, dateline};

#[test]
fn wrong_usage_ends_with_2() {
    let check = |arguments: &[&str]| {
        let done = dateline(arguments).fail(2, &[]);
        assert!(done.stdout.is_empty(), "{done:#?}");
        assert!(!done.stderr.is_empty(), "{done:#?}");
    };
    check(&["no-such-command"]);
    check(&["enrich", "--format", "carrier-pigeon"]);
    check(&["enrich", "--no-such-option"]);
    check(&["run"]);
    check(&["run", "typesetter"]);
    check(&["search"]);
    check(&["up", "--yes"]);
    check(&["show", "not-an-id", "--data-dir", "."]);
    check(&["dead", "show", "first"]);
    check(&["status", "--data-dir", "no-such-folder"]);
    check(&["run", "sink", "--data-dir", "no-such-folder"]);
    check(&["up", "--seeds", "no-such-folder"]);
}

#[test]
fn what_is_not_there_fails_with_1() {
    let folder = tempfile::tempdir().unwrap();
    dateline(["search", "rain"]).data(folder.path()).fail(1, &["there is no store", "dateline up"]);
    let nobody = ["status", "--nats-url", "nats://127.0.0.1:1"];
    dateline(nobody).fail(1, &["127.0.0.1:1"]);
}

#[tokio::test]
async fn starting_over_does_not_empty_a_server() {
    let server = PostgresServer::start();
    let folder = tempfile::tempdir().unwrap();
    let up = || {
        let command = dateline(["up", "--fresh", "--yes", "--seeds", "."]).data(folder.path());
        command.env("DATELINE_STORE__KIND", "postgres").env("DATELINE_STORE__POSTGRES__URL", server.url())
    };
    let options = PostgresOptions { url: server.url(), ..PostgresOptions::default() };
    drop(dateline_store::PostgresStore::open(options).await.unwrap());
    up().fail(2, &["--fresh does not empty a PostgreSQL server", "DROP SCHEMA \"dateline\" CASCADE"]);
    assert_eq!(server.sql("SELECT count(*) > 0 FROM dateline.schema_version"), "t");
}

#[test]
fn help_version_completions_and_manual_are_printed() {
    let check = |arguments: &[&str], said: &str| {
        let done = dateline(arguments).succeed();
        assert!(done.stdout.contains(said), "{arguments:?}: {}", done.stdout);
        assert!(done.stderr.is_empty(), "{arguments:?}: {}", done.stderr);
    };
    check(&["--help"], "Usage:");
    check(&["enrich", "--help"], "--published");
    check(&["--version"], env!("CARGO_PKG_VERSION"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        check(&["completions", shell], "dateline");
    }
    check(&["man"], ".TH dateline");
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    dateline(["man"]).arg(folder.path()).succeed();
    let has = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(has("dateline.1").contains("dateline\\-config(1)"), "{}", has("dateline.1"));
    for page in ["dateline-health.1", "dateline-config-check.1", "dateline-support-bundle.1"] {
        assert!(has(page).starts_with(".ie"), "{page}: {}", has(page));
    }
}

/// Runs a command whose reader goes away after the first line, or before it.
fn cut_off(arguments: &[&str], lines: u32, input: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input");
    std::fs::write(&file, input).unwrap();
    let words = arguments.join(" ");
    let script = format!("{{ \"$0\" {words} < \"$1\"; echo \"code $?\" >&2; }} | head -n {lines}");
    let output = Command::new("sh")
        .args(["-c", &script, DATELINE])
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .expect("every machine that runs the tests has a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, "code 0\n", "{arguments:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), lines as usize, "{arguments:?}");
}

#[test]
fn a_reader_that_leaves_ends_the_output_quietly() {
    let lines: String = articles(400, 50).map(|article| article.json() + "\n").collect();
    cut_off(&["enrich", "--format", "jsonl", "-"], 1, &lines);
    cut_off(&["extract", "-"], 1, &lines);
    cut_off(&["date", "-"], 1, &"2023-11-03\n".repeat(50_000));
    cut_off(&["completions", "bash"], 0, "");
    cut_off(&["man"], 0, "");
    cut_off(&["config", "print"], 0, "");
}
