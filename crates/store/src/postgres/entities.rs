//! The directory of entities: each once, with a short key for its mentions.

use super::common_words;
use super::tsvector::TsVector;
use super::vocabulary::Vocabulary;
use crate::common_words::Learning;
use crate::fault;
use crate::rows::{EntityKey, EntityRow};
use std::collections::{BTreeMap, HashMap};
use tokio_postgres::{Client, Error, SimpleQueryMessage, Transaction};
use uuid::Uuid;

/// Entities remembered; past it, memory starts anew.
const REMEMBERED: usize = 200_000;
/// Name space of the entities' ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x2a8e_53c1_74b0_5f1d_8c26_0d9b_f4a7_3e58);

/// In the order of their ids, so that two writers never wait for each other.
const ADD: &str = "
    INSERT INTO entities (id, kind, name, uri, words)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::tsvector[])
    ON CONFLICT (id) DO NOTHING";

/// Keys of entities, remembered over batches. What a transaction adds is
/// remembered only once it is committed.
#[derive(Debug)]
pub(super) struct EntityDirectory {
    committed: HashMap<EntityKey, i64>,
    pending: HashMap<EntityKey, i64>,
    /// How often entities had been removed when these were looked up.
    forgotten: u32,
    /// The words of their names, and of titles.
    pub(super) vocabulary: Vocabulary,
    pub(super) common: Learning,
}

/// Before anything else a writer's transaction takes its share of the lock that keeps
/// entities from being removed and common words from being learnt, and looks whether some
/// were since it last did.
const SHARE: &str = "SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema(), 6152));
                     SELECT times, (SELECT count(*) FROM common_words),
                            (SELECT max(version) FROM schema_version)
                       FROM forgotten";
/// Waits until no writer is at work, and keeps others waiting.
pub(super) const ALONE: &str = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 6152))";
/// Entities that are looked at at once.
const PART: i64 = 5_000;
/// Of the first entities after a key, the last; and those that no article names. One
/// look into the index each, whatever the planner believes of so many mentions.
const UNNAMED: &str = "
    WITH part AS MATERIALIZED (SELECT entity FROM entities WHERE entity > $1 ORDER BY entity LIMIT $2)
    SELECT (SELECT max(entity) FROM part),
           ARRAY (SELECT entity FROM part
                   WHERE (SELECT m.entity FROM mentions m WHERE m.entity = part.entity LIMIT 1) IS NULL)";

impl Default for EntityDirectory {
    fn default() -> Self {
        Self {
            committed: HashMap::new(),
            pending: HashMap::new(),
            forgotten: 0,
            vocabulary: Vocabulary::default(),
            common: common_words::learning(),
        }
    }
}

impl EntityDirectory {
    /// Begins a batch; keys that may be gone are forgotten. Gives the version of the schema.
    pub(super) async fn meet(&mut self, transaction: &Transaction<'_>) -> Result<u32, Error> {
        let answers = transaction.simple_query(SHARE).await?;
        let row = answers.iter().rev().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let number = |at: usize| row.and_then(|row| row.get(at)?.parse::<u32>().ok()).unwrap_or_default();
        let (forgotten, common, schema) = (number(0), number(1), number(2));
        if std::mem::replace(&mut self.forgotten, forgotten) != forgotten {
            self.committed.clear();
        }
        common_words::meet(&mut self.common, transaction, common as usize).await?;
        Ok(schema)
    }

    /// The key of an entity that was looked up before.
    pub(super) fn key(&self, entity: &EntityKey) -> Option<i64> {
        self.committed.get(entity).or_else(|| self.pending.get(entity)).copied()
    }

    /// Looks up the entities of these rows; adds those that are new.
    pub(super) async fn look_up(
        &mut self,
        transaction: &Transaction<'_>,
        rows: &[&EntityRow],
    ) -> Result<(), Error> {
        let unknown = self.unknown(rows);
        if unknown.is_empty() {
            return Ok(());
        }
        let mut missing = self.find(transaction, unknown).await?;
        if !missing.is_empty() {
            for key in missing.values() {
                self.vocabulary.note(&key.name);
            }
            add(transaction, &missing).await?;
            missing = self.find(transaction, missing).await?;
        }
        debug_assert!(missing.is_empty(), "what was added or is there is found");
        Ok(())
    }

    fn unknown<'a>(&self, rows: &[&'a EntityRow]) -> BTreeMap<Uuid, &'a EntityKey> {
        let unknown = rows.iter().filter(|row| self.key(&row.key).is_none());
        unknown.map(|row| (id(&row.key), &row.key)).collect()
    }

    /// Remembers those that are stored; gives back the others.
    async fn find<'a>(
        &mut self,
        transaction: &Transaction<'_>,
        mut unknown: BTreeMap<Uuid, &'a EntityKey>,
    ) -> Result<BTreeMap<Uuid, &'a EntityKey>, Error> {
        let ids: Vec<Uuid> = unknown.keys().copied().collect();
        let found = transaction.query("SELECT id, entity FROM entities WHERE id = ANY($1)", &[&ids]).await?;
        for row in found {
            if let Some(key) = unknown.remove(&row.get::<_, Uuid>(0)) {
                self.pending.insert(key.clone(), row.get(1));
            }
        }
        Ok(unknown)
    }

    /// The transaction is committed: what it added is there to stay.
    pub(super) fn commit(&mut self) {
        if self.committed.len() + self.pending.len() > REMEMBERED {
            self.committed.clear();
        }
        self.committed.extend(self.pending.drain());
        self.vocabulary.commit();
    }

    /// What was added is undone.
    pub(super) fn forget_pending(&mut self) {
        self.pending.clear();
        self.vocabulary.forget_pending();
    }
}

/// Removes entities that no article names, of the first ones after the key `after`. Gives
/// how many, and the key to go on after; `None` at the end.
pub(super) async fn forget(client: &mut Client, after: i64) -> Result<(u64, Option<i64>), Error> {
    let row = client.query_one(UNNAMED, &[&after, &PART]).await?;
    let (last, unnamed): (Option<i64>, Vec<i64>) = (row.get(0), row.get(1));
    if unnamed.is_empty() {
        return Ok((0, last));
    }
    let transaction = client.transaction().await?;
    transaction.batch_execute(ALONE).await?;
    let sql = "DELETE FROM entities e WHERE entity = ANY($1)
                  AND (SELECT m.entity FROM mentions m WHERE m.entity = e.entity LIMIT 1) IS NULL";
    let gone = transaction.execute(sql, &[&unnamed]).await?;
    transaction.execute("UPDATE forgotten SET times = times + 1", &[]).await?;
    fault::point("forgotten");
    transaction.commit().await?;
    Ok((gone, last))
}

async fn add(transaction: &Transaction<'_>, new: &BTreeMap<Uuid, &EntityKey>) -> Result<(), Error> {
    let ids: Vec<Uuid> = new.keys().copied().collect();
    let kinds: Vec<&str> = new.values().map(|key| key.kind.as_str()).collect();
    let names: Vec<String> = new.values().map(|key| plain(&key.name)).collect();
    let uris: Vec<String> = new.values().map(|key| plain(&key.uri)).collect();
    let words: Vec<TsVector> = new.values().map(|key| TsVector::of_name(&key.name)).collect();
    transaction.execute(ADD, &[&ids, &kinds, &names, &uris, &words]).await?;
    Ok(())
}

/// The same entity has the same id, whoever stores it. An index has no room
/// for names of any length.
fn id(key: &EntityKey) -> Uuid {
    let parts = [key.kind.as_str(), key.uri.as_str(), key.name.as_str()].join("\0");
    Uuid::new_v5(&NAMESPACE, parts.as_bytes())
}

/// The server's text holds no NUL; the record keeps it.
pub(super) fn plain(text: &str) -> String {
    text.replace('\0', " ")
}
