//! Long-lived processes: `dateline up` and `dateline run`, with the ports that they open.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use dateline_store::{RecordReader, SqliteConfig, SqliteReader, Totals};
use dateline_testkit::{Dateline, DatelineBuilder, Metrics, Signal, TestArticle, eventually, http};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::Instant;

use crate::once::{DATELINE, dateline};

/// Enough for any start or stop, on a machine under load.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// One pipeline's folder, which outlives its processes.
#[derive(Debug)]
pub(crate) struct Pipeline {
    folder: TempDir,
}

/// A running process of it.
#[derive(Debug)]
pub(crate) struct Service {
    process: Dateline,
}

impl Pipeline {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The watched folder of `dateline up`.
    pub(crate) fn inbox(&self) -> PathBuf {
        self.data().join("inbox")
    }

    /// The database.
    pub(crate) fn store(&self) -> PathBuf {
        self.data().join("articles.db")
    }

    /// `dateline up` in a folder without seeds; ports are free ones.
    pub(crate) fn up(&self) -> DatelineBuilder {
        self.command("up").env("DATELINE_PRODUCER__PUSH__LISTEN", "127.0.0.1:0")
    }

    /// `dateline run ROLE` against a server.
    pub(crate) fn run(&self, role: &str, nats_url: &str) -> DatelineBuilder {
        self.command("run").args([role, "--nats-url", nats_url])
    }

    fn command(&self, verb: &str) -> DatelineBuilder {
        Dateline::binary(DATELINE)
            .current_dir(self.folder.path())
            .arg(verb)
            .arg("--data-dir")
            .arg(self.data())
            .env("DATELINE_LOG__FORMAT", "json")
            .env("DATELINE_ADMIN__LISTEN", "127.0.0.1:0")
    }

    /// Puts a finished file into the inbox, as a careful writer does.
    pub(crate) fn drop_into_inbox(&self, name: &str, content: impl AsRef<[u8]>) {
        drop_into(&self.inbox(), name, content);
    }

    /// What the store holds; `None` while there is none.
    pub(crate) async fn totals(&self) -> Option<Totals> {
        let reader = SqliteReader::open(SqliteConfig::at(self.store())).await.ok()?;
        reader.totals().await.ok()
    }

    /// Waits until so many articles are stored.
    pub(crate) async fn wait_stored(&self, articles: u64, patience: Duration) {
        let deadline = Instant::now() + patience;
        loop {
            let totals = self.totals().await;
            if totals.as_ref().is_some_and(|totals| totals.articles >= articles) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{patience:?} for {articles} articles were not enough: {totals:?}"
            );
            // A count of thousands of rows is work, which the pipeline needs more.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Checks that the store holds each of these articles once, in one version, as it was sent,
    /// and nothing else: every one is there, and there are no more of them.
    pub(crate) async fn assert_holds(&self, load: &[TestArticle]) {
        let reader = SqliteReader::open(SqliteConfig::at(self.store())).await.expect("the store is there");
        for article in load {
            let record = reader.get(article.article_id()).await.expect("the store can be read");
            let record = record.unwrap_or_else(|| panic!("{} is lost", article.id));
            let stored = (record.headline(), record.body());
            assert_eq!(stored, (Some(article.title.as_str()), article.text.as_str()));
        }
        let totals = reader.totals().await.expect("the store can be counted");
        let expected = load.len() as u64;
        assert_eq!((totals.articles, totals.versions, totals.retracted), (expected, expected, 0));
    }

    /// What `dateline status` tells.
    pub(crate) fn status(&self) -> Value {
        dateline(["status", "--json"]).data(&self.data()).succeed().json()
    }

    /// The dead letters that `dateline dead list` tells.
    pub(crate) fn dead_letters(&self) -> Vec<Value> {
        dateline(["dead", "list", "--json"]).data(&self.data()).succeed().json_lines()
    }

    /// The process id of the broker child, if there is a living one.
    pub(crate) fn broker_pid(&self) -> Option<u32> {
        let pid: u32 =
            std::fs::read_to_string(self.data().join("broker/nats.pid")).ok()?.trim().parse().ok()?;
        let command = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let ours = self.data().join("broker/nats.conf");
        String::from_utf8_lossy(&command).contains(ours.to_str()?).then_some(pid)
    }

    /// SIGKILL to the broker child, which must be there; gives its process id.
    pub(crate) fn kill_broker(&self) -> u32 {
        let pid = self.broker_pid().expect("the broker runs");
        let sent = Command::new("sh").args(["-c", &format!("kill -9 {pid}")]).status();
        assert!(sent.is_ok_and(|status| status.success()), "could not kill {pid}");
        pid
    }

    /// Waits until no broker of this pipeline is left.
    pub(crate) async fn wait_broker_gone(&self) {
        eventually("the broker to be gone", PATIENCE, || async { self.broker_pid().is_none().then_some(()) })
            .await;
    }
}

/// Writes a file under a name that is left alone, then gives it its own.
pub(crate) fn drop_into(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let unfinished = folder.join(format!("{name}.part"));
    std::fs::create_dir_all(folder).expect("a temporary folder can be written to");
    std::fs::write(&unfinished, content).expect("a temporary folder can be written to");
    std::fs::rename(unfinished, folder.join(name)).expect("a file can be renamed in its folder");
}

impl Service {
    /// Starts the process.
    pub(crate) fn start(builder: DatelineBuilder) -> Self {
        Self { process: builder.spawn() }
    }

    /// Starts it and waits until it says that it is ready.
    pub(crate) async fn start_ready(builder: DatelineBuilder) -> Self {
        let mut service = Self::start(builder);
        let admin = service.admin().await;
        service.process.wait_ready(admin, PATIENCE).await;
        service
    }

    /// The admin port.
    pub(crate) async fn admin(&mut self) -> SocketAddr {
        self.address("admin port listens").await
    }

    /// The port for pushes.
    pub(crate) async fn push(&mut self) -> SocketAddr {
        self.address("push port listens").await
    }

    /// The address that a message of the log tells.
    async fn address(&mut self, message: &str) -> SocketAddr {
        let process = &mut self.process;
        eventually(message, PATIENCE, || {
            let (found, ended) = (process.logged_address(message), process.exit_status());
            let said = process.stderr();
            assert!(found.is_some() || ended.is_none(), "dateline ended ({ended:?}); it said:\n{said}");
            async move { found }
        })
        .await
    }

    /// The metrics that it shows.
    pub(crate) async fn metrics(&mut self) -> Metrics {
        let admin = self.admin().await;
        self.process.metrics(admin).await
    }

    /// `GET` on the admin port: status and body.
    pub(crate) async fn ask(&mut self, path: &str) -> (u16, String) {
        let admin = self.admin().await;
        let answer = http::get(admin, path).await.expect("the admin port answers");
        (answer.status, answer.body)
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.exit_status().is_some()
    }

    /// SIGKILL.
    pub(crate) fn kill9(&mut self) {
        self.process.kill9();
    }

    /// Sends a signal.
    pub(crate) fn signal(&mut self, signal: Signal) {
        self.process.signal(signal);
    }

    /// SIGTERM, without waiting.
    pub(crate) fn terminate(&mut self) {
        self.process.signal(Signal::Terminate);
    }

    /// Waits for a clean end.
    pub(crate) async fn wait_clean_end(&mut self) {
        let status = self.process.wait_exit(PATIENCE).await;
        assert!(status.success(), "{status}; it said:\n{}", self.process.stderr());
    }

    /// SIGTERM, which must end it cleanly.
    pub(crate) async fn stop(mut self) {
        self.terminate();
        self.wait_clean_end().await;
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// What its log says until now.
    pub(crate) fn log(&self) -> String {
        self.process.stderr()
    }

    /// Waits until its log says this.
    pub(crate) async fn said(&mut self, message: &str) {
        let process = &self.process;
        eventually(message, PATIENCE, || async { process.stderr().contains(message).then_some(()) }).await;
    }

    /// Waits until `up` has fed its seeds and told so; gives the summary.
    pub(crate) async fn summary(&mut self) -> String {
        let process = &mut self.process;
        eventually("the summary", PATIENCE, || {
            let (said, ended) = (process.stdout(), process.exit_status());
            assert!(ended.is_none(), "dateline ended ({ended:?}); it said:\n{}", process.stderr());
            async move { said.contains("Ctrl-C").then_some(said) }
        })
        .await
    }
}
