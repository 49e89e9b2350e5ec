//! Writing what a batch changes: new rows by binary `COPY`, which measured
//! fastest (they cannot meet others: their keys are new and the articles
//! locked), changed rows by one statement over arrays.

use super::entities::{EntityDirectory, plain};
use super::instant::Instant;
use super::merge::{Merge, Version, Work};
use super::shown::{self, NewRow, Shown, Table};
use super::tsvector::Terms;
use super::write::{Entry, Failure};
use crate::WriteOutcome;
use crate::fault;
use std::collections::HashSet;
use std::pin::pin;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Transaction};

/// Writes all that the batch changes.
pub(super) async fn write(
    transaction: &Transaction<'_>,
    merge: &Merge<'_>,
    directory: &mut EntityDirectory,
) -> Result<(), Failure> {
    let mut changed = shown::touched(merge).map_err(Failure::Store)?;
    directory.look_up(transaction, &shown::entities(&shown::findable_anew(&changed))).await?;
    for shown in &mut changed {
        shown.find_terms(directory);
    }
    let found = shown::findable_anew(&changed);
    found.iter().filter_map(|shown| shown.headline()).for_each(|title| directory.vocabulary.note(title));
    directory.vocabulary.write(transaction).await?;
    fault::point("entities");
    copy(transaction, shown::ARTICLES, shown::article_rows(&changed)).await?;
    fault::point("articles");
    update_articles(transaction, &changed).await?;
    copy(transaction, shown::VERSIONS, shown::version_rows(&changed, merge.batch)).await?;
    fault::point("versions");
    update_versions(transaction, &changed, merge.batch).await?;
    forget(transaction, &shown::to_forget(&changed)).await?;
    copy(transaction, shown::MENTIONS, shown::mention_rows(&found, directory)).await?;
    fault::point("mentions");
    copy(transaction, shown::DATES, shown::date_rows(&found)).await?;
    Ok(())
}

/// Copies rows into a table.
async fn copy(transaction: &Transaction<'_>, table: Table, rows: Vec<NewRow<'_>>) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let sink = transaction.copy_in(&format!("COPY {} FROM STDIN BINARY", table.into)).await?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, table.types));
    for row in &rows {
        writer.as_mut().write(&references(row)).await?;
    }
    writer.finish().await?;
    Ok(())
}

fn references<'a>(row: &'a NewRow<'_>) -> Vec<&'a (dyn ToSql + Sync)> {
    row.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect()
}

/// Words that did not change are left alone: their index is the dear part.
const UPDATE_ARTICLES: &str = "
    UPDATE articles a
       SET current = u.current, retracted = u.retracted, first_created = u.first_created, at = u.at,
           published_at = u.published_at, published = u.published, last_seen = u.last_seen,
           source = u.source, source_kind = u.source_kind, language = u.language,
           headline = u.headline, url = u.url,
           words = CASE WHEN u.is_new_work THEN u.words ELSE a.words END
      FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::timestamptz[], $5::timestamptz[],
                  $6::timestamptz[], $7::text[], $8::timestamptz[], $9::text[], $10::text[], $11::text[],
                  $12::text[], $13::text[], $14::tsvector[], $15::boolean[])
           AS u(article, current, retracted, first_created, at, published_at, published, last_seen,
                source, source_kind, language, headline, url, words, is_new_work)
     WHERE a.article = u.article";

fn stored_before<'a, 'b>(shown: &'a [Shown<'b>]) -> Vec<&'a Shown<'b>> {
    shown.iter().filter(|shown| !shown.is_new()).collect()
}

async fn update_articles(transaction: &Transaction<'_>, shown: &[Shown<'_>]) -> Result<(), Error> {
    let old = stored_before(shown);
    if old.is_empty() {
        return Ok(());
    }
    let keys: Vec<i64> = old.iter().map(|shown| shown.article.key).collect();
    let current: Vec<i64> = old.iter().map(|shown| shown.article.current().key).collect();
    let retracted: Vec<bool> = old.iter().map(|shown| shown.rows.version.retracted).collect();
    let first_created: Vec<Instant> = old.iter().map(|shown| shown.article.first_created).collect();
    let at: Vec<Instant> = old.iter().map(|shown| shown.at()).collect();
    let published_at: Vec<Option<Instant>> =
        old.iter().map(|shown| shown.rows.published_at.map(Instant::of)).collect();
    let published: Vec<Option<String>> = old.iter().map(|shown| shown.published()).collect();
    let last_seen: Vec<Instant> = old.iter().map(|shown| shown.article.current().last_seen).collect();
    let source: Vec<&str> = old.iter().map(|shown| shown.rows.record.dateline.source.id.as_str()).collect();
    let kind: Vec<&str> = old.iter().map(|shown| shown.rows.record.dateline.source.kind.as_str()).collect();
    let language: Vec<String> = old.iter().map(|shown| shown.language()).collect();
    let headline: Vec<Option<String>> =
        old.iter().map(|shown| shown.rows.record.headline().map(plain)).collect();
    let url: Vec<Option<String>> = old.iter().map(|shown| shown.url()).collect();
    let words: Vec<Option<Terms<'_>>> = old.iter().map(|shown| shown.words()).collect();
    let is_new_work: Vec<bool> = old.iter().map(|shown| shown.is_new_work).collect();
    let parameters: [&(dyn ToSql + Sync); 15] = [
        &keys,
        &current,
        &retracted,
        &first_created,
        &at,
        &published_at,
        &published,
        &last_seen,
        &source,
        &kind,
        &language,
        &headline,
        &url,
        &words,
        &is_new_work,
    ];
    transaction.execute(UPDATE_ARTICLES, &parameters).await?;
    Ok(())
}

const UPDATE_VERSIONS: &str = "
    UPDATE versions v
       SET first_seen = u.first_seen, last_seen = u.last_seen, made_at = u.made_at,
           record = coalesce(u.record, v.record)
      FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::text[])
           AS u(version, first_seen, last_seen, made_at, record)
     WHERE v.version = u.version";

async fn update_versions(
    transaction: &Transaction<'_>,
    shown: &[Shown<'_>],
    batch: &[Entry],
) -> Result<(), Error> {
    let changed = shown::changed_versions(shown);
    if changed.is_empty() {
        return Ok(());
    }
    let keys: Vec<i64> = changed.iter().map(|version| version.key).collect();
    let first_seen: Vec<Instant> = changed.iter().map(|version| version.first_seen).collect();
    let last_seen: Vec<Instant> = changed.iter().map(|version| version.last_seen).collect();
    let made_at: Vec<Instant> = changed.iter().map(|version| version.made_at).collect();
    let records: Vec<Option<&str>> = changed.iter().map(|version| fresh(version, batch)).collect();
    transaction.execute(UPDATE_VERSIONS, &[&keys, &first_seen, &last_seen, &made_at, &records]).await?;
    Ok(())
}

fn fresh<'a>(version: &Version, batch: &'a [Entry]) -> Option<&'a str> {
    match version.work {
        Work::Fresh(at) => Some(batch[at].rows.json.as_str()),
        Work::Stored(_) | Work::Elsewhere => None,
    }
}

/// Takes out what changed articles could be found by.
async fn forget(transaction: &Transaction<'_>, articles: &[i64]) -> Result<(), Error> {
    if !articles.is_empty() {
        transaction.execute("DELETE FROM mentions WHERE article = ANY($1)", &[&articles]).await?;
        transaction.execute("DELETE FROM dates WHERE article = ANY($1)", &[&articles]).await?;
    }
    Ok(())
}

/// A source with its kind.
pub(super) type SourceKey = (String, &'static str);

/// Stores the sources of a batch that are not `known`; gives them back.
pub(super) async fn sources(
    transaction: &Transaction<'_>,
    entries: &[Entry],
    known: &HashSet<SourceKey>,
) -> Result<Vec<SourceKey>, Error> {
    let new = new_sources(entries, known);
    if !new.is_empty() {
        let names: Vec<&str> = new.iter().map(|(name, _)| name.as_str()).collect();
        let kinds: Vec<&str> = new.iter().map(|(_, kind)| *kind).collect();
        let sql = "INSERT INTO sources (source, kind, first_seen)
                   SELECT source, kind, now() FROM unnest($1::text[], $2::text[]) AS u(source, kind)
                   ON CONFLICT DO NOTHING";
        transaction.execute(sql, &[&names, &kinds]).await?;
    }
    Ok(new)
}

/// In order, so that two writers never wait for each other.
fn new_sources(entries: &[Entry], known: &HashSet<SourceKey>) -> Vec<SourceKey> {
    let sources = entries.iter().map(|entry| &entry.rows.record.dateline.source);
    let named = sources.map(|source| (source.id.as_str().to_owned(), source.kind.as_str()));
    let mut new: Vec<SourceKey> = named.filter(|source| !known.contains(source)).collect();
    new.sort_unstable();
    new.dedup();
    new
}

/// Writes the batch's row of the ingest log.
pub(super) async fn log(transaction: &Transaction<'_>, outcomes: &[WriteOutcome]) -> Result<(), Error> {
    let names = ["inserted", "new-version", "older-version", "reenriched", "unchanged", "refused"];
    let counts = names.map(|name| count(outcomes, name));
    let records = i32::try_from(outcomes.len()).unwrap_or(i32::MAX);
    let sql = "INSERT INTO ingest_log (records, inserted, new_versions, old_versions, reenriched, unchanged, refused)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let [inserted, new, old, reenriched, unchanged, refused] = &counts;
    transaction.execute(sql, &[&records, inserted, new, old, reenriched, unchanged, refused]).await?;
    Ok(())
}

fn count(outcomes: &[WriteOutcome], name: &str) -> i32 {
    let number = outcomes.iter().filter(|outcome| outcome.as_str() == name).count();
    i32::try_from(number).unwrap_or(i32::MAX)
}
