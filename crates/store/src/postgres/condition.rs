//! From the clauses of a query to SQL.

use super::instant::Instant;
use super::{tsvector, vocabulary};
use crate::likeness::{self, Alike};
use crate::{Clause, Condition, Period, ProfileRequest, Query, words};
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
    /// What its words with a `~` stand for.
    pub(super) alike: Alike,
}

impl Conditions {
    /// Looks up the entities that the query names.
    pub(super) async fn of(client: &Client, query: &Query) -> Result<Self, Error> {
        let mut conditions = Self { sql: "NOT a.retracted".to_owned(), ..Self::default() };
        for word in likeness::asked(query) {
            let others = vocabulary::like(client, &word).await?;
            conditions.alike.put(word, others);
        }
        if let Some(words) = expression(query, &conditions.alike) {
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
            words @ (Condition::Words(_) | Condition::Like(_)) if clause.negated && self.words.is_none() => {
                let Some(words) = of_words(words, &self.alike) else { return Ok(()) };
                format!("a.words @@ ${}::text::tsquery", self.value(words))
            }
            // Part of the expression for the word index.
            Condition::Words(_) | Condition::Like(_) => return Ok(()),
            Condition::Entity { kind, name, like } => {
                let alike = like.then_some(&self.alike);
                let keys = namesakes(client, *kind, name, alike).await?;
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
fn expression(query: &Query, alike: &Alike) -> Option<String> {
    let of_sign = |negated: bool| {
        let clauses = query.clauses.iter().filter(move |clause| clause.negated == negated);
        clauses.filter_map(|clause| of_words(&clause.condition, alike))
    };
    let wanted: Vec<String> = of_sign(false).collect();
    if wanted.is_empty() {
        return None;
    }
    let unwanted = of_sign(true).map(|phrase| format!("!{phrase}"));
    Some(wanted.into_iter().chain(unwanted).collect::<Vec<_>>().join(" & "))
}

/// The expression of one condition; `None` for one that asks for no words.
fn of_words(condition: &Condition, alike: &Alike) -> Option<String> {
    match condition {
        Condition::Words(words) => tsvector::phrase(words),
        Condition::Like(words) => tsvector::any_of_each(&alike.groups(words)),
        _ => None,
    }
}

/// Keys of the entities that a request for a profile means.
pub(super) async fn profiled(client: &Client, request: &ProfileRequest) -> Result<Vec<i64>, Error> {
    let mut alike = Alike::default();
    if request.like {
        for word in words::folded(&request.name) {
            let others = vocabulary::like(client, &word).await?;
            alike.put(word, others);
        }
    }
    namesakes(client, request.kind, &request.name, request.like.then_some(&alike)).await
}

/// Keys of the entities that a name means: those whose name holds its words
/// next to each other, or whose identifier it is. With `alike`, those whose name
/// holds one of the words that each of its words stands for.
async fn namesakes(
    client: &Client,
    kind: Option<EntityType>,
    name: &str,
    alike: Option<&Alike>,
) -> Result<Vec<i64>, Error> {
    let sql = format!(
        "SELECT entity FROM entities WHERE uri <> '' AND uri = $2 AND ($3::text IS NULL OR kind = $3)
         UNION
         SELECT entity FROM entities WHERE words @@ $1::text::tsquery AND ($3::text IS NULL OR kind = $3)
         LIMIT {NAMESAKES}"
    );
    // A name without words, such as a sign, can only be an identifier.
    let phrase = match alike {
        None => tsvector::phrase(name),
        Some(alike) => tsvector::any_of_each(&alike.groups(name)),
    };
    let phrase = phrase.unwrap_or_default();
    let rows =
        client.query(&sql, &[&phrase, &name.replace('\0', " "), &kind.map(EntityType::as_str)]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
