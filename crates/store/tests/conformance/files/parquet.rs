//! What other programs find in a Parquet file.

use super::{Files, records_of, visible};
use crate::fixture::draft;
use crate::writing::Written;
use dateline_model::EntityType::{Person, Place};
use dateline_model::NewsRecord;
use dateline_store::{FileKind, FileOptions};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use std::fs::File;

fn rows(file: &File) -> Vec<Row> {
    let reader = SerializedFileReader::new(file.try_clone().unwrap()).unwrap();
    reader.get_row_iter(None).unwrap().map(Result::unwrap).collect()
}

fn field<'a>(row: &'a Row, name: &str) -> &'a Field {
    row.get_column_iter().find(|(column, _)| *column == name).unwrap().1
}

/// The records of a file, by its column of JSON.
pub(super) fn records(file: &File) -> Vec<NewsRecord> {
    let json = |row: &Row| match field(row, "record") {
        Field::Str(json) => serde_json::from_str(json).unwrap(),
        Field::Bytes(json) => serde_json::from_slice(json.data()).unwrap(),
        other => panic!("{other:?}"),
    };
    rows(file).iter().map(json).collect()
}

#[tokio::test]
async fn columns_say_what_the_record_says() {
    let files = Files::of(FileKind::Parquet, FileOptions::default());
    let store = files.writer().await;
    let full = draft("full", "Body.")
        .headline("Title")
        .published("2023-11-07")
        .names(Person, "Ada")
        .linked("https://example.org/ada")
        .names(Place, "Paris")
        .speaks_of("2023-11")
        .at(1);
    let bare = draft("bare", "").at(2).retracted();
    let also = draft("also", "More.").at(3).speaks_of("2024").speaks_of("2025-01-02");
    store.write(vec![full.record(), bare.record(), also.record()]).await.unwrap();
    store.flush().await.unwrap();
    let paths = visible(files.path());
    assert_eq!(paths.len(), 1);
    assert_eq!(records_of(&paths[0]).len(), 3);
    let text: String = rows(&File::open(&paths[0]).unwrap())
        .iter()
        .map(|row| {
            let columns = row.get_column_iter().filter(|(name, _)| *name != "record");
            columns.map(|(name, value)| format!("{name}: {value}\n")).collect::<String>() + "\n"
        })
        .collect();
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn many_row_groups_are_one_file() {
    let files = Files::of(FileKind::Parquet, FileOptions::default());
    let store = files.writer().await;
    let long = "words of a long article ".repeat(500_000);
    for n in 0..4 {
        store.write(vec![draft(&n.to_string(), &long).record()]).await.unwrap();
    }
    store.flush().await.unwrap();
    let paths = visible(files.path());
    assert_eq!(paths.len(), 1);
    let reader = SerializedFileReader::new(File::open(&paths[0]).unwrap()).unwrap();
    assert!(reader.num_row_groups() > 1, "{}", reader.num_row_groups());
    assert_eq!(records_of(&paths[0]).len(), 4);
}
