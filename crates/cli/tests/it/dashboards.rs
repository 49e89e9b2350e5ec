//! Metrics as Prometheus sees them: the text form is clean, and every query of every
//! dashboard, alert and recording rule finds what it asks for in a pipeline that works.
//!
//! A real Prometheus scrapes a real pipeline after the seeds and a load; it is the one that
//! `DATELINE_PROMETHEUS` names, or the one on PATH, and promtool likewise.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dateline_testkit::json_lines;
use dateline_testkit::{articles, eventually, free_port, http};
use serde_json::Value;

use crate::once::seeds;
use crate::pipeline::{PATIENCE, Pipeline, Service};

/// A running Prometheus; it ends with the test.
struct Prometheus {
    child: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        assert!(ended.is_ok() || std::thread::panicking(), "{ended:?}");
    }
}

fn program(variable: &str, name: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| PathBuf::from(name), PathBuf::from)
}

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

impl Prometheus {
    /// Scrapes `target` each second, with the project's own rules.
    fn start(target: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rules = deploy().join("prometheus").canonicalize().unwrap();
        let config = format!(
            "global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\n\
             rule_files: [\"{0}/recording.rules.yml\", \"{0}/alerts.rules.yml\"]\n\
             scrape_configs:\n  - job_name: dateline\n    static_configs: [{{ targets: [\"{target}\"] }}]\n",
            rules.display()
        );
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, config).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let log = File::create(folder.path().join("log")).unwrap();
        let child = Command::new(program("DATELINE_PROMETHEUS", "prometheus"))
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect(
                "prometheus is installed: ./deploy/test.sh fetches it and says so in DATELINE_PROMETHEUS",
            );
        Self { child, address, _folder: folder }
    }

    /// How many series a query gives now, with a number each.
    async fn numbers(&self, query: &str) -> usize {
        let path = format!("/api/v1/query?query={}", percent_encoded(query));
        let Ok(answer) = http::get(self.address, &path).await else { return 0 };
        assert!(answer.status == 200 || answer.status == 503, "{query}: {}", answer.body);
        let result = answer.json();
        let series = result["data"]["result"].as_array().cloned().unwrap_or_default();
        series.iter().filter(|one| one["value"][1].as_str().is_some_and(|value| value != "NaN")).count()
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02X}"))
}

/// Title and query of every panel, with Grafana's variables filled in.
fn queries() -> Vec<(String, String)> {
    let mut queries = Vec::new();
    for file in std::fs::read_dir(deploy().join("grafana/dashboards")).unwrap() {
        let dashboard: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            for target in panel["targets"].as_array().into_iter().flatten() {
                let name = format!("{} / {}", dashboard["title"], panel["title"]);
                let query = target["expr"].as_str().unwrap();
                let query = query.replace("$__rate_interval", "30s").replace("$__range", "5m");
                queries.push((name, query.replace("$job", ".*")));
            }
        }
    }
    queries
}

/// The pipeline of these tests: seeds, a load of which some is sent again, a push.
async fn worked(pipeline: &Pipeline) -> (Service, SocketAddr) {
    let mut service = Service::start_ready(pipeline.up().arg("--seeds").arg(seeds())).await;
    let admin = service.admin().await;
    let push = service.push().await;
    let body = r#"{"title":"Pushed","text":"Ada Lovelace met Charles Babbage in London on Friday.","published":"2023-11-07T10:00:00Z"}"#;
    assert_eq!(http::post(push, "/articles", &[], body.as_bytes()).await.unwrap().status, 202);
    (service, admin)
}

#[tokio::test]
async fn no_panel_is_without_data() {
    let pipeline = Pipeline::new();
    let (service, admin) = worked(&pipeline).await;
    let prometheus = Prometheus::start(admin);
    let queries = queries();
    assert!(queries.len() > 60, "{} queries", queries.len());
    // The load goes on while the queries are asked: rates need something that grows.
    let mut sent = 0_u64;
    let mut missing: Vec<(String, String)> = queries;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !missing.is_empty() {
        assert!(tokio::time::Instant::now() < deadline, "without data: {missing:#?}");
        let load = json_lines(articles(40, 100 + sent % 7));
        pipeline.drop_into_inbox(&format!("load-{sent}.jsonl"), load);
        sent += 1;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut still = Vec::new();
        for (name, query) in missing {
            if prometheus.numbers(&query).await == 0 {
                still.push((name, query));
            }
        }
        missing = still;
    }
    // Every recording rule of flow and lag gives something too, and no rule is broken.
    for rule in ["stage:dateline_in:rate5m", "stage:dateline_unaccounted:sum", "stream:dateline_fill:ratio"] {
        eventually(rule, PATIENCE, || async { (prometheus.numbers(rule).await > 0).then_some(()) }).await;
    }
    let rules = http::get(prometheus.address, "/api/v1/rules").await.unwrap();
    assert!(!rules.body.contains("\"health\":\"err\""), "{}", rules.body);
    service.stop().await;
}

#[tokio::test]
async fn promtool_finds_nothing_wrong_with_the_text_form() {
    let pipeline = Pipeline::new();
    let (service, admin) = worked(&pipeline).await;
    let text = http::get(admin, "/metrics").await.unwrap().body;
    let mut promtool = Command::new(program("DATELINE_PROMTOOL", "promtool"))
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is installed: ./deploy/test.sh fetches it and says so in DATELINE_PROMTOOL");
    promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
    service.stop().await;
}
