//! From the clauses of a query to SQL.

use super::instant::Instant;
use super::{common_words, tsvector, vocabulary};
use crate::asked::Asked;
use crate::common_words::entity_term;
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
    pub(super) async fn of(client: &Client, query: &Query) -> Result<Self, Error> {
        let mut conditions = Self { sql: "NOT a.retracted".to_owned(), ..Self::default() };
        for word in likeness::asked(query) {
            let others = vocabulary::like(client, &word).await?;
            conditions.alike.put(word, others);
        }
        conditions.index = index(client, query, &conditions.alike).await?;
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

    pub(super) fn add(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    async fn add_clause(&mut self, client: &Client, clause: &Clause) -> Result<(), Error> {
        let sql = match &clause.condition {
            Condition::Words(_) | Condition::Like(_) | Condition::Entity { .. } => {
                // Part of the expression for the word index, where there is one.
                if self.index.is_some() {
                    return Ok(());
                }
                let Some(asked) = of_condition(client, &clause.condition, &self.alike).await? else {
                    return Ok(());
                };
                format!("a.words @@ ${}::text::tsquery", self.value(asked.plain))
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

/// What must be there, less what must not. `None` where nothing must be there.
async fn index(client: &Client, query: &Query, alike: &Alike) -> Result<Option<Asked>, Error> {
    let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
    for clause in &query.clauses {
        match of_condition(client, &clause.condition, alike).await? {
            Some(asked) if clause.negated => unwanted.push(format!(" & !{}", asked.plain)),
            Some(asked) => wanted.push(asked),
            None => {}
        }
    }
    Ok(Asked::all(&wanted, |texts| all(texts) + &unwanted.concat()))
}

fn all(texts: &[&str]) -> String {
    format!("({})", texts.join(" & "))
}

/// The expression of one condition; `None` for one that asks nothing of the word index.
async fn of_condition(client: &Client, condition: &Condition, alike: &Alike) -> Result<Option<Asked>, Error> {
    Ok(match condition {
        Condition::Words(words) => phrase(client, words).await?,
        Condition::Like(words) => tsvector::any_of_each(&alike.groups(words)).map(Asked::plain),
        Condition::Entity { kind, name, like } => {
            let keys = namesakes(client, *kind, name, like.then_some(alike)).await?;
            let terms = keys.iter().map(|key| tsvector::term(&entity_term(*key)));
            // Nobody has the key 0, and is found nowhere.
            let terms: Vec<String> = terms.chain([tsvector::term(&entity_term(0))]).collect();
            Some(Asked::plain(format!("({})", terms.join(" | "))))
        }
        _ => None,
    })
}

/// Words next to each other.
async fn phrase(client: &Client, text: &str) -> Result<Option<Asked>, Error> {
    let Some(plain) = tsvector::phrase(text) else { return Ok(None) };
    let folded = words::folded(text);
    let common = common_words::find(client, &folded).await?;
    let words: Vec<_> = folded.iter().map(|word| common.get(word)).collect();
    Ok(Some(Asked::phrase(plain, &words, all, tsvector::term)))
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
