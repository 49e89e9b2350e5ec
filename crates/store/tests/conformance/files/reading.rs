//! Reads files of every form back.

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::RowAccessor;
use bytes::Bytes;
use dateline_model::NewsRecord;
use std::io::Read;

/// The column of a Parquet file that holds the record.
const RECORD: usize = 14;

/// The records in a file of this name; fails where it is not whole.
pub(crate) fn records_in(name: &str, bytes: Vec<u8>) -> Vec<NewsRecord> {
    let file = name.rsplit('/').next().unwrap();
    let mut text = String::new();
    match file.split_once('.').map(|(_, kind)| kind) {
        Some("parquet") => return rows(bytes),
        Some("jsonl.gz") => {
            flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        }
        Some("jsonl.zst") => {
            zstd::Decoder::new(&*bytes).unwrap().read_to_string(&mut text).unwrap();
        }
        Some("jsonl") => text = String::from_utf8(bytes).unwrap(),
        other => panic!("{name} is of no known kind: {other:?}"),
    }
    assert!(text.ends_with('\n'), "{name} is cut");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A Parquet file, by the reader of the same library.
pub(crate) fn parquet(bytes: Vec<u8>) -> SerializedFileReader<Bytes> {
    SerializedFileReader::new(Bytes::from(bytes)).unwrap()
}

fn rows(bytes: Vec<u8>) -> Vec<NewsRecord> {
    let reader = parquet(bytes);
    let record = |row: ::parquet::errors::Result<::parquet::record::Row>| {
        serde_json::from_str(row.unwrap().get_string(RECORD).unwrap()).unwrap()
    };
    reader.get_row_iter(None).unwrap().map(record).collect()
}
