//! `dateline support-bundle`: what is in it, and what never is.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use dateline_testkit::NatsServer;
use flate2::read::GzDecoder;

use crate::once::dateline;
use crate::pipeline::{PATIENCE, Pipeline, Service};

const SECRET: &str = "hunter2-of-the-broker";

fn unpacked(bundle: &Path) -> BTreeMap<String, String> {
    let mut archive = tar::Archive::new(GzDecoder::new(std::fs::File::open(bundle).unwrap()));
    let read = |mut entry: tar::Entry<'_, _>| {
        let name = entry.path().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (name, text)
    };
    archive.entries().unwrap().map(|entry| read(entry.unwrap())).collect()
}

#[tokio::test]
async fn a_bundle_tells_the_state_and_no_secret() {
    let server = NatsServer::builder()
        .extra_config(&format!("authorization {{ user: desk, password: \"{SECRET}\" }}"))
        .start();
    let pipeline = Pipeline::new();
    let run = pipeline.run("producer", &server.url());
    let run = run.env("DATELINE_NATS__USER", "desk").env("DATELINE_NATS__PASSWORD", SECRET);
    let mut service = Service::start_ready(run.env("DATELINE_PRODUCER__PUSH__LISTEN", "127.0.0.1:0")).await;
    let admin = service.admin().await.to_string();
    std::fs::create_dir_all(pipeline.data()).unwrap();
    let out = pipeline.data().join("bundle.tar.gz");
    let bundle = || {
        dateline(["support-bundle", "--admin", &admin, "--nats-url", &server.url(), "--out"])
            .arg(&out)
            .data(&pipeline.data())
            .env("DATELINE_NATS__USER", "desk")
            .env("DATELINE_NATS__PASSWORD", SECRET)
            .env("DATELINE_STORE__KIND", "webhook")
            .env("DATELINE_STORE__WEBHOOK__URL", "https://127.0.0.1:1/services/T0/B0?key=query-secret")
    };
    let told = bundle().succeed();
    let parts = unpacked(&out);
    for (name, text) in &parts {
        for secret in [SECRET, "services/T0/B0", "query-secret"] {
            assert!(!text.contains(secret), "{secret} in {name}: {text}");
        }
        assert!(told.stdout.contains(name), "{name} is not told of in {}", told.stdout);
    }
    let has = |name: &str, words: &str| assert!(parts[name].contains(words), "{name}: {}", parts[name]);
    has("version.txt", env!("CARGO_PKG_VERSION"));
    has("config.toml", "user = \"desk\"  # env DATELINE_NATS__USER");
    has("config.toml", "password = \"[redacted]\"");
    has("admin.txt", "/readyz 200 ready");
    has("metrics.txt", "dateline_build_info");
    has("checks.txt", "stream DATELINE_RAW");
    has("status.json", "DATELINE_RAW");
    has("broker.json", "max_bytes");
    has("host.txt", "memory");
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    bundle().fail(1, &["could not write", "--out"]);
    service.stop().await;
}

#[test]
fn a_bundle_is_made_where_nothing_runs() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("bundle.tar.gz");
    dateline(["support-bundle", "--admin", "127.0.0.1:1", "--out"]).arg(&out).data(folder.path()).succeed();
    let parts = unpacked(&out);
    assert!(parts["status.json"].contains("no NATS server is known"), "{}", parts["status.json"]);
    assert!(parts["metrics.txt"].contains("no process answers"), "{}", parts["metrics.txt"]);
}

#[tokio::test]
async fn letters_come_without_their_payload() {
    let pipeline = Pipeline::new();
    let mut service = Service::start_ready(pipeline.up()).await;
    pipeline.drop_into_inbox(
        "noise.bin",
        [b"perihelion".as_slice(), &[0xff, 0xfe, 0, 1, 0x80].repeat(99)].concat(),
    );
    dateline_testkit::eventually("the dead letter", PATIENCE, || {
        let letters = pipeline.dead_letters().len();
        async move { (letters == 1).then_some(()) }
    })
    .await;
    let out = pipeline.data().join("bundle.tar.gz");
    let admin = service.admin().await.to_string();
    dateline(["support-bundle", "--admin", &admin, "--out"]).arg(&out).data(&pipeline.data()).succeed();
    let letters = &unpacked(&out)["dead-letters.jsonl"];
    let head: serde_json::Value = serde_json::from_str(letters).unwrap();
    assert_eq!((&head["stage"], &head["reason"]), (&"producer".into(), &"unreadable".into()));
    assert!(head.get("payload").is_none() && !letters.contains("perihelion"), "{letters}");
    service.stop().await;
}
