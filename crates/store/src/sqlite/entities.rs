//! The directory of entities: each once, with a short key for its mentions.

use super::common_words::Directory;
use super::vocabulary::Vocabulary;
use crate::rows::EntityKey;
use foldhash::quality::RandomState;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// Entities remembered; past it, memory starts anew.
const REMEMBERED: usize = 200_000;

/// Keys of entities, remembered over batches. What a transaction adds is
/// remembered only once it is committed.
#[derive(Debug, Default)]
pub(super) struct EntityDirectory {
    committed: HashMap<EntityKey, i64, RandomState>,
    pending: HashMap<EntityKey, i64, RandomState>,
    /// How often entities had been removed when these were looked up.
    forgotten: i64,
    /// The words of their names, and of titles.
    pub(super) vocabulary: Vocabulary,
    pub(super) common: Directory,
}

impl EntityDirectory {
    /// Starts a transaction that sees so many removals of entities: after one more, by
    /// whichever process, keys may be another's.
    pub(super) fn meet(&mut self, forgotten: i64) {
        if std::mem::replace(&mut self.forgotten, forgotten) != forgotten {
            self.committed.clear();
        }
    }

    /// The key of an entity; adds it to the directory where it is new.
    pub(super) fn key(&mut self, connection: &Connection, entity: &EntityKey) -> rusqlite::Result<i64> {
        if let Some(key) = self.committed.get(entity).or_else(|| self.pending.get(entity)) {
            return Ok(*key);
        }
        let key = if let Some(key) = find(connection, entity)? {
            key
        } else {
            self.vocabulary.add(connection, &entity.name)?;
            add(connection, entity)?
        };
        self.pending.insert(entity.clone(), key);
        Ok(key)
    }

    /// The transaction is committed: what it added is there to stay.
    pub(super) fn commit(&mut self) {
        if self.committed.len() + self.pending.len() > REMEMBERED {
            self.committed.clear();
        }
        self.committed.extend(self.pending.drain());
        self.vocabulary.commit();
        self.common.commit();
    }

    /// What was added is undone.
    pub(super) fn forget_pending(&mut self) {
        self.pending.clear();
        self.vocabulary.forget_pending();
    }
}

fn find(connection: &Connection, entity: &EntityKey) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT entity FROM entities WHERE name = ?1 AND kind = ?2 AND uri = ?3")?
        .query_row((entity.name.as_str(), entity.kind.as_str(), entity.uri.as_str()), |row| row.get(0))
        .optional()
}

fn add(connection: &Connection, entity: &EntityKey) -> rusqlite::Result<i64> {
    connection.prepare_cached("INSERT INTO entities (name, kind, uri) VALUES (?1, ?2, ?3)")?.execute((
        entity.name.as_str(),
        entity.kind.as_str(),
        entity.uri.as_str(),
    ))?;
    let key = connection.last_insert_rowid();
    connection
        .prepare_cached("INSERT INTO entity_names (rowid, name) VALUES (?1, ?2)")?
        .execute((key, entity.name.as_str()))?;
    Ok(key)
}

/// Entities that are looked at in one transaction.
const PART: i64 = 5_000;

/// Removes entities that no article names, of the first ones after the key `after`. Gives
/// how many, and the key to go on after; `None` at the end.
pub(super) fn forget(connection: &Connection, after: i64) -> rusqlite::Result<(u64, Option<i64>)> {
    let last: Option<i64> = connection
        .prepare_cached(
            "SELECT max(entity) FROM (SELECT entity FROM entities WHERE entity > ?1 ORDER BY entity LIMIT ?2)",
        )?
        .query_row([after, PART], |row| row.get(0))?;
    let Some(last) = last else { return Ok((0, None)) };
    let unnamed = "SELECT entity, name FROM entities e WHERE entity > ?1 AND entity <= ?2
                      AND NOT EXISTS (SELECT 1 FROM words WHERE words MATCH 'terms : ' || char(57344) || e.entity)";
    let found: Vec<(i64, String)> = connection
        .prepare_cached(unnamed)?
        .query_map([after, last], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (entity, name) in &found {
        connection
            .prepare_cached("INSERT INTO entity_names (entity_names, rowid, name) VALUES ('delete', ?1, ?2)")?
            .execute((entity, name))?;
        connection.prepare_cached("DELETE FROM entities WHERE entity = ?1")?.execute([entity])?;
    }
    if !found.is_empty() {
        connection.execute("UPDATE removed SET entities = entities + 1", [])?;
    }
    Ok((found.len() as u64, Some(last)))
}
