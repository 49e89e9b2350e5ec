//! From the clauses of a query to SQL.

use super::expression;
use crate::asked::Asked;
use crate::likeness::{self, Alike};
use crate::{Clause, Condition, Period, Query};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// A query as SQL over `articles a`.
#[derive(Debug)]
pub(super) struct Conditions {
    /// What is asked of the word index, if anything must be there.
    pub(super) index: Option<Asked>,
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
        let alike = expression::alike(connection, likeness::asked(query))?;
        let index = expression::of(connection, query, &alike)?;
        let (sql, values) = ("NOT a.retracted".to_owned(), Vec::new());
        let mut conditions = Self { index, sql, values, alike };
        for clause in &query.clauses {
            conditions.add_clause(connection, clause)?;
        }
        Ok(conditions)
    }

    fn add(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    fn add_clause(&mut self, connection: &Connection, clause: &Clause) -> rusqlite::Result<()> {
        let (sql, values) = match &clause.condition {
            Condition::Words(_) | Condition::Like(_) | Condition::Entity { .. } => {
                // Part of the expression for the word index, where there is one.
                if self.index.is_some() {
                    return Ok(());
                }
                let asked = expression::of_condition(connection, &clause.condition, &self.alike)?;
                (FOUND, asked.map(|asked| Value::Text(asked.plain)).into_iter().collect())
            }
            Condition::Source(source) => ("a.source = ?", vec![text(source)]),
            Condition::Language(language) => (
                "(a.language = ? OR a.language BETWEEN ? AND ?)",
                vec![text(language), text(&format!("{language}-")), text(&format!("{language}-\u{10ffff}"))],
            ),
            Condition::Since(at) => ("a.at >= ?", vec![Value::Integer(at.as_second())]),
            Condition::Until(at) => ("a.at < ?", vec![Value::Integer(at.as_second())]),
            Condition::About(period) => {
                if is_often(connection, *period)? {
                    (SPEAKS, overlap(*period).to_vec())
                } else {
                    (ABOUT, indexed(*period))
                }
            }
        };
        if clause.negated {
            self.add(&format!("NOT ({sql})"), values);
        } else {
            self.add(sql, values);
        }
        Ok(())
    }
}

/// Found by the word index.
const FOUND: &str = "a.article IN (SELECT rowid FROM words WHERE words MATCH ?)";
/// Dates that overlap the period and are no longer than it; so they begin at most one length
/// before it, which the index can find.
macro_rules! within {
    () => {
        "begin_at > ? AND begin_at < ? AND end_at > ? AND end_at - begin_at <= ?"
    };
}

/// The same by the index, which has the fortnights of their begins.
macro_rules! dates_within {
    () => {
        concat!(
            "dates INDEXED BY dates_by_fortnight WHERE begin_at / 1209600 BETWEEN ? AND ? AND ",
            within!()
        )
    };
}

/// Seconds of a fortnight: what the index divides by.
const FORTNIGHT: i64 = 1_209_600;

/// Articles that speak of such dates, found by the dates.
const ABOUT: &str = concat!("a.article IN (SELECT article FROM ", dates_within!(), ")");
/// The same asked of an article at hand.
const SPEAKS: &str =
    concat!("EXISTS (SELECT 1 FROM dates d WHERE d.article = a.article AND ", within!(), ")");
/// So many dates that a list of their articles costs more than asking each article at hand.
const OFTEN: i64 = 5_000;

/// Whether so many dates are within the period.
fn is_often(connection: &Connection, period: Period) -> rusqlite::Result<bool> {
    let sql = concat!("SELECT count(*) FROM (SELECT 1 FROM ", dates_within!(), " LIMIT ?)");
    let mut values = indexed(period);
    values.push(OFTEN.into());
    let mut statement = connection.prepare_cached(sql)?;
    let count: i64 = statement.query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(count == OFTEN)
}

/// What `within!` asks.
fn overlap(period: Period) -> [Value; 4] {
    let (begin, end) = (period.begin.as_second(), period.end.as_second());
    [begin - (end - begin), end, begin, end - begin].map(Value::Integer)
}

/// What `dates_within!` asks. Division cuts off here as it does in SQL, so the order stays.
fn indexed(period: Period) -> Vec<Value> {
    let (begin, end) = (period.begin.as_second(), period.end.as_second());
    let fortnights = [begin - (end - begin), end].map(|second| Value::Integer(second / FORTNIGHT));
    fortnights.into_iter().chain(overlap(period)).collect()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}
