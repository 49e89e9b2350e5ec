//! From the clauses of a query to SQL.

use crate::{Clause, Condition, Period, Query};
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
}

impl Conditions {
    /// Looks up the entities that the query names.
    pub(super) fn of(connection: &Connection, query: &Query) -> rusqlite::Result<Self> {
        let words = match_expression(query);
        let mut conditions = Self {
            source: if words.is_some() { Source::Words } else { Source::Articles },
            sql: String::new(),
            values: Vec::new(),
            words,
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
            Condition::Words(words) if clause.negated && self.source == Source::Articles => {
                ("a.article IN (SELECT rowid FROM words WHERE words MATCH ?)", vec![text(&quoted(words))])
            }
            // Part of the expression for the word index.
            Condition::Words(_) => return Ok(()),
            Condition::Entity { kind, name } => {
                let keys = Value::Text(namesakes(connection, *kind, name)?);
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
fn match_expression(query: &Query) -> Option<String> {
    let wanted = phrases(query, Sign::Wanted);
    if wanted.is_empty() {
        return None;
    }
    let wanted = format!("({})", wanted.join(" AND "));
    Some([vec![wanted], phrases(query, Sign::Unwanted)].concat().join(" NOT "))
}

/// Whether words must be there or must not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Wanted,
    Unwanted,
}

fn phrases(query: &Query, sign: Sign) -> Vec<String> {
    let of_sign = query.clauses.iter().filter(|clause| clause.negated == (sign == Sign::Unwanted));
    let phrase = |clause: &Clause| match &clause.condition {
        Condition::Words(words) => Some(quoted(words)),
        _ => None,
    };
    of_sign.filter_map(phrase).collect()
}

/// A string of the FTS5 syntax: taken as words, whatever is in it.
fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('"', "\"\"").replace('\0', " "))
}

/// Keys of the entities that a name means, as a JSON array: those whose name
/// holds its words next to each other, or whose identifier it is.
pub(super) fn namesakes(
    connection: &Connection,
    kind: Option<EntityType>,
    name: &str,
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
    let keys = statement
        .query_map((quoted(name), name, kind.map(EntityType::as_str)), |row| row.get::<_, i64>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let list: Vec<String> = keys.iter().map(i64::to_string).collect();
    Ok(format!("[{}]", list.join(",")))
}
