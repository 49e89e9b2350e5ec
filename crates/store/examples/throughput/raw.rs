//! The limit of SQLite: the same rows in the same tables, those of the directory of
//! words among them, worked out before the clock runs, by prepared statements and
//! nothing else.

use crate::articles::{Corpus, Shape};
use dateline_model::NewsRecord;
use dateline_store::{SqliteConfig, SqliteStore};
use rusqlite::{Connection, params};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

/// Words of the first ranks stand in a fifth of the articles: the store finds them itself,
/// after so many articles.
const COMMON: u32 = 250;
const LEARNT_AFTER: i64 = 400;

/// An article's rows.
struct Rows {
    id: String,
    hash: String,
    packed: Vec<u8>,
    record: NewsRecord,
    at: i64,
    seen: i64,
    /// Keys of its entities, each once.
    entities: Vec<i64>,
    /// Entities that are new with it.
    new: Vec<(i64, &'static str, String, String)>,
    /// Words of its title and of these names that are new with it.
    words: Vec<String>,
    /// Its terms in the word index.
    terms: String,
}

/// What was stored before an article.
#[derive(Default)]
struct Known {
    articles: i64,
    entities: HashMap<String, i64>,
    words: HashSet<String>,
}

/// Time to write so many articles; the store makes the tables.
pub(crate) async fn run(path: &Path, articles: usize, batch: usize) -> Duration {
    drop(SqliteStore::open(SqliteConfig::at(path)).await.unwrap());
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA synchronous = full; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000;
             PRAGMA temp_store = memory;",
        )
        .unwrap();
    let mut corpus = Corpus::new(Shape::default());
    let mut known = Known::default();
    let (mut key, mut time) = (0, Duration::ZERO);
    for _ in 0..articles / batch {
        let rows: Vec<Rows> = corpus.by_ref().take(batch).map(|record| rows(record, &mut known)).collect();
        let start = Instant::now();
        write(&connection, &rows, &mut key);
        time += start.elapsed();
    }
    time
}

fn rows(record: NewsRecord, known: &mut Known) -> Rows {
    let mut rows = Rows {
        id: record.uri.trim_start_matches("urn:uuid:").to_owned(),
        hash: record.version.clone(),
        packed: zstd::bulk::compress(&serde_json::to_vec(&record).unwrap(), 1).unwrap(),
        at: record.dateline.published.as_ref().map_or(0, |published| {
            published
                .value
                .parse::<jiff::civil::Date>()
                .unwrap()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .unwrap()
                .timestamp()
                .as_second()
        }),
        seen: record.dateline.ingested_at.as_microsecond(),
        entities: Vec::new(),
        new: Vec::new(),
        words: Vec::new(),
        terms: String::new(),
        record,
    };
    let mut seen = HashSet::new();
    for entity in &rows.record.dateline.entities {
        let next = i64::try_from(known.entities.len() + 1).unwrap();
        let key = *known.entities.entry(entity.name.to_string()).or_insert(next);
        if key == next {
            rows.new.push((
                key,
                entity.kind.as_str(),
                entity.name.to_string(),
                entity.uri.as_deref().unwrap_or_default().to_owned(),
            ));
        }
        if seen.insert(key) {
            rows.entities.push(key);
        }
    }
    let names = rows.new.iter().map(|(_, _, name, _)| name.as_str());
    let words = rows.record.headline().into_iter().chain(names).flat_map(|text| text.split(' '));
    for word in words.map(str::to_lowercase) {
        // Those of the directory have three letters or more.
        if word.len() > 2 && known.words.insert(word.clone()) {
            rows.words.push(word);
        }
    }
    rows.terms = terms(&rows, known);
    rows
}

/// Its entities and, once common words are learnt, the pairs of them, each once.
fn terms(rows: &Rows, known: &mut Known) -> String {
    known.articles += 1;
    let mut terms: Vec<String> = rows.entities.iter().map(|key| format!("\u{e000}{key}")).collect();
    if known.articles > LEARNT_AFTER {
        let rank = |word: &str| word[1..].parse::<u32>().ok().filter(|rank| *rank < COMMON);
        let letter = |rank: u32| char::from_u32(0xe010 + rank).unwrap();
        let words: Vec<Option<u32>> = rows.record.body().split(' ').map(rank).collect();
        let pairs: BTreeSet<(u32, u32)> = words.windows(2).filter_map(|two| two[0].zip(two[1])).collect();
        terms.extend(pairs.into_iter().map(|(first, second)| format!("{}{}", letter(first), letter(second))));
    }
    terms.join(" ")
}

fn write(connection: &Connection, batch: &[Rows], key: &mut i64) {
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let prepare = |sql| connection.prepare_cached(sql).unwrap();
    let mut article = prepare("INSERT INTO articles VALUES (?1,?2,?1,0,?3,?4,?4,?5,?3,?6,'feed','en',?7,?8)");
    let mut version = prepare("INSERT INTO versions VALUES (?1,?1,?2,0,?3,?3,?3,'',?4)");
    let mut words = prepare("INSERT INTO words (rowid, headline, body, terms) VALUES (?1,?2,?3,?4)");
    let mut entity = prepare("INSERT INTO entities VALUES (?1,?2,?3,?4)");
    let mut name = prepare("INSERT INTO entity_names (rowid, name) VALUES (?1,?2)");
    let mut mention = prepare("INSERT INTO mentions VALUES (?1,?2,2,0.25,0.9)");
    let mut date = prepare("INSERT INTO dates VALUES (?1,?2,?3,?4)");
    let mut known = prepare("INSERT INTO vocabulary (word) VALUES (?1)");
    let mut parts = prepare("INSERT INTO vocabulary_parts (rowid, part) VALUES (?1, ' ' || ?2 || ' ')");
    for rows in batch {
        *key += 1;
        let (record, key) = (&rows.record, *key);
        version.execute(params![key, rows.hash, rows.seen, rows.packed]).unwrap();
        let published = record.dateline.published.as_ref().map(|published| &published.value);
        let source = record.dateline.source.id.as_str();
        let url = &record.renditions[0].href;
        article
            .execute(params![key, rows.id, rows.seen, rows.at, published, source, record.headline(), url])
            .unwrap();
        words.execute(params![key, record.headline(), record.body(), rows.terms]).unwrap();
        for (number, kind, text, uri) in &rows.new {
            entity.execute(params![number, kind, text, uri]).unwrap();
            name.execute(params![number, text]).unwrap();
        }
        for word in &rows.words {
            known.execute([word]).unwrap();
            parts.execute(params![connection.last_insert_rowid(), word]).unwrap();
        }
        for number in &rows.entities {
            mention.execute([key, *number]).unwrap();
        }
        for timex in &record.dateline.timex {
            let at = |time: Option<jiff::Timestamp>| time.map(jiff::Timestamp::as_second);
            date.execute(params![key, at(timex.begin), at(timex.end), timex.value.as_str()]).unwrap();
        }
    }
    connection.execute_batch("COMMIT").unwrap();
}
