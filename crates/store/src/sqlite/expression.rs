//! What a query asks of the word index, in its own language (FTS5): words, phrases, and the
//! entities that an article names.

use super::{common_words, vocabulary};
use crate::asked::Asked;
use crate::common_words::entity_term;
use crate::likeness::Alike;
use crate::{Condition, ProfileRequest, Query, words};
use dateline_model::EntityType;
use rusqlite::Connection;

/// Most entities that one name stands for; `person:john` has more namesakes
/// than anybody means.
const NAMESAKES: usize = 2_000;

/// What must be there, less what must not; `None` where nothing must be there.
pub(super) fn of(connection: &Connection, query: &Query, alike: &Alike) -> rusqlite::Result<Option<Asked>> {
    let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
    for clause in &query.clauses {
        match of_condition(connection, &clause.condition, alike)? {
            Some(asked) if clause.negated => unwanted.push(format!(" NOT ({})", asked.plain)),
            Some(asked) => wanted.push(asked),
            None => {}
        }
    }
    Ok(Asked::all(&wanted, |texts| all(texts) + &unwanted.concat()))
}

fn all(texts: &[&str]) -> String {
    format!("({})", texts.join(" AND "))
}

/// `None` for a condition that asks nothing of the word index.
pub(super) fn of_condition(
    connection: &Connection,
    condition: &Condition,
    alike: &Alike,
) -> rusqlite::Result<Option<Asked>> {
    Ok(match condition {
        Condition::Words(words) => Some(phrase(connection, words)?),
        Condition::Like(words) => Some(Asked::plain(any_of_each(&alike.groups(words)))),
        Condition::Entity { kind, name, like } => {
            let keys = namesakes(connection, *kind, name, like.then_some(alike))?;
            Some(Asked::plain(naming(&keys)))
        }
        _ => None,
    })
}

/// Words next to each other.
fn phrase(connection: &Connection, words: &str) -> rusqlite::Result<Asked> {
    let common = words::folded(words).into_iter().map(|word| common_words::find(connection, &word));
    let common = common.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Asked::phrase(quoted(words), &common, all, |term| format!("terms : {term}")))
}

/// One of each group of folded words.
fn any_of_each(groups: &[Vec<String>]) -> String {
    let any = |group: &Vec<String>| {
        let words: Vec<String> = group.iter().map(|word| quoted(word)).collect();
        format!("({})", words.join(" OR "))
    };
    let each: Vec<String> = groups.iter().map(any).collect();
    // Nothing that could be found is found nowhere.
    if each.is_empty() { quoted("") } else { format!("({})", each.join(" AND ")) }
}

/// A string of the FTS5 syntax: taken as words, whatever is in it.
fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('"', "\"\"").replace('\0', " "))
}

/// Articles that name one of these entities.
pub(super) fn naming(entities: &[i64]) -> String {
    let terms: Vec<String> = entities.iter().map(|entity| entity_term(*entity)).collect();
    // Nobody is found nowhere.
    if terms.is_empty() { quoted("") } else { format!("terms : ({})", terms.join(" OR ")) }
}

/// What each of these words stands for.
pub(super) fn alike(connection: &Connection, words: Vec<String>) -> rusqlite::Result<Alike> {
    let mut alike = Alike::default();
    for word in words {
        let others = vocabulary::like(connection, &word)?;
        alike.put(word, others);
    }
    Ok(alike)
}

/// Keys of the entities that a request for a profile means.
pub(super) fn profiled(connection: &Connection, request: &ProfileRequest) -> rusqlite::Result<Vec<i64>> {
    let words = if request.like { words::folded(&request.name) } else { Vec::new() };
    let alike = alike(connection, words)?;
    namesakes(connection, request.kind, &request.name, request.like.then_some(&alike))
}

/// Keys of the entities that a name means: those whose name holds its words next to each
/// other, or whose identifier it is. With `alike`, those whose name holds one of the words
/// that each of its words stands for.
fn namesakes(
    connection: &Connection,
    kind: Option<EntityType>,
    name: &str,
    alike: Option<&Alike>,
) -> rusqlite::Result<Vec<i64>> {
    let sql = format!(
        "SELECT entity FROM entities WHERE uri <> '' AND uri = ?2 AND (?3 IS NULL OR kind = ?3)
         UNION
         SELECT entity FROM entities
          WHERE entity IN (SELECT rowid FROM entity_names WHERE entity_names MATCH ?1)
            AND (?3 IS NULL OR kind = ?3)
         LIMIT {NAMESAKES}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let words = alike.map_or_else(|| quoted(name), |alike| any_of_each(&alike.groups(name)));
    statement.query_map((words, name, kind.map(EntityType::as_str)), |row| row.get(0))?.collect()
}
