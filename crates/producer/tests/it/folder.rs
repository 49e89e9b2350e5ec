//! A watched folder: complete files are taken in once, whatever happens meanwhile.

use crate::support::{Rig, article};
use dateline_model::{DeadReason, Stage};
use dateline_producer::{FolderSource, InputReport, Ledger, Pass};
use dateline_testkit::{LocalMetrics, NatsServer, StageCounts, eventually_true};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A folder beside a broker.
struct Inbox {
    rig: Rig,
    folder: TempDir,
    state: TempDir,
}

impl Inbox {
    async fn start() -> Self {
        Self::on(Rig::start().await)
    }

    fn on(rig: Rig) -> Self {
        Self { rig, folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() }
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.state.path().join("cursors.jsonl")).unwrap().unwrap()
    }

    /// The source as a starting process makes it.
    fn watched(&self) -> FolderSource {
        FolderSource::watched(self.folder.path(), "Inbox", self.ledger(), self.rig.acceptor())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }
}

async fn pass(source: &mut FolderSource) -> Pass {
    source.pass(&CancellationToken::new(), |_| {}).await.unwrap()
}

/// Two looks: what is complete by now is taken in by the second.
async fn settled_pass(source: &mut FolderSource) -> Pass {
    assert_eq!(pass(source).await, Pass::default());
    pass(source).await
}

fn accepted(files: u64, accepted: u64) -> Pass {
    Pass { files, report: InputReport { accepted, ..InputReport::default() } }
}

#[tokio::test]
async fn a_new_file_is_taken_once_and_a_changed_one_again() {
    let inbox = Inbox::start().await;
    let mut source = inbox.watched();
    inbox.write("a.json", "{\"url\":\"https://e.org/a\",\"title\":\"A\",\"text\":\"first\"}");
    assert_eq!(settled_pass(&mut source).await, accepted(1, 1));
    assert_eq!(pass(&mut source).await, Pass::default());
    inbox.write("a.json", "{\"url\":\"https://e.org/a\",\"title\":\"A\",\"text\":\"second one\"}");
    assert_eq!(settled_pass(&mut source).await, accepted(1, 1));
    let [first, second] = inbox.rig.published().await.try_into().ok().unwrap();
    assert_eq!(first.raw.article_id, second.raw.article_id);
    assert_ne!(first.raw.content_hash, second.raw.content_hash);
    assert!(first.raw.ingested_at < second.raw.ingested_at);
    assert_eq!(second.raw.article.text, "second one");
}

#[tokio::test]
async fn a_file_that_grows_is_waited_for() {
    let inbox = Inbox::start().await;
    let mut source = inbox.watched();
    inbox.write("a.jsonl", article("one") + "\n{\"tit");
    assert_eq!(pass(&mut source).await, Pass::default());
    inbox.write("a.jsonl", article("one") + "\n" + &article("two"));
    assert_eq!(settled_pass(&mut source).await, accepted(1, 2));
    assert!(inbox.rig.dead().await.is_empty());
}

#[tokio::test]
async fn hidden_and_unfinished_files_wait_for_their_name() {
    let inbox = Inbox::start().await;
    let mut source = inbox.watched();
    for name in ["a.json.tmp", "b.part", ".c.json", ".hidden/d.json"] {
        inbox.write(name, article(name));
    }
    assert_eq!(settled_pass(&mut source).await, Pass::default());
    fs::rename(inbox.path("a.json.tmp"), inbox.path("a.json")).unwrap();
    assert_eq!(settled_pass(&mut source).await, accepted(1, 1));
    assert_eq!(inbox.rig.titles().await, ["a.json.tmp"]);
}

#[tokio::test]
async fn a_subfolder_names_the_source() {
    let inbox = Inbox::start().await;
    let mut source = inbox.watched();
    for name in ["top.json", "Kyiv Wire/x.json", "radio/deep/y.json"] {
        inbox.write(name, article(name));
    }
    assert_eq!(settled_pass(&mut source).await, accepted(3, 3));
    let mut subjects: Vec<String> = inbox.rig.published().await.into_iter().map(|one| one.subject).collect();
    subjects.sort();
    assert_eq!(subjects, ["dateline.raw.inbox", "dateline.raw.kyiv-wire", "dateline.raw.radio"]);
}

#[tokio::test]
async fn a_restart_goes_on_where_it_was() {
    let inbox = Inbox::start().await;
    inbox.write("a.json", article("a"));
    assert_eq!(settled_pass(&mut inbox.watched()).await, accepted(1, 1));
    let mut source = inbox.watched();
    assert_eq!(settled_pass(&mut source).await, Pass::default());
    inbox.write("b.json", article("b"));
    assert_eq!(settled_pass(&mut source).await, accepted(1, 1));
    assert_eq!(inbox.rig.titles().await, ["a", "b"]);
}

#[tokio::test]
async fn files_that_are_all_there_need_no_second_look() {
    let inbox = Inbox::start().await;
    inbox.write("a.txt", " date 2023-11-07 A headline\n\nAnd its text.\n");
    inbox.write("b.jsonl", format!("{0}\n{0}\n{1}\n", article("b"), article("c")));
    let mut source =
        FolderSource::finished(inbox.folder.path(), "seeds", inbox.ledger(), inbox.rig.acceptor());
    let mut heard = Vec::new();
    let stop = CancellationToken::new();
    let pass = source.pass(&stop, |progress| heard.push(progress.files)).await.unwrap();
    assert_eq!(pass.report, InputReport { accepted: 3, duplicates: 1, dead: 0 });
    assert_eq!(heard, [1, 2]);
}

#[tokio::test]
async fn many_files_are_taken_in_the_order_of_their_names() {
    let inbox = Inbox::start().await;
    let lines =
        |file: u32| (0..3).map(|line| article(&format!("{file:03} {line}")) + "\n").collect::<String>();
    for file in 0..100 {
        inbox.write(&format!("{file:03}.jsonl"), lines(file));
    }
    let mut source = inbox.watched();
    assert_eq!(settled_pass(&mut source).await, accepted(100, 300));
    let mut published = inbox.rig.published().await;
    published.sort_by_key(|one| one.raw.ingested_at);
    let titles: Vec<_> = published.into_iter().filter_map(|one| one.raw.article.title).collect();
    assert!(titles.is_sorted(), "{titles:?}");
}

#[tokio::test]
async fn the_versions_of_an_article_come_one_after_the_other() {
    let inbox = Inbox::start().await;
    let version =
        |file: u32| format!("{{\"url\":\"https://e.org/a\",\"title\":\"A\",\"text\":\"{file:03}\"}}");
    for file in 0..30 {
        inbox.write(&format!("{file:03}.json"), version(file));
    }
    let mut source = inbox.watched();
    assert_eq!(settled_pass(&mut source).await, accepted(30, 30));
    let texts: Vec<_> = inbox.rig.published().await.into_iter().map(|one| one.raw.article.text).collect();
    assert_eq!(texts, (0..30).map(|file| format!("{file:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_broken_file_becomes_a_letter_and_stops_nobody() {
    let metrics = LocalMetrics::record();
    let inbox = Inbox::start().await;
    let mut source = inbox.watched();
    let broken = article("good") + "\n{\"title\": 5}\n" + &article("good too");
    inbox.write("wire/a.jsonl", &broken);
    inbox.write("wire/b.bin", [0xff_u8, 0, 1, 2, 0, 0xfe, 0, 0].repeat(100));
    inbox.write("z.json", article("last"));
    let pass = settled_pass(&mut source).await;
    assert_eq!(pass, Pass { files: 3, report: InputReport { accepted: 3, duplicates: 0, dead: 2 } });
    let [line, binary] = inbox.rig.dead().await.try_into().unwrap();
    assert_eq!((line.letter.stage, line.letter.reason), (Stage::Producer, DeadReason::Invalid));
    assert_eq!(line.letter.subject, "dateline.raw.wire");
    let place = line.letter.place.unwrap();
    assert!(place.ends_with("wire/a.jsonl:2:11"), "{place}");
    assert_eq!(line.letter.payload.bytes().unwrap(), b"{\"title\": 5}");
    assert!(line.letter.detail.contains("`title`"), "{}", line.letter.detail);
    assert_eq!(binary.letter.reason, DeadReason::Unreadable);
    assert_eq!(binary.letter.payload.bytes().unwrap().len(), 800);
    let expected = StageCounts { received: 5.0, sent: 3.0, dead: 2.0, ..StageCounts::default() };
    assert_eq!(metrics.read().stage("producer"), expected);
}

#[tokio::test]
async fn an_article_too_large_for_the_broker_does_not_stand_in_the_way() {
    let inbox = Inbox::on(Rig::on(NatsServer::builder().max_payload(128 << 10).start()).await);
    let mut source = inbox.watched();
    inbox.write("a.json", format!("{{\"title\":\"huge\",\"text\":\"{}\"}}", "x".repeat(200 << 10)));
    inbox.write("b.json", article("its neighbour"));
    let pass = settled_pass(&mut source).await;
    assert_eq!(pass, Pass { files: 2, report: InputReport { accepted: 1, duplicates: 0, dead: 1 } });
    let letter = inbox.rig.dead().await.remove(0).letter;
    assert_eq!(letter.reason, DeadReason::TooLarge);
    assert!(letter.truncated_bytes > 0);
    assert!(letter.place.unwrap().contains("a.json"));
}

#[tokio::test]
async fn a_broker_that_is_away_is_waited_out() {
    let mut inbox = Inbox::start().await;
    inbox.write("a.jsonl", article("good") + "\n{broken\n");
    let mut source = inbox.watched();
    pass(&mut source).await;
    inbox.rig.lose_broker().await;
    let waiting = tokio::spawn(async move { pass(&mut source).await });
    inbox.rig.server.restart();
    let expected = Pass { files: 1, report: InputReport { accepted: 1, duplicates: 0, dead: 1 } };
    assert_eq!(waiting.await.unwrap(), expected);
}

#[tokio::test]
async fn what_was_not_accepted_at_a_stop_comes_again() {
    let mut inbox = Inbox::start().await;
    inbox.write("a.json", article("a"));
    let (mut source, stop) = (inbox.watched(), CancellationToken::new());
    pass(&mut source).await;
    inbox.rig.lose_broker().await;
    let stopped = tokio::spawn({
        let stop = stop.clone();
        async move { source.pass(&stop, |_| {}).await }
    });
    stop.cancel();
    if let Ok(pass) = stopped.await.unwrap() {
        assert_eq!(pass.files, 0);
    }
    inbox.rig.server.restart();
    assert_eq!(settled_pass(&mut inbox.watched()).await, accepted(1, 1));
}

#[tokio::test]
async fn a_watch_takes_what_is_dropped_in_until_it_is_stopped() {
    let inbox = Inbox::start().await;
    let stop = CancellationToken::new();
    let watch = tokio::spawn(inbox.watched().watch(Duration::from_millis(20), stop.clone()));
    for (name, count) in [("a.json", 1), ("b.json", 2)] {
        inbox.write(name, article(name));
        eventually_true("the file to be taken in", async || inbox.rig.count().await == count).await;
    }
    stop.cancel();
    watch.await.unwrap().unwrap();
    assert_eq!(inbox.ledger().len(), 2);
}
