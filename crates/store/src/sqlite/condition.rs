//! From the clauses of a query to SQL.

use super::vocabulary;
use crate::likeness::{self, Alike};
use crate::{Clause, Condition, Period, ProfileRequest, Query};
use dateline_model::EntityType;
use rusqlite::Connection;
use rusqlite::types::Value;

/// Most entities that one name stands for; `person:john` has more namesakes
/// than anybody means.
const NAMESAKES: usize = 2_000;

/// Where the articles that may match come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The word index.
    Words,
    /// The table of articles.
    Articles,
}

/// A query as SQL over `articles a`.
#[derive(Debug)]
pub(super) struct Conditions {
    pub(super) source: Source,
    /// The expression for the word index, where words are asked for.
    pub(super) words: Option<String>,
    /// What follows WHERE.
    pub(super) sql: String,
    /// Its parameters.
    pub(super) values: Vec<Value>,
    /// What its words with a `~` stand for.
    pub(super) alike: Alike,
}

impl Conditions {
    /// Looks up the entities that the query names.
    pub(super) fn of(connection: &Connection, query: &Query) -> rusqlite::Result<Self> {
        let alike = alike(connection, likeness::asked(query))?;
        let words = match_expression(query, &alike);
        let mut conditions = Self {
            source: if words.is_some() { Source::Words } else { Source::Articles },
            sql: String::new(),
            values: Vec::new(),
            words,
            alike,
        };
        if let Some(words) = conditions.words.clone() {
            conditions.add("words MATCH ?", [Value::Text(words)]);
        }
        conditions.add("NOT a.retracted", []);
        for clause in &query.clauses {
            conditions.add_clause(connection, clause)?;
        }
        Ok(conditions)
    }

    fn add(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    fn add_clause(&mut self, connection: &Connection, clause: &Clause) -> rusqlite::Result<()> {
        let (sql, values) = match &clause.condition {
            words @ (Condition::Words(_) | Condition::Like(_))
                if clause.negated && self.source == Source::Articles =>
            {
                let Some(words) = of_words(words, &self.alike) else { return Ok(()) };
                ("a.article IN (SELECT rowid FROM words WHERE words MATCH ?)", vec![text(&words)])
            }
            // Part of the expression for the word index.
            Condition::Words(_) | Condition::Like(_) => return Ok(()),
            Condition::Entity { kind, name, like } => {
                let alike = like.then_some(&self.alike);
                let keys = Value::Text(namesakes(connection, *kind, name, alike)?);
                let driving = !clause.negated && self.source == Source::Articles;
                (if driving { BY_ENTITY } else { NAMES_ENTITY }, vec![keys])
            }
            Condition::Source(source) => ("a.source = ?", vec![text(source)]),
            Condition::Language(language) => (
                "(a.language = ? OR a.language BETWEEN ? AND ?)",
                vec![text(language), text(&format!("{language}-")), text(&format!("{language}-\u{10ffff}"))],
            ),
            Condition::Since(at) => ("a.at >= ?", vec![Value::Integer(at.as_second())]),
            Condition::Until(at) => ("a.at < ?", vec![Value::Integer(at.as_second())]),
            Condition::About(period) => (ABOUT, about(*period)),
        };
        if clause.negated {
            self.add(&format!("NOT ({sql})"), values);
        } else {
            self.add(sql, values);
        }
        Ok(())
    }
}

/// Articles that name one of these entities, found by the entities.
const BY_ENTITY: &str =
    "a.article IN (SELECT article FROM mentions WHERE entity IN (SELECT value FROM json_each(?)))";
/// The same asked of an article at hand.
const NAMES_ENTITY: &str = "EXISTS (SELECT 1 FROM mentions m WHERE m.article = a.article
     AND m.entity IN (SELECT value FROM json_each(?)))";
/// Overlaps the period and is no longer than it; so it begins at most one
/// length before it, which the index can find.
const ABOUT: &str = "a.article IN (SELECT article FROM dates WHERE begin_at > ? AND begin_at < ?
     AND end_at > ? AND end_at - begin_at <= ?)";

fn about(period: Period) -> Vec<Value> {
    let (begin, end) = (period.begin.as_second(), period.end.as_second());
    [begin - (end - begin), end, begin, end - begin].map(Value::Integer).to_vec()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// The expression for the word index (FTS5 syntax): what must be there, less
/// what must not. `None` where nothing must be there.
fn match_expression(query: &Query, alike: &Alike) -> Option<String> {
    let wanted = phrases(query, alike, Sign::Wanted);
    if wanted.is_empty() {
        return None;
    }
    let wanted = format!("({})", wanted.join(" AND "));
    Some([vec![wanted], phrases(query, alike, Sign::Unwanted)].concat().join(" NOT "))
}

/// Whether words must be there or must not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Wanted,
    Unwanted,
}

fn phrases(query: &Query, alike: &Alike, sign: Sign) -> Vec<String> {
    let of_sign = query.clauses.iter().filter(|clause| clause.negated == (sign == Sign::Unwanted));
    of_sign.filter_map(|clause| of_words(&clause.condition, alike)).collect()
}

/// The expression of one condition; `None` for one that asks for no words.
fn of_words(condition: &Condition, alike: &Alike) -> Option<String> {
    match condition {
        Condition::Words(words) => Some(quoted(words)),
        Condition::Like(words) => Some(any_of_each(&alike.groups(words))),
        _ => None,
    }
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

/// What each of these words stands for.
fn alike(connection: &Connection, words: Vec<String>) -> rusqlite::Result<Alike> {
    let mut alike = Alike::default();
    for word in words {
        let others = vocabulary::like(connection, &word)?;
        alike.put(word, others);
    }
    Ok(alike)
}

/// Keys of the entities that a request for a profile means, as a JSON array.
pub(super) fn profiled(connection: &Connection, request: &ProfileRequest) -> rusqlite::Result<String> {
    let words = if request.like { crate::words::folded(&request.name) } else { Vec::new() };
    let alike = alike(connection, words)?;
    namesakes(connection, request.kind, &request.name, request.like.then_some(&alike))
}

/// A string of the FTS5 syntax: taken as words, whatever is in it.
fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('"', "\"\"").replace('\0', " "))
}

/// Keys of the entities that a name means, as a JSON array: those whose name
/// holds its words next to each other, or whose identifier it is. With `alike`, those
/// whose name holds one of the words that each of its words stands for.
fn namesakes(
    connection: &Connection,
    kind: Option<EntityType>,
    name: &str,
    alike: Option<&Alike>,
) -> rusqlite::Result<String> {
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
    let keys = statement
        .query_map((words, name, kind.map(EntityType::as_str)), |row| row.get::<_, i64>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let list: Vec<String> = keys.iter().map(i64::to_string).collect();
    Ok(format!("[{}]", list.join(",")))
}
