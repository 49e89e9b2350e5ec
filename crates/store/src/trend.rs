//! Which entities the news is about now, and which more than before.

use crate::{EntityCount, Order, Query, RecordReader, SearchRequest, StoreError};
use dateline_model::SmolStr;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::HashMap;

/// Articles that are looked at where a store has no quicker way.
const LOOKED_AT: usize = 300;

/// Asks which entities are named most in the latest news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendRequest {
    /// How long "now" is, in days, counted back from the latest article.
    pub days: u32,
    /// How many times as long the time before is, with which it is compared.
    pub before: u32,
    /// Most entities.
    pub limit: usize,
}

impl TrendRequest {
    /// Where "now" and the time before it begin, for articles up to `newest`.
    #[must_use]
    pub fn bounds(&self, newest: Timestamp) -> (Timestamp, Timestamp) {
        let days = |count: u32| SignedDuration::from_hours(24 * i64::from(count));
        let back = |length: SignedDuration| newest.checked_sub(length).unwrap_or(Timestamp::MIN);
        (back(days(self.days)), back(days(self.days.saturating_mul(self.before.saturating_add(1)))))
    }
}

/// An entity of the latest news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trend {
    /// The entity, as the latest news has it.
    #[serde(flatten)]
    pub entity: EntityCount,
    /// In how many articles of the time before.
    pub before: u64,
}

/// For a store without a quicker way: from the records of its latest articles.
pub(crate) async fn from_records<R: RecordReader + ?Sized>(
    reader: &R,
    request: TrendRequest,
) -> Result<Vec<Trend>, StoreError> {
    let search =
        SearchRequest { order: Order::Newest, limit: LOOKED_AT, ..SearchRequest::new(Query::default()) };
    let mut trends: HashMap<(String, String), Trend> = HashMap::new();
    let mut bounds = None;
    for hit in reader.search(search).await?.hits {
        let Some(record) = (match hit.uri.parse() {
            Ok(id) => reader.get(id).await?,
            Err(_) => None,
        }) else {
            continue;
        };
        let at = record.content_created.unwrap_or(record.dateline.ingested_at);
        let (now_from, before_from) = *bounds.get_or_insert_with(|| request.bounds(at));
        if at < before_from {
            continue;
        }
        for entity in &record.dateline.entities {
            let key = (entity.kind.as_str().to_owned(), entity.name.to_string());
            let trend = trends.entry(key).or_insert_with(|| Trend {
                entity: EntityCount {
                    kind: entity.kind.as_str().to_owned(),
                    name: entity.name.to_string(),
                    uri: entity.uri.as_ref().map(SmolStr::to_string),
                    articles: 0,
                    mentions: 0,
                },
                before: 0,
            });
            if at >= now_from {
                trend.entity.articles += 1;
                trend.entity.mentions += entity.mentions.len() as u64;
            } else {
                trend.before += 1;
            }
        }
    }
    let mut trends: Vec<Trend> = trends.into_values().filter(|trend| trend.entity.articles > 0).collect();
    trends.sort_by(|a, b| {
        b.entity.articles.cmp(&a.entity.articles).then_with(|| a.entity.name.cmp(&b.entity.name))
    });
    trends.truncate(request.limit);
    Ok(trends)
}
