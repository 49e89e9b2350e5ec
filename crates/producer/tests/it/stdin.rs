//! Streams without end: taken in as they come.

use crate::support::{Rig, article};
use dateline_extract::Format;
use dateline_model::{Source, SourceKind};
use dateline_producer::{InputReport, ProducerError, read_stream};
use dateline_testkit::eventually_true;
use tokio::io::{AsyncWriteExt, BufReader, DuplexStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A stream that is being read; what is written into `input` is its content.
struct Reading {
    input: DuplexStream,
    stop: CancellationToken,
    task: JoinHandle<Result<InputReport, ProducerError>>,
}

impl Reading {
    fn start(rig: &Rig) -> Self {
        let (input, output) = tokio::io::duplex(64 << 10);
        let (acceptor, stop) = (rig.acceptor(), CancellationToken::new());
        let task = tokio::spawn({
            let stop = stop.clone();
            async move {
                let source = Source::new("pipe", SourceKind::Stdin);
                read_stream(BufReader::new(output), Format::Auto, &source, &acceptor, &stop).await
            }
        });
        Self { input, stop, task }
    }

    async fn write(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).await.unwrap();
    }

    /// The end of the stream, and what came of it.
    async fn end(self) -> InputReport {
        drop(self.input);
        self.task.await.unwrap().unwrap()
    }
}

fn report(accepted: u64, dead: u64) -> InputReport {
    InputReport { accepted, duplicates: 0, dead }
}

#[tokio::test]
async fn lines_are_accepted_as_they_come() {
    let rig = Rig::start().await;
    let mut reading = Reading::start(&rig);
    for count in 1..=3 {
        reading.write(&(article(&count.to_string()) + "\n")).await;
        eventually_true("the line to be accepted", async || rig.count().await == count).await;
    }
    // The last line may lack its end.
    reading.write(&article("last")).await;
    assert_eq!(reading.end().await, report(4, 0));
    assert_eq!(rig.titles().await, ["1", "2", "3", "last"]);
}

#[tokio::test]
async fn a_broken_line_in_the_middle_is_kept_with_its_place() {
    let rig = Rig::start().await;
    let mut reading = Reading::start(&rig);
    reading.write(&(article("a") + "\n\n{\"title\":\"cut\n" + &article("b") + "\n")).await;
    assert_eq!(reading.end().await, report(2, 1));
    let letter = rig.dead().await.remove(0).letter;
    assert!(letter.place.as_deref().unwrap().starts_with("-:3:"), "{:?}", letter.place);
    assert_eq!(letter.payload.bytes().unwrap(), b"{\"title\":\"cut");
    assert_eq!(letter.subject, "dateline.raw.pipe");
    let mut titles = rig.titles().await;
    titles.sort();
    assert_eq!(titles, ["a", "b"]);
}

#[tokio::test]
async fn other_formats_are_read_when_they_are_whole() {
    let check = async |content: &str, titles: &[&str]| {
        let rig = Rig::start().await;
        let mut reading = Reading::start(&rig);
        reading.write(content).await;
        assert_eq!(reading.end().await, report(titles.len() as u64, 0), "{content}");
        assert_eq!(rig.titles().await, titles);
    };
    check(" date 2023-11-07 A headline\n\nAnd its text.\n", &["A headline"]).await;
    check("[\n {\n  \"title\": \"A\"\n },\n {\n  \"title\": \"B\"\n }\n]\n", &["A", "B"]).await;
}

#[tokio::test]
async fn a_stop_ends_a_stream_that_does_not_end() {
    let rig = Rig::start().await;
    let mut reading = Reading::start(&rig);
    reading.write(&(article("a") + "\n")).await;
    eventually_true("the line to be accepted", async || rig.count().await == 1).await;
    reading.stop.cancel();
    assert_eq!(reading.task.await.unwrap().unwrap(), report(1, 0));
}

#[tokio::test]
async fn a_broker_that_is_away_is_waited_out() {
    let mut rig = Rig::start().await;
    let mut reading = Reading::start(&rig);
    rig.lose_broker().await;
    reading.write(&(article("a") + "\n{broken\n")).await;
    rig.server.restart();
    reading.write(&(article("b") + "\n")).await;
    assert_eq!(reading.end().await, report(2, 1));
    assert_eq!(rig.dead().await.len(), 1);
}
