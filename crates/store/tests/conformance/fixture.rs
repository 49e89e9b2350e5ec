//! Records for the checks, and what is read back of them.

use dateline_model::{
    ArticleId, EntityType, Headline, NewsRecord, Precision, Provenance, Published, Rendition, Source,
    SourceKind, Stage, Timex, TimexType, ZoneKnowledge,
};
use dateline_store::{Period, RecordStore, SearchRequest, Store, StoreError, WriteOutcome};
use dateline_testkit::{body_span, plain_entity, plain_record};
use jiff::Timestamp;

/// A record in the making.
#[derive(Debug, Clone)]
pub(crate) struct Draft(pub(crate) NewsRecord);

/// The article of this name.
pub(crate) fn id(name: &str) -> ArticleId {
    ArticleId::from_url(&format!("https://example.org/{name}"))
}

/// An instant some seconds after the start of 2024.
pub(crate) fn second(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_704_067_200 + seconds).unwrap()
}

/// A version of the article of this name, taken in at second 0.
pub(crate) fn draft(name: &str, text: &str) -> Draft {
    let mut record = plain_record(id(name), None, text, second(0));
    record.renditions = vec![Rendition {
        name: "web".into(),
        href: format!("https://example.org/{name}"),
        content_type: "text/html".into(),
    }];
    Draft(record)
}

impl Draft {
    pub(crate) fn headline(mut self, text: &str) -> Self {
        self.0.headlines = vec![headline(text)];
        self
    }

    pub(crate) fn summary(mut self, text: &str) -> Self {
        self.0.descriptions = vec![headline(text)];
        self
    }

    /// Taken in so many seconds after second 0; made then, too.
    pub(crate) fn at(mut self, seconds: i64) -> Self {
        self.0.dateline.ingested_at = second(seconds);
        self.0.version_created = second(seconds);
        self.0.first_created = second(seconds);
        self
    }

    /// Enriched then by this version of the software.
    pub(crate) fn made(mut self, seconds: i64, version: &str) -> Self {
        self.0.dateline.provenance = vec![Provenance {
            stage: Stage::Enricher,
            version: version.into(),
            model: None,
            at: second(seconds),
            ms: 1.0,
            replay_of: None,
        }];
        self
    }

    pub(crate) fn retracted(mut self) -> Self {
        self.0.pub_status = "canceled".into();
        self
    }

    pub(crate) fn source(mut self, name: &str) -> Self {
        self.0.dateline.source = Source::new(name, SourceKind::Feed);
        self
    }

    pub(crate) fn language(mut self, language: &str) -> Self {
        self.0.language = language.into();
        self.0.dateline.language = language.into();
        self
    }

    pub(crate) fn published(mut self, value: &str) -> Self {
        self.0.dateline.published = Some(Published {
            value: value.into(),
            precision: Precision::Day,
            zone: ZoneKnowledge::None,
            from: "header-line".into(),
            raw: value.into(),
            confidence: 1.0,
            conflicts: Vec::new(),
        });
        self
    }

    pub(crate) fn names(mut self, kind: EntityType, name: &str) -> Self {
        let number = self.0.dateline.entities.len() + 1;
        self.0.dateline.entities.push(plain_entity(number, kind, name, vec![body_span(name, 0)]));
        self
    }

    /// Links the entity named last.
    pub(crate) fn linked(mut self, uri: &str) -> Self {
        self.0.dateline.entities.last_mut().unwrap().uri = Some(uri.into());
        self
    }

    /// Speaks of this period.
    pub(crate) fn speaks_of(mut self, value: &str) -> Self {
        let period = Period::parse(value).unwrap();
        self.0.dateline.timex.push(Timex {
            id: format!("t{}", self.0.dateline.timex.len() + 1).into(),
            kind: TimexType::Date,
            value: value.into(),
            begin: Some(period.begin),
            end: Some(period.end),
            modifier: None,
            anchor: None,
            rule: "test".into(),
            span: body_span(value, 0),
        });
        self
    }

    pub(crate) fn record(self) -> NewsRecord {
        self.0
    }
}

fn headline(text: &str) -> Headline {
    Headline { role: None, content_type: "text/plain".into(), value: text.into() }
}

/// Writes one record and says what became of it.
pub(crate) async fn write(store: &(impl RecordStore + ?Sized), draft: Draft) -> WriteOutcome {
    store.write(vec![draft.record()]).await.unwrap().remove(0)
}

/// The names of the articles that a query finds, in order; a name is the last
/// part of an article's URL.
pub(crate) async fn found(store: &dyn Store, query: &str) -> Vec<String> {
    search(store, SearchRequest::parse(query).unwrap()).await.unwrap()
}

/// The same of any request.
pub(crate) async fn search(store: &dyn Store, request: SearchRequest) -> Result<Vec<String>, StoreError> {
    let page = store.search(request).await?;
    let name = |url: &String| url.rsplit('/').next().unwrap().to_owned();
    Ok(page.hits.iter().map(|hit| hit.url.as_ref().map_or_else(String::new, name)).collect())
}

/// The text that readers get of an article; `None` where it is unknown.
pub(crate) async fn text(store: &dyn Store, name: &str) -> Option<String> {
    store.get(id(name)).await.unwrap().map(|record| record.body().to_owned())
}
