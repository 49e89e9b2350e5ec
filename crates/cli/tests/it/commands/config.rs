//! `dateline config`: faults with their places, values with their origin.

use std::path::PathBuf;

use dateline_testkit::NatsServer;
use tempfile::TempDir;

use crate::once::{Once, dateline};

fn config(verb: &str, text: &str) -> (TempDir, Once) {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("dateline.toml");
    std::fs::write(&file, text).unwrap();
    let command = dateline(["config".as_ref(), verb.as_ref(), "--config".as_ref(), file.as_os_str()]);
    (folder, command)
}

#[test]
fn a_wrong_key_is_named_with_its_place_and_the_nearest_one() {
    let (_folder, command) = config("check", "[producer]\nlow_water = 10\n  high_watr = 5\n");
    command.fail(2, &["dateline.toml", "high_watr", "line 3 column 3", "did you mean `high_water`"]);
}

#[test]
fn every_kind_of_fault_is_wrong_usage() {
    let check = |text: &str, said: &[&str]| {
        let (_folder, command) = config("check", text);
        command.fail(2, said);
    };
    check("[producer]\nhigh_water = \"many\"\n", &["high_water", "line 2"]);
    check("[producer\n", &["line 1"]);
    check("[producer]\nhigh_water = 5\nlow_water = 6\n", &["low_water must be the smaller"]);
    check("[producer.push]\nlisten = \"0.0.0.0:8480\"\n", &["producer.push.listen", "token_file"]);
    check("[store]\nkind = \"json-lines\"\n", &["store.path", "articles.db", "a folder of its own"]);
    check("[store]\nkind = \"parquet\"\n", &["store.path", "a folder of its own"]);
    check(
        "[store]\nkind = \"parquet\"\npath = \"lake\"\n[store.files.s3]\nbucket = \"a/b\"\n",
        &["files.s3.bucket", "files.s3.prefix"],
    );
    check("[store]\nkind = \"csv\"\n", &["kind", "line 2", "json-lines"]);
    check("[store]\nkind = \"webhook\"\n", &["store.webhook.url", "write it like"]);
    check(
        "[[sink.also]]\nname = \"a\"\nstore = { kind = \"opensearch\", opensearch = { index = \"News\" } }\n",
        &["sink.also.a.store", "opensearch.index"],
    );
    check(
        "[[sink.also]]\nname = \"a\"\nstore = { kind = \"json-lines\", path = \"a\", files = { rol_size = \"1MiB\" } }\n",
        &["rol_size", "roll_size"],
    );
    dateline(["config", "check", "--config", "no-such-file.toml"]).fail(2, &["no-such-file.toml"]);
    dateline(["config", "check"])
        .env("DATELINE_PRODUCER__HIGH_WATR", "5")
        .fail(2, &["DATELINE_PRODUCER__HIGH_WATER"]);
}

#[test]
fn a_sound_configuration_is_said_to_be() {
    let (_folder, command) = config("check", "[producer]\nhigh_water = 100\nlow_water = 10\n");
    assert!(command.succeed().stderr.contains("sound"));
}

#[tokio::test]
async fn a_connection_is_tried_and_nothing_is_changed() {
    let server =
        NatsServer::builder().extra_config("authorization { user: desk, password: hunter2 }").start();
    let text = format!("[nats]\nservers = [\"{}\"]\nuser = \"desk\"\npassword = \"hunter2\"\n", server.url());
    let check = |text: &str| config("check", text);
    let (folder, command) = check(&text);
    let done = command.arg("--connect").data(folder.path()).succeed();
    let line = |words: &str| {
        done.stdout.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}: {done:#?}"))
    };
    assert!(line("broker ").starts_with("ok") && line("broker ").contains(" as desk"), "{done:#?}");
    assert!(
        line("stream DATELINE_RAW").starts_with("note") && line("DATELINE_RAW").contains("not there yet")
    );
    assert!(line("store ").starts_with("ok") && line("store ").contains("made at the first start"));
    assert!(!done.stdout.contains("hunter2"));
    let (folder, again) = check(&text);
    let again = again.args(["--connect", "--json"]).data(folder.path()).succeed().json_lines();
    assert!(
        again.iter().any(|look| look["what"] == "stream DATELINE_RAW" && look["verdict"] == "note"),
        "{again:#?}"
    );
}

#[test]
fn a_connection_that_fails_says_why() {
    let server =
        NatsServer::builder().extra_config("authorization { user: desk, password: hunter2 }").start();
    let check = |text: String, said: &[&str]| {
        let (folder, command) = config("check", &text);
        let done = command.arg("--connect").data(folder.path()).run();
        assert_eq!(done.code, 1, "{done:#?}");
        for words in said {
            assert!(done.stdout.contains(words), "{words}: {done:#?}");
        }
    };
    let broker = |rest: &str| format!("[nats]\nservers = [\"{}\"]\n{rest}", server.url());
    check(broker("user = \"desk\"\npassword = \"wrong\"\n"), &["FAULT  broker", "authorization violation"]);
    check(
        "[store]\nkind = \"postgres\"\n[store.postgres]\nurl = \"postgres://u@127.0.0.1:1/d\"\n".to_owned(),
        &["FAULT  store", "127.0.0.1:1/d", "check that its server runs"],
    );
    check(
        "[nats]\nservers = [\"nats://127.0.0.1:1\"]\n".to_owned(),
        &["FAULT  broker", "is a server running"],
    );
    dateline(["config", "check", "--json"]).fail(2, &["--connect"]);
}

#[test]
fn passwords_within_addresses_are_hidden() {
    let (_folder, command) = config("print", "[nats]\nservers = [\"nats://desk:hunter2@broker:4222\"]\n");
    let done = command.succeed();
    assert!(done.stdout.contains("nats://[redacted]@broker:4222"), "{}", done.stdout);
}

#[test]
fn values_are_printed_with_their_origin_and_without_secrets() {
    let (_folder, command) = config("print", "[nats]\nuser = \"desk\"\npassword = \"hunter2\"\n");
    let done = command.env("DATELINE_ENRICHER__IN_FLIGHT", "17").succeed();
    let line = |key: &str| done.stdout.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    assert!(line("password").contains("[redacted]"), "{}", done.stdout);
    assert!(!done.stdout.contains("hunter2") && !done.stderr.contains("hunter2"));
    assert!(done.stdout.contains("in_flight = 17  # env DATELINE_ENRICHER__IN_FLIGHT"), "{}", done.stdout);
    assert!(line("user").contains("dateline.toml"), "{}", line("user"));
    assert!(line("grace").ends_with("# default"), "{}", line("grace"));
}

#[test]
fn a_store_that_cannot_be_read_says_so() {
    for (verb, argument) in [("search", "word"), ("timeline", "word"), ("entity", "Name"), ("export", "word")]
    {
        let folder = tempfile::tempdir().unwrap();
        dateline([verb, argument])
            .data(folder.path())
            .env("DATELINE_STORE__KIND", "json-lines")
            .env("DATELINE_STORE__PATH", "archive")
            .fail(1, &["json-lines", "cannot be read", "sqlite, postgres"]);
    }
}

#[test]
fn an_option_is_an_origin() {
    let (folder, command) = config("print", "data_dir = \"elsewhere\"\n");
    let done = command.data(folder.path()).succeed();
    let line = done.stdout.lines().find(|line| line.starts_with("data_dir")).unwrap_or_default();
    assert!(line.ends_with("# option --data-dir"), "{line}");
}

#[test]
fn the_schema_describes_every_section() {
    let done = dateline(["config", "schema"]).succeed();
    let schema: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    for section in ["nats", "producer", "enricher", "sink", "store", "console", "telemetry"] {
        assert!(schema["properties"][section].is_object(), "{section}");
    }
    assert_eq!(schema["additionalProperties"], false, "an unknown key is a fault for editors, too");
}
