//! Bulk loads: cut short and resumed, with damaged archives, and what an archive says of its dates.

use std::io::Write;
use std::path::Path;

use dateline_testkit::{Dateline, NatsServer, eventually};
use serde_json::Value;
use tempfile::TempDir;

use crate::once::{DATELINE, Done, Once, dateline};
use crate::pipeline::PATIENCE;

const TEXT: &str = "A first sentence of some length that a reader would call news, with all that belongs to it. \
                    A second one follows it, and says at length what else the reader ought to know about this.";

/// A broker and a folder to load.
struct Load {
    nats: NatsServer,
    folder: TempDir,
}

impl Load {
    fn new() -> Self {
        Self { nats: NatsServer::start(), folder: tempfile::tempdir().unwrap() }
    }

    fn archive(&self) -> std::path::PathBuf {
        self.folder.path().join("load")
    }

    fn command(&self, arguments: &[&str]) -> Once {
        dateline([arguments, &["--nats-url", &self.nats.url()]].concat())
            .data(&self.folder.path().join("data"))
    }

    fn backfill(&self) -> Done {
        self.command(&["backfill", self.archive().to_str().unwrap()]).run()
    }

    /// Messages in the raw stream; none before the load has made the streams.
    fn taken_in(&self) -> u64 {
        let status = self.command(&["status", "--json"]).run();
        if status.code != 0 {
            assert!(status.stderr.contains("stream not found"), "{status:#?}");
            return 0;
        }
        let status = status.json();
        let streams = status["broker"]["streams"].as_array().unwrap().clone();
        let raw = streams.iter().find(|stream| stream["name"] == "DATELINE_RAW");
        raw.and_then(|stream| stream["messages"].as_u64()).unwrap_or_default()
    }

    fn letters(&self) -> Vec<Value> {
        self.command(&["dead", "list", "--json"]).succeed().json_lines()
    }
}

fn record(number: usize, body: &str) -> Vec<u8> {
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}");
    let mut record = Vec::new();
    write!(
        record,
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://n.example/{number}\r\n\
         WARC-Date: 2016-09-19T17:20:24Z\r\nContent-Type: application/http; msgtype=response\r\n\
         Content-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
    .unwrap();
    record
}

fn page(number: usize) -> String {
    format!(
        "<!doctype html><html><head><title>News {number}</title></head><body><article><h1>News {number}</h1>\
         <p>{TEXT}</p><p>{TEXT} {number}</p></article></body></html>"
    )
}

fn write_archive(path: &Path, numbers: std::ops::Range<usize>) {
    let bytes: Vec<u8> = numbers.flat_map(|number| record(number, &page(number))).collect();
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_that_is_killed_goes_on_where_it_was() {
    const ARTICLES: usize = 1_200;
    let load = Load::new();
    std::fs::create_dir_all(load.archive()).unwrap();
    write_archive(&load.archive().join("a.warc"), 0..ARTICLES / 2);
    write_archive(&load.archive().join("b.warc"), ARTICLES / 2..ARTICLES);
    // Slow enough to be caught at it, twice.
    for least in [150, 750] {
        let mut process = Dateline::binary(DATELINE)
            .args(["backfill", "--rate", "300", "--nats-url", &load.nats.url(), "--data-dir"])
            .arg(load.folder.path().join("data"))
            .arg(load.archive())
            .spawn();
        eventually("some of it", PATIENCE, || {
            assert!(process.exit_status().is_none(), "it ended by itself: {}", process.stderr());
            let enough = load.taken_in() >= least;
            async move { enough.then_some(()) }
        })
        .await;
        process.kill9();
        assert!(load.taken_in() < ARTICLES as u64);
    }
    let done = load.backfill();
    assert_eq!(done.code, 0, "{done:#?}");
    assert_eq!(load.taken_in(), ARTICLES as u64, "nothing lost, nothing twice: {done:#?}");
    let again = load.backfill();
    assert!(again.stderr.contains("2 of 2 files (2 loaded before, 0 unreadable): accepted 0"), "{again:#?}");
    assert_eq!(load.letters(), Vec::<Value>::new());
}

/// A page that says when it was published.
fn dated(number: usize, published: &str) -> String {
    let meta = format!("<meta property=\"article:published_time\" content=\"{published}\">");
    page(number).replace("<head>", &format!("<head>{meta}"))
}

#[test]
fn what_cannot_be_read_is_kept_and_stops_nobody() {
    let load = Load::new();
    std::fs::create_dir_all(load.archive()).unwrap();
    let whole = [record(1, &page(1)), b"no record\r\nat all\r\n".to_vec(), record(2, &page(2))].concat();
    std::fs::write(load.archive().join("a.warc"), &whole).unwrap();
    let broken_off = [record(3, &page(3)), record(4, &page(4))].concat();
    std::fs::write(load.archive().join("b.warc"), &broken_off[..broken_off.len() - 40]).unwrap();
    std::fs::write(load.archive().join("c.warc.gz"), b"\x1f\x8b\x08 and then nothing of the kind").unwrap();
    std::fs::write(load.archive().join("d.html"), page(5)).unwrap();
    let done = load.backfill();
    assert_eq!(load.taken_in(), 4, "the sound ones are taken in: {done:#?}");
    let letters = load.letters();
    let about: Vec<String> = letters.iter().map(Value::to_string).collect();
    let count = |name: &str| about.iter().filter(|letter| letter.contains(name)).count();
    assert_eq!(
        (count("a.warc at byte"), count("b.warc at byte"), count("c.warc.gz")),
        (1, 1, 1),
        "{about:#?}"
    );
    assert_eq!(letters.len(), 3, "{about:#?}");
    let place = format!("a.warc at byte {}", record(1, &page(1)).len());
    assert!(about.iter().any(|letter| letter.contains(&place)), "{place}: {about:#?}");
    // The same letters are not written again.
    load.backfill();
    assert_eq!((load.taken_in(), load.letters().len()), (4, 3));
}

#[test]
fn nothing_in_an_archive_was_published_after_it_was_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.warc");
    // Every record was fetched on 2016-09-19.
    let check = |published: &str, expected: Option<&str>| {
        std::fs::write(&path, record(1, &dated(1, published))).unwrap();
        let read = dateline(["extract", path.to_str().unwrap()]).succeed().json();
        assert_eq!(read["published"]["value"].as_str(), expected, "{published}: {read:#}");
    };
    check("2016-09-18T10:00:00Z", Some("2016-09-18T10:00:00Z"));
    check("2016-09-19T18:00:00Z", Some("2016-09-19T18:00:00Z"));
    check("2017-03-01T10:00:00Z", None);
    check("2041-01-01T10:00:00Z", None);
}
