//! The directory of entities: each once, with a short key for its mentions.

use crate::rows::EntityKey;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// Entities remembered; past it, memory starts anew.
const REMEMBERED: usize = 200_000;

/// Keys of entities, remembered over batches. What a transaction adds is
/// remembered only once it is committed.
#[derive(Debug, Default)]
pub(super) struct EntityDirectory {
    committed: HashMap<EntityKey, i64>,
    pending: HashMap<EntityKey, i64>,
}

impl EntityDirectory {
    /// The key of an entity; adds it to the directory where it is new.
    pub(super) fn key(&mut self, connection: &Connection, entity: &EntityKey) -> rusqlite::Result<i64> {
        if let Some(key) = self.committed.get(entity).or_else(|| self.pending.get(entity)) {
            return Ok(*key);
        }
        let key = match find(connection, entity)? {
            Some(key) => key,
            None => add(connection, entity)?,
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
    }

    /// What was added is undone.
    pub(super) fn forget_pending(&mut self) {
        self.pending.clear();
    }
}

fn find(connection: &Connection, entity: &EntityKey) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT entity FROM entities WHERE name = ?1 AND kind = ?2 AND uri = ?3")?
        .query_row((&entity.name, entity.kind.as_str(), &entity.uri), |row| row.get(0))
        .optional()
}

fn add(connection: &Connection, entity: &EntityKey) -> rusqlite::Result<i64> {
    connection.prepare_cached("INSERT INTO entities (name, kind, uri) VALUES (?1, ?2, ?3)")?.execute((
        &entity.name,
        entity.kind.as_str(),
        &entity.uri,
    ))?;
    let key = connection.last_insert_rowid();
    connection
        .prepare_cached("INSERT INTO entity_names (rowid, name) VALUES (?1, ?2)")?
        .execute((key, &entity.name))?;
    Ok(key)
}
