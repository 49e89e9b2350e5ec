//! From the clauses of a query to SQL.

use super::instant::Instant;
use super::tsvector;
use crate::{Clause, Condition, Period, Query};
use dateline_model::EntityType;
use jiff::{SignedDuration, Timestamp};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error};

/// Most entities that one name stands for; `person:john` has more namesakes
/// than anybody means.
const NAMESAKES: usize = 2_000;

/// A value for a statement.
pub(super) type Value = Box<dyn ToSql + Sync + Send>;

/// A query as SQL over `articles a`.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    /// The place of the parameter with the words that must be there, if any.
    pub(super) words: Option<usize>,
    /// What follows WHERE.
    pub(super) sql: String,
    /// Its parameters.
    pub(super) values: Vec<Value>,
}

impl Conditions {
    /// Looks up the entities that the query names.
    pub(super) async fn of(client: &Client, query: &Query) -> Result<Self, Error> {
        let mut conditions = Self { sql: "NOT a.retracted".to_owned(), ..Self::default() };
        if let Some(words) = expression(query) {
            let place = conditions.value(words);
            conditions.words = Some(place);
            conditions.add(&format!("a.words @@ ${place}::text::tsquery"));
        }
        for clause in &query.clauses {
            conditions.add_clause(client, clause).await?;
        }
        Ok(conditions)
    }

    /// Adds a parameter; gives its place.
    pub(super) fn value(&mut self, value: impl ToSql + Sync + Send + 'static) -> usize {
        self.values.push(Box::new(value));
        self.values.len()
    }

    pub(super) fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect()
    }

    fn add(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    async fn add_clause(&mut self, client: &Client, clause: &Clause) -> Result<(), Error> {
        let sql = match &clause.condition {
            Condition::Words(words) if clause.negated && self.words.is_none() => {
                let Some(phrase) = tsvector::phrase(words) else { return Ok(()) };
                format!("a.words @@ ${}::text::tsquery", self.value(phrase))
            }
            // Part of the expression for the word index.
            Condition::Words(_) => return Ok(()),
            Condition::Entity { kind, name } => {
                let keys = namesakes(client, *kind, name).await?;
                format!(
                    "a.article IN (SELECT m.article FROM mentions m WHERE m.entity = ANY(${}))",
                    self.value(keys)
                )
            }
            Condition::Source(source) => format!("a.source = ${}", self.value(without_nul(source))),
            Condition::Language(language) => {
                let place = self.value(without_nul(language));
                format!("(a.language = ${place} OR starts_with(a.language, ${place} || '-'))")
            }
            Condition::Since(at) => format!("a.at >= ${}", self.value(Instant::of(*at))),
            Condition::Until(at) => format!("a.at < ${}", self.value(Instant::of(*at))),
            Condition::About(period) => self.about(*period),
        };
        if clause.negated {
            self.add(&format!("NOT ({sql})"));
        } else {
            self.add(&sql);
        }
        Ok(())
    }

    /// Overlaps the period and is no longer than it; so it begins at most one
    /// length before it, which the index can find.
    fn about(&mut self, period: Period) -> String {
        format!("a.article IN (SELECT d.article FROM dates d WHERE {})", self.within(period))
    }

    /// The same of `dates d` at hand.
    pub(super) fn within(&mut self, period: Period) -> String {
        let length = period.end.duration_since(period.begin);
        let earliest = period.begin.checked_sub(length).unwrap_or(Timestamp::MIN);
        let (first, begin, end) = (
            self.value(Instant::of(earliest)),
            self.value(Instant::of(period.begin)),
            self.value(Instant::of(period.end)),
        );
        let seconds = self.value(seconds(length));
        format!(
            "d.begin_at > ${first} AND d.begin_at < ${end} AND d.end_at > ${begin}
             AND extract(epoch FROM d.end_at - d.begin_at)::float8 <= ${seconds}::float8"
        )
    }
}

/// The server knows no NUL; nothing that is looked for has one.
fn without_nul(text: &str) -> String {
    text.replace('\0', " ")
}

fn seconds(length: SignedDuration) -> f64 {
    length.as_secs_f64()
}

/// The expression for the word index: what must be there, less what must not.
/// `None` where nothing must be there.
fn expression(query: &Query) -> Option<String> {
    let of_sign = |negated: bool| {
        query.clauses.iter().filter(move |clause| clause.negated == negated).filter_map(
            |clause| match &clause.condition {
                Condition::Words(words) => tsvector::phrase(words),
                _ => None,
            },
        )
    };
    let wanted: Vec<String> = of_sign(false).collect();
    if wanted.is_empty() {
        return None;
    }
    let unwanted = of_sign(true).map(|phrase| format!("!{phrase}"));
    Some(wanted.into_iter().chain(unwanted).collect::<Vec<_>>().join(" & "))
}

/// Keys of the entities that a name means: those whose name holds its words
/// next to each other, or whose identifier it is.
pub(super) async fn namesakes(
    client: &Client,
    kind: Option<EntityType>,
    name: &str,
) -> Result<Vec<i64>, Error> {
    let sql = format!(
        "SELECT entity FROM entities WHERE uri <> '' AND uri = $2 AND ($3::text IS NULL OR kind = $3)
         UNION
         SELECT entity FROM entities WHERE words @@ $1::text::tsquery AND ($3::text IS NULL OR kind = $3)
         LIMIT {NAMESAKES}"
    );
    // A name without words, such as a sign, can only be an identifier.
    let phrase = tsvector::phrase(name).unwrap_or_default();
    let rows =
        client.query(&sql, &[&phrase, &name.replace('\0', " "), &kind.map(EntityType::as_str)]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
