//! A console over a real broker and a real store, and records for it.

use dateline_bus::{Bus, DeadEntry, NatsConfig, Outgoing, Subject, Topology};
use dateline_console::{
    ConsoleConfig, ConsoleParts, ConsoleServer, Feed, Feeds, FeedsFuture, Replay, ReplayFuture,
};
use dateline_model::{
    ArticleId, EntityType, NewsRecord, Precision, Published, PublishedConflict, Rendition, Span,
    StoredNotice, Timex, TimexType, ZoneKnowledge,
};
use dateline_runtime::clock::{Clock, SystemClock};
use dateline_runtime::secret::Secret;
use dateline_store::{RecordStore, StoreConfig, open};
use dateline_testkit::http::{Answer, get, post};
use dateline_testkit::{NatsServer, eventually, plain_entity, plain_record};
use jiff::{SignedDuration, Timestamp};
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// What a browser has to show.
pub(crate) const TOKEN: &str = "0f1e2d3c4b5a";

/// Replays every letter to where it came from.
struct ToItsSubject(Bus);

impl Replay for ToItsSubject {
    fn replay(&self, entry: DeadEntry) -> ReplayFuture<'_> {
        Box::pin(async move { self.0.dead_letters().replay(&entry).await.map_err(|error| error.to_string()) })
    }
}

/// Feeds in every condition.
struct FewFeeds;

impl Feeds for FewFeeds {
    fn all(&self) -> FeedsFuture<'_> {
        let today = SystemClock.now();
        let (past, soon) = (today - SignedDuration::from_secs(210), today + SignedDuration::from_secs(270));
        let fine = |id: &str| Feed {
            id: id.to_owned(),
            url: format!("https://{id}.example/feed"),
            condition: "fine",
            last_success: Some(past),
            last_new: Some(past),
            next_at: Some(soon),
            ..Feed::default()
        };
        let error = Some("the server answers 503 <b>".to_owned());
        let feeds = vec![
            Feed { polled_by: Some("producer-7".to_owned()), condition: "polled", ..fine("afternoon") },
            Feed { condition: "failing", failures: 4, last_error: error, ..fine("broken") },
            Feed { condition: "paused", ..fine("resting") },
            fine("steady"),
        ];
        Box::pin(std::future::ready(Ok(feeds)))
    }
}

/// A console that answers, and everything behind it.
pub(crate) struct Fixture {
    pub(crate) address: SocketAddr,
    pub(crate) bus: Bus,
    pub(crate) store: Option<Arc<dyn RecordStore>>,
    pub(crate) broker: NatsServer,
    pub(crate) stop: CancellationToken,
    _folder: TempDir,
}

impl Fixture {
    /// With an empty store.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = StoreConfig { path: folder.path().join("articles.db"), ..StoreConfig::default() };
        let store = open(&config).await.unwrap().records;
        Self { store: Some(store), ..Self::over(folder).await }
    }

    /// Before the sink has made a store.
    pub(crate) async fn without_store() -> Self {
        Self::over(tempfile::tempdir().unwrap()).await
    }

    async fn over(folder: TempDir) -> Self {
        let broker = NatsServer::start();
        let nats = NatsConfig { servers: vec![broker.url()], ..NatsConfig::default() };
        let bus = Bus::connect(&nats, "console test", Topology::built_in()).await.unwrap();
        bus.prepare().await.unwrap();
        let stop = CancellationToken::new();
        let config = ConsoleConfig { listen: "127.0.0.1:0".parse().unwrap(), ..ConsoleConfig::default() };
        let store = StoreConfig { path: folder.path().join("articles.db"), ..StoreConfig::default() };
        let parts = ConsoleParts {
            bus: bus.clone(),
            store,
            clock: SystemClock::shared(),
            effective: "data_dir = \".dateline\"  # default\n\n[console]\ntoken = \"[redacted]\"  # line 3\n"
                .into(),
            marks: (1_000, 500),
            feeds: Arc::new(FewFeeds),
            replay: Arc::new(ToItsSubject(bus.clone())),
            token: Secret::new(TOKEN),
        };
        let server = ConsoleServer::bind(&config, parts, stop.clone()).await.unwrap();
        let address = server.address();
        tokio::spawn(server.serve());
        Self { address, bus, store: None, broker, stop, _folder: folder }
    }

    pub(crate) async fn write(&self, records: Vec<NewsRecord>) {
        let store = self.store.as_ref().unwrap();
        for outcome in store.write(records).await.unwrap() {
            assert!(outcome.is_change(), "{outcome:?}");
        }
    }

    /// What the sink puts up for a stored record.
    pub(crate) async fn notice(&self, record: &NewsRecord) {
        let notice = StoredNotice {
            id: record.uri.parse().unwrap(),
            content_hash: record.dateline.content_hash,
            source: record.dateline.source.clone(),
            headline: record.headline().map(str::to_owned),
            ingested_at: now(),
            stored_at: now(),
        };
        let message = Outgoing {
            subject: Subject::stored(&record.language, &notice.source),
            message_id: record.uri.clone(),
            trace_parent: None,
            replay_of: None,
            payload: serde_json::to_vec(&notice).unwrap().into(),
        };
        self.bus.publisher().publish(message).await.unwrap();
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let form = ("Content-Type", "application/x-www-form-urlencoded");
        let headers: Vec<_> = headers.iter().copied().chain([form]).collect();
        post(self.address, path, &headers, body.as_bytes()).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        get(self.address, path).await.unwrap()
    }

    /// The page, once it shows this.
    pub(crate) async fn get_with(&self, path: &str, text: &str) -> Answer {
        eventually(text, dateline_testkit::PATIENCE, || async {
            Some(self.get(path).await).filter(|answer| answer.body.contains(text))
        })
        .await
    }

    /// An article's page.
    pub(crate) async fn article(&self, record: &NewsRecord) -> Answer {
        self.get(&format!("/articles/{}", record.uri.parse::<ArticleId>().unwrap())).await
    }
}

/// 7 November 2023, 10:00 UTC.
pub(crate) fn now() -> Timestamp {
    "2023-11-07T10:00:00Z".parse().unwrap()
}

/// An article with this headline and text, nothing found in it.
pub(crate) fn record(headline: &str, body: &str) -> NewsRecord {
    let id = ArticleId::from_url(&format!("https://example.org/{headline}"));
    let mut record = plain_record(id, Some(headline), body, now());
    record.renditions = vec![Rendition {
        name: "web".into(),
        href: "https://example.org/original".into(),
        content_type: "text/html".into(),
    }];
    record.dateline.trace_parent = Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
    record
}

/// Where `text` stands first in the record's field.
pub(crate) fn span(record: &NewsRecord, field: &str, text: &str) -> Span {
    let whole = record.field(field).unwrap();
    let byte = whole.find(text).unwrap();
    let start = u32::try_from(whole[..byte].chars().count()).unwrap();
    let end = start + u32::try_from(text.chars().count()).unwrap();
    Span { field: field.into(), start, end, text: text.into() }
}

/// Adds an entity that the text names so.
pub(crate) fn with_entity(mut record: NewsRecord, kind: EntityType, name: &str, mention: &str) -> NewsRecord {
    let mentions = vec![span(&record, "bodies/0", mention)];
    let number = record.dateline.entities.len() + 1;
    record.dateline.entities.push(plain_entity(number, kind, name, mentions));
    record
}

/// Adds a date that the text speaks of.
pub(crate) fn with_date(mut record: NewsRecord, mention: &str, value: &str, rule: &str) -> NewsRecord {
    let span = span(&record, "bodies/0", mention);
    record.dateline.timex.push(Timex {
        id: format!("t{}", record.dateline.timex.len() + 1).into(),
        kind: TimexType::Date,
        value: value.into(),
        begin: Some("2023-11-03T00:00:00Z".parse().unwrap()),
        end: Some("2023-11-04T00:00:00Z".parse().unwrap()),
        modifier: None,
        anchor: Some("2023-11-07".into()),
        rule: rule.into(),
        span,
    });
    record
}

/// Published on 7 November 2023 by one claim, another day by another.
pub(crate) fn published(mut record: NewsRecord) -> NewsRecord {
    record.dateline.published = Some(Published {
        value: "2023-11-07".into(),
        precision: Precision::Day,
        zone: ZoneKnowledge::None,
        from: "text-header".into(),
        raw: "date 2023-11-07".into(),
        confidence: 0.95,
        conflicts: vec![PublishedConflict {
            from: "feed".into(),
            raw: "Thu, 9 Nov 2023".into(),
            value: Some("2023-11-09".into()),
            reason: "the text states its own date".into(),
        }],
    });
    record
}
