//! Answering: from parameters to a request of the store and back.

use crate::parameters::{Articles, Entity, Id, Nothing, Parameters, Search, Timeline};
use crate::problem::{Kind, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use dateline_model::{ArticleId, NewsRecord};
use dateline_store::{
    Cursor, EntityProfile, ProfileRequest, Query, ScanRequest, SearchPage, SearchRequest, SourceCount,
    TimelineEntry, TimelineRequest, Totals, Version,
};
use schemars::JsonSchema;
use serde::Serialize;

/// Whole records a page where nothing else is said.
const RECORDS: usize = 20;

type Answer<T> = Result<Json<T>, Problem>;

/// A page of whole records, in order of arrival.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RecordPage {
    /// Current versions of articles.
    records: Vec<NewsRecord>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Cursor>,
}

/// All versions of an article.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Versions {
    /// The current one first, then from the latest to the earliest.
    versions: Vec<Version>,
}

/// Dates that articles speak of.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Dates {
    /// In order.
    dates: Vec<TimelineEntry>,
}

/// Who delivered what is stored.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SourceList {
    /// In the order of their names.
    sources: Vec<SourceCount>,
}

pub(crate) async fn search(
    State(api): State<Api>,
    Parameters(asked): Parameters<Search>,
) -> Answer<SearchPage> {
    let _seat = api.seat()?;
    let mut request = SearchRequest::parse(&asked.q)?;
    request.order = asked.order;
    request.limit = asked.limit.map_or(SearchRequest::DEFAULT_LIMIT, usize::from);
    request.cursor = asked.cursor.map(Cursor);
    Ok(Json(api.reader().await?.search(request).await?))
}

pub(crate) async fn articles(
    State(api): State<Api>,
    Parameters(asked): Parameters<Articles>,
) -> Answer<RecordPage> {
    let _seat = api.seat()?;
    let request = ScanRequest {
        query: Query::parse(&asked.q)?,
        limit: asked.limit.map_or(RECORDS, usize::from),
        cursor: asked.cursor.map(Cursor),
    };
    let page = api.reader().await?.scan(request).await?;
    Ok(Json(RecordPage { records: page.records, next: page.next }))
}

pub(crate) async fn article(
    State(api): State<Api>,
    Id(id): Id,
    Parameters(Nothing {}): Parameters<Nothing>,
) -> Answer<NewsRecord> {
    let _seat = api.seat()?;
    let record = api.reader().await?.get(id).await?;
    record.map(Json).ok_or_else(|| unknown(id))
}

pub(crate) async fn versions(
    State(api): State<Api>,
    Id(id): Id,
    Parameters(Nothing {}): Parameters<Nothing>,
) -> Answer<Versions> {
    let _seat = api.seat()?;
    let versions = api.reader().await?.versions(id).await?;
    if versions.is_empty() { Err(unknown(id)) } else { Ok(Json(Versions { versions })) }
}

pub(crate) async fn timeline(
    State(api): State<Api>,
    Parameters(asked): Parameters<Timeline>,
) -> Answer<Dates> {
    let _seat = api.seat()?;
    let limit = asked.limit.map_or(TimelineRequest::DEFAULT_LIMIT, usize::from);
    let request = TimelineRequest { query: asked.query()?, limit };
    Ok(Json(Dates { dates: api.reader().await?.timeline(request).await? }))
}

pub(crate) async fn entity(
    State(api): State<Api>,
    Parameters(asked): Parameters<Entity>,
) -> Answer<EntityProfile> {
    let _seat = api.seat()?;
    let limit = asked.limit.map_or(ProfileRequest::DEFAULT_LIMIT, usize::from);
    let request = ProfileRequest { name: asked.name, kind: asked.kind, limit };
    Ok(Json(api.reader().await?.profile(request).await?))
}

pub(crate) async fn sources(
    State(api): State<Api>,
    Parameters(Nothing {}): Parameters<Nothing>,
) -> Answer<SourceList> {
    let _seat = api.seat()?;
    Ok(Json(SourceList { sources: api.reader().await?.sources().await? }))
}

pub(crate) async fn totals(
    State(api): State<Api>,
    Parameters(Nothing {}): Parameters<Nothing>,
) -> Answer<Totals> {
    let _seat = api.seat()?;
    Ok(Json(api.reader().await?.totals().await?))
}

fn unknown(id: ArticleId) -> Problem {
    Problem::new(Kind::NotFound, format!("no article {id} is stored"))
}
