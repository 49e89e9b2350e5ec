//! Answering: from parameters to a request of the store and back.

use crate::parameters::{Articles, Entity, Id, Listed, Nothing, Parameters, Search, Timeline, Versions};
use crate::problem::{Kind, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use dateline_model::{ArticleId, NewsRecord};
use dateline_store::{
    Cursor, EntityProfile, ProfileRequest, Query, ScanRequest, SearchPage, SearchRequest, SourceCount,
    StoreError, TimelinePage, TimelineRequest, Totals, VersionPage, VersionRequest,
};
use schemars::JsonSchema;
use serde::Serialize;

/// Whole records a page where nothing else is said.
const RECORDS: usize = 20;
/// Sources a page where nothing else is said.
const SOURCES: usize = 100;

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

/// Who delivered what is stored.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SourceList {
    /// In the order of their names.
    sources: Vec<SourceCount>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Cursor>,
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
    Parameters(asked): Parameters<Versions>,
) -> Answer<VersionPage> {
    let _seat = api.seat()?;
    let limit = asked.limit.map_or(RECORDS, usize::from);
    let request = VersionRequest { id, limit, cursor: asked.cursor.map(Cursor) };
    let reader = api.reader().await?;
    let page = reader.version_page(request).await?;
    // A page past the last one is empty, too.
    if page.versions.is_empty() && reader.get(id).await?.is_none() {
        return Err(unknown(id));
    }
    Ok(Json(page))
}

pub(crate) async fn timeline(
    State(api): State<Api>,
    Parameters(asked): Parameters<Timeline>,
) -> Answer<TimelinePage> {
    let _seat = api.seat()?;
    let limit = asked.limit.map_or(TimelineRequest::DEFAULT_LIMIT, usize::from);
    let request = TimelineRequest { query: asked.query()?, limit, cursor: asked.cursor.map(Cursor) };
    Ok(Json(api.reader().await?.timeline(request).await?))
}

pub(crate) async fn entity(
    State(api): State<Api>,
    Parameters(asked): Parameters<Entity>,
) -> Answer<EntityProfile> {
    let _seat = api.seat()?;
    let limit = asked.limit.map_or(ProfileRequest::DEFAULT_LIMIT, usize::from);
    let request = ProfileRequest { kind: asked.kind, limit, ..ProfileRequest::new(asked.name) };
    Ok(Json(api.reader().await?.profile(request).await?))
}

pub(crate) async fn sources(
    State(api): State<Api>,
    Parameters(asked): Parameters<Listed>,
) -> Answer<SourceList> {
    let _seat = api.seat()?;
    let limit = asked.limit.map_or(SOURCES, usize::from);
    let after = match &asked.cursor {
        Some(cursor) => Some(cursor.strip_prefix('s').ok_or_else(|| StoreError::Cursor(cursor.clone()))?),
        None => None,
    };
    let mut sources = api.reader().await?.sources().await?;
    sources.retain(|one| after.is_none_or(|after| one.source.as_str() > after));
    let more = sources.len() > limit;
    sources.truncate(limit);
    let next = sources.last().filter(|_| more).map(|last| Cursor(format!("s{}", last.source)));
    Ok(Json(SourceList { sources, next }))
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
