//! What the columns of a Parquet file say.

use super::reading::parquet;
use super::{Files, records, visible};
use crate::fixture::{Draft, draft};
use crate::writing::Written;
use ::parquet::file::metadata::RowGroupMetaData;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::{Field, ListAccessor, Row, RowAccessor};
use ::parquet::schema::printer::print_schema;
use dateline_model::EntityType::{Organisation, Person};
use dateline_model::NewsRecord;
use dateline_store::{FileKind, FileOptions};
use proptest::prelude::*;

fn columns() -> Files {
    Files::of(FileKind::Parquet, FileOptions::default())
}

async fn write(files: &Files, batch: Vec<NewsRecord>) {
    let store = files.writer().await;
    store.write(batch).await.unwrap();
    store.flush().await.unwrap();
}

/// Readers of the files that are there.
fn readers(files: &Files) -> Vec<SerializedFileReader<bytes::Bytes>> {
    visible(files.path()).iter().map(|path| parquet(std::fs::read(path).unwrap())).collect()
}

fn rows(files: &Files) -> Vec<Row> {
    let read = |reader: &SerializedFileReader<_>| reader.get_row_iter(None).unwrap().collect::<Vec<_>>();
    readers(files).iter().flat_map(read).map(Result::unwrap).collect()
}

#[tokio::test]
async fn columns_say_what_the_record_says() {
    let files = columns();
    let full = draft("a", "Ada spoke of 2023.").headline("Title").summary("Summary").published("2023-11-07");
    let full = full.names(Person, "Ada").linked("https://www.wikidata.org/entity/Q7259").speaks_of("2023");
    let full = full.names(Organisation, "Reuters").speaks_of("2023-11-03");
    let mut vague = draft("b", "Recently.").speaks_of("2024").retracted();
    vague.0.dateline.timex[0].begin = None;
    vague.0.dateline.timex[0].end = None;
    write(&files, vec![full.record(), vague.record(), draft("c", "").record()]).await;
    let mut schema = Vec::new();
    print_schema(&mut schema, readers(&files)[0].metadata().file_metadata().schema());
    let without_record = |row: &Row| {
        let columns = row.get_column_iter().filter(|(name, _)| *name != "record");
        columns.map(|(name, field)| format!("{name}: {field}")).collect::<Vec<_>>().join("\n") + "\n"
    };
    let rows: Vec<String> = rows(&files).iter().map(without_record).collect();
    insta::assert_snapshot!(String::from_utf8(schema).unwrap() + &rows.join("\n"));
}

/// Large files are read a row group at a time, by several threads.
#[tokio::test]
async fn large_files_have_row_groups() {
    let files = columns();
    let text = "a long story without end ".repeat(800_000);
    write(&files, (0..5).map(|n| draft(&n.to_string(), &text).record()).collect()).await;
    let groups: Vec<i64> =
        readers(&files)[0].metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(groups, [4, 1]);
    assert_eq!(records(files.path()).len(), 5);
}

/// Lists of any length in any order of rows, values missing here and there.
#[test]
fn any_lists_come_back() {
    let entity = (0..3_u8, any::<bool>());
    let date = any::<bool>();
    let record = (prop::collection::vec(entity, 0..5), prop::collection::vec(date, 0..4), any::<bool>());
    let config = ProptestConfig { cases: 24, ..ProptestConfig::default() };
    proptest!(config, |(records in prop::collection::vec(record, 1..12))| {
        let files = columns();
        let drafts: Vec<Draft> = records.iter().enumerate().map(|(n, record)| made(n, record)).collect();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(write(&files, drafts.iter().cloned().map(Draft::record).collect()));
        let read: Vec<_> = rows(&files).iter().map(seen).collect();
        let expected: Vec<_> = drafts.iter().map(expected).collect();
        prop_assert_eq!(read, expected);
    });
}

type Lists = (Vec<(u8, bool)>, Vec<bool>, bool);
/// Headline, then names with their links, then first instants of dates in microseconds.
type Seen = (Option<String>, Vec<(String, Option<String>)>, Vec<Option<i64>>);

fn made(n: usize, (entities, dates, has_headline): &Lists) -> Draft {
    let mut draft = draft(&n.to_string(), "text");
    if *has_headline {
        draft = draft.headline(&format!("Title {n}"));
    }
    for (name, is_linked) in entities {
        draft = draft.names(Person, &format!("Name {name}"));
        if *is_linked {
            draft = draft.linked(&format!("https://example.org/{name}"));
        }
    }
    for is_resolved in dates {
        draft = draft.speaks_of("2023-11");
        if !is_resolved {
            draft.0.dateline.timex.last_mut().unwrap().begin = None;
        }
    }
    draft
}

fn expected(draft: &Draft) -> Seen {
    let extension = &draft.0.dateline;
    let entities = extension
        .entities
        .iter()
        .map(|entity| (entity.name.to_string(), entity.uri.as_ref().map(ToString::to_string)));
    let dates = extension.timex.iter().map(|date| date.begin.map(jiff::Timestamp::as_microsecond));
    (draft.0.headline().map(str::to_owned), entities.collect(), dates.collect())
}

fn seen(row: &Row) -> Seen {
    let named = |name: &str| row.get_column_iter().position(|(column, _)| column == name).unwrap();
    let text = |field: &Field| match field {
        Field::Str(text) => Some(text.clone()),
        Field::Null => None,
        other => panic!("{other} is no text"),
    };
    let field =
        |row: &Row, name: &str| row.get_column_iter().find(|(column, _)| *column == name).unwrap().1.clone();
    let entities = row.get_list(named("entities")).unwrap();
    let dates = row.get_list(named("dates")).unwrap();
    let entity = |n| {
        let entity = entities.get_group(n).unwrap();
        (text(&field(entity, "name")).unwrap(), text(&field(entity, "uri")))
    };
    let date = |n| match field(dates.get_group(n).unwrap(), "begin") {
        Field::TimestampMicros(instant) => Some(instant),
        _ => None,
    };
    (
        text(&field(row, "headline")),
        (0..entities.len()).map(entity).collect(),
        (0..dates.len()).map(date).collect(),
    )
}
