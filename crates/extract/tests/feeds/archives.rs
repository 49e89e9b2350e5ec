//! Web archives.

use dateline_extract::warc::{Archive, Position, WarcFault};
use dateline_extract::{Format, Input, Limits, extract, sniff};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

fn record(kind: &str, url: &str, block: &str) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2023-11-07T10:00:00Z\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    format!("{head}{block}\r\n\r\n").into_bytes()
}

fn answer(title: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel><item><title>{title}</title><link>/a</link></item></channel></rss>"
    )
}

fn records() -> Vec<Vec<u8>> {
    vec![
        record("warcinfo", "", "software: x"),
        record("request", "https://example.org/1", "GET / HTTP/1.1\r\n\r\n"),
        record("response", "https://example.org/1", &answer("One")),
        record("response", "https://example.org/2", &answer("Two").replace("200 OK", "404 Not Found")),
        record(
            "response",
            "https://example.org/p.png",
            "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\u{1}PNG",
        ),
        record("response", "<https://example.org/3>", &answer("Three")),
    ]
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The three ways in which archives are stored.
fn archives() -> [Vec<u8>; 3] {
    let members = records().iter().flat_map(|record| packed(record)).collect();
    [records().concat(), members, packed(&records().concat())]
}

#[test]
fn the_articles_of_an_archive() {
    for bytes in archives() {
        let items = extract(&Input::new("a.warc.gz", &bytes), &Limits::default());
        let items: Vec<_> = items.into_iter().map(Result::unwrap).collect();
        let titles: Vec<_> = items.iter().map(|item| item.title.as_deref().unwrap()).collect();
        assert_eq!(titles, ["One", "Three"]);
        assert_eq!(items[1].url.as_deref(), Some("https://example.org/a"));
        assert_eq!((items[1].origin.path.as_str(), items[1].origin.index), ("a.warc.gz", 1));
    }
    assert_eq!(sniff(&archives()[0], "-", None), Format::Warc);
}

#[test]
fn reading_goes_on_at_any_record() {
    for bytes in archives() {
        let all: Vec<_> = Archive::new(bytes.as_slice(), Limits::default()).map(Result::unwrap).collect();
        assert_eq!(all.len(), 6);
        for (index, record) in all.iter().enumerate() {
            let offset = usize::try_from(record.position.offset).unwrap();
            let rest = Archive::from_position(&bytes[offset..], Limits::default(), record.position);
            assert_eq!(rest.map(Result::unwrap).collect::<Vec<_>>(), all[index..], "{:?}", record.position);
        }
    }
}

#[test]
fn a_packed_page_behind_a_damaged_record_is_no_packed_archive() {
    let page =
        [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".to_vec(), packed(b"<p>One</p>")].concat();
    // Its length leaves the packed part out, which then stands between two records.
    let length = page.len() - packed(b"<p>One</p>").len();
    let head = format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {length}\r\n\r\n");
    let bytes = [head.into_bytes(), page, b"\r\n\r\n".to_vec(), records().concat()].concat();
    let all: Vec<_> = Archive::new(bytes.as_slice(), Limits::default()).filter_map(Result::ok).collect();
    assert_eq!(all.len(), 7);
    for (index, record) in all.iter().enumerate() {
        let offset = usize::try_from(record.position.offset).unwrap();
        let rest = Archive::from_position(&bytes[offset..], Limits::default(), record.position).plain();
        assert_eq!(rest.filter_map(Result::ok).collect::<Vec<_>>(), all[index..], "{:?}", record.position);
    }
}

#[test]
fn the_position_is_where_the_next_record_begins() {
    let bytes = records().concat();
    let mut archive = Archive::new(bytes.as_slice(), Limits::default());
    assert_eq!(archive.position(), Position::default());
    archive.next().unwrap().unwrap();
    assert_eq!(archive.position(), Position { offset: records()[0].len() as u64, record: 0 });
    assert_eq!(archive.by_ref().count(), 5);
    assert_eq!(archive.position().offset, bytes.len() as u64);
}

#[test]
fn damaged_records_are_told_and_passed_over() {
    let mut parts = records();
    parts.insert(3, b"garbage\r\nmore\r\n".to_vec());
    let bytes = parts.concat();
    let found: Vec<_> = Archive::new(bytes.as_slice(), Limits::default()).collect();
    assert_eq!(found.iter().filter(|record| record.is_ok()).count(), 6);
    assert!(matches!(found[3].as_ref().unwrap_err().fault, WarcFault::NoHeader));

    let cut = &bytes[..bytes.len() - 20];
    let last = Archive::new(cut, Limits::default()).last().unwrap().unwrap_err();
    assert!(matches!(last.fault, WarcFault::BrokenOff));
    assert!(last.is_last);

    for bytes in &archives()[1..] {
        let cut = &bytes[..bytes.len() - 20];
        assert!(Archive::new(cut, Limits::default()).last().unwrap().is_err());
    }

    let limits = Limits { max_input_bytes: 30, ..Limits::default() };
    let found: Vec<_> = Archive::new(bytes.as_slice(), limits).collect();
    assert_eq!(found.iter().filter(|record| record.is_ok()).count(), 2);
    assert!(
        found
            .iter()
            .filter_map(|record| record.as_ref().err())
            .any(|error| matches!(error.fault, WarcFault::TooLarge { .. }))
    );
}
