//! What may be asked: one struct an operation, whose fields are its parameters.

use crate::fault;
use crate::problem::{Kind, Problem};
use axum::extract::{FromRequestParts, Path, Query as UrlQuery};
use axum::http::request::Parts;
use dateline_model::{ArticleId, EntityType};
use dateline_store::{Condition, Order, Period, Query};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Longest query, name or period, in code points.
const LONGEST_TEXT: usize = 1_000;

/// Most items of a list.
pub(crate) const MOST: u16 = 1_000;
/// Most whole records of a page.
pub(crate) const MOST_RECORDS: u16 = 100;

/// Parameters of a search.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Search {
    /// What to find, in the language of `dateline search`: words, "phrases", -not, entity:, person:,
    /// org:, place:, misc:, source:, lang:, since:, until:, about-date:. Everything where it is empty.
    #[schemars(length(max = 1000))]
    pub(crate) q: String,
    /// In which order.
    pub(crate) order: Order,
    /// Hits a page.
    #[schemars(range(min = 1, max = 1000))]
    pub(crate) limit: Option<u16>,
    /// `next` of the page before, with the same `q` and `order`.
    #[schemars(length(max = 1000))]
    pub(crate) cursor: Option<String>,
}

/// Parameters of a list of articles.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Articles {
    /// Which articles, in the language of `search`.
    #[schemars(length(max = 1000))]
    pub(crate) q: String,
    /// Records a page.
    #[schemars(range(min = 1, max = 100))]
    pub(crate) limit: Option<u16>,
    /// `next` of the page before, with the same `q`.
    #[schemars(length(max = 1000))]
    pub(crate) cursor: Option<String>,
}

/// Parameters of a timeline.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Timeline {
    /// Which articles, in the language of `search`.
    #[schemars(length(max = 1000))]
    pub(crate) q: String,
    /// Only dates within this year, month, week (`2023-W44`), day, or range of these (`2023-11-01..2023-11-07`).
    #[schemars(length(max = 1000))]
    pub(crate) about: Option<String>,
    /// Dates a page: the first page has those that most articles speak of.
    #[schemars(range(min = 1, max = 1000))]
    pub(crate) limit: Option<u16>,
    /// `next` of the page before, with the same `q`, `about` and `limit`.
    #[schemars(length(max = 1000))]
    pub(crate) cursor: Option<String>,
}

/// Parameters of an article's versions.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Versions {
    /// Versions a page.
    #[schemars(range(min = 1, max = 100))]
    pub(crate) limit: Option<u16>,
    /// `next` of the page before, of the same article.
    #[schemars(length(max = 1000))]
    pub(crate) cursor: Option<String>,
}

/// Parameters of a list that is the same for everybody.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Listed {
    /// Items a page.
    #[schemars(range(min = 1, max = 1000))]
    pub(crate) limit: Option<u16>,
    /// `next` of the page before.
    #[schemars(length(max = 1000))]
    pub(crate) cursor: Option<String>,
}

/// Parameters of an entity's profile.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entity {
    /// The name, or words of it; or the entity's identifier.
    #[schemars(length(min = 1, max = 1000))]
    pub(crate) name: String,
    /// Only entities of this type.
    #[serde(default, rename = "type")]
    pub(crate) kind: Option<EntityType>,
    /// Most namesakes and most companions.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    pub(crate) limit: Option<u16>,
}

/// An operation without parameters.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Parameters that the schema bounds beyond their type.
pub(crate) trait Bounded {
    /// What is out of bounds, if anything.
    fn check(&self) -> Result<(), Problem>;
}

impl Bounded for Search {
    fn check(&self) -> Result<(), Problem> {
        text("q", &self.q)?;
        text("cursor", self.cursor.as_deref().unwrap_or_default())?;
        number("limit", self.limit, MOST)
    }
}

impl Bounded for Articles {
    fn check(&self) -> Result<(), Problem> {
        text("q", &self.q)?;
        text("cursor", self.cursor.as_deref().unwrap_or_default())?;
        number("limit", self.limit, MOST_RECORDS)
    }
}

impl Bounded for Timeline {
    fn check(&self) -> Result<(), Problem> {
        text("q", &self.q)?;
        text("about", self.about.as_deref().unwrap_or_default())?;
        text("cursor", self.cursor.as_deref().unwrap_or_default())?;
        number("limit", self.limit, MOST)
    }
}

impl Bounded for Versions {
    fn check(&self) -> Result<(), Problem> {
        text("cursor", self.cursor.as_deref().unwrap_or_default())?;
        number("limit", self.limit, MOST_RECORDS)
    }
}

impl Bounded for Listed {
    fn check(&self) -> Result<(), Problem> {
        text("cursor", self.cursor.as_deref().unwrap_or_default())?;
        number("limit", self.limit, MOST)
    }
}

impl Bounded for Entity {
    fn check(&self) -> Result<(), Problem> {
        if self.name.is_empty() {
            return Err(Problem::new(Kind::Parameter, "`name` is empty; give the name of an entity"));
        }
        text("name", &self.name)?;
        number("limit", self.limit, MOST)
    }
}

impl Bounded for Nothing {
    fn check(&self) -> Result<(), Problem> {
        Ok(())
    }
}

fn text(name: &str, value: &str) -> Result<(), Problem> {
    if value.chars().nth(LONGEST_TEXT).is_some() {
        let detail = format!("`{name}` is longer than {LONGEST_TEXT} characters");
        return Err(Problem::new(Kind::Parameter, detail));
    }
    Ok(())
}

fn number(name: &str, value: Option<u16>, most: u16) -> Result<(), Problem> {
    match value {
        Some(value) if !(1..=most).contains(&value) => {
            Err(Problem::new(Kind::Parameter, format!("`{name}` is {value}; give 1 to {most}")))
        }
        _ => Ok(()),
    }
}

impl Timeline {
    /// The query, bounded to the period.
    pub(crate) fn query(&self) -> Result<Query, Problem> {
        let query = Query::parse(&self.q)?;
        let Some(about) = &self.about else { return Ok(query) };
        let period = Period::parse(about).ok_or_else(|| {
            let detail =
                format!("`about` is `{about}`; give a year, month, week or day, or a range of these");
            Problem::new(Kind::Query, detail)
        })?;
        Ok(query.and(Condition::About(period)))
    }
}

/// The parameters of a request, checked.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned + JsonSchema + Bounded, S: Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let UrlQuery(value) = UrlQuery::<T>::try_from_uri(&parts.uri)
            .map_err(|_| Problem::new(Kind::Parameter, fault::of::<T>(&parts.uri)))?;
        value.check()?;
        Ok(Self(value))
    }
}

/// The article that a path names.
pub(crate) struct Id(pub(crate) ArticleId);

/// How an id looks in a path: a UUID, or the `uri` of a record.
pub(crate) const ID_PATTERN: &str =
    "^(urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = text.map_err(|rejection| Problem::new(Kind::Parameter, rejection.body_text()))?;
        let id: Option<ArticleId> = text.parse().ok();
        // One spelling: what else the parser takes is no id of ours.
        id.filter(|id| text == id.to_string() || text == id.uri()).map(Self).ok_or_else(|| {
            let detail = "the path names no article; give a UUID in lower case, or the `uri` of a record (urn:uuid:...)";
            Problem::new(Kind::Parameter, detail)
        })
    }
}
