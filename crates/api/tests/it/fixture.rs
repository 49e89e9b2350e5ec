//! A server of the API, its store, and a client that checks every answer.

use axum::Router;
use boon::{Compiler, Schemas};
use dateline_model::{ArticleId, EntityType, NewsRecord, Timex, TimexType};
use dateline_store::{Archive, OpenStore, Period, PostgresOptions, StoreConfig, StoreKind, open};
use dateline_testkit::http::{Answer, get};
use dateline_testkit::{PostgresServer, body_span, plain_entity, plain_record};
use jiff::Timestamp;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::LazyLock;
use tempfile::TempDir;
use tokio::net::TcpListener;

static SERVER: LazyLock<PostgresServer> = LazyLock::new(PostgresServer::start);

/// A running API.
pub(crate) struct Fixture {
    address: SocketAddr,
    config: StoreConfig,
    _folder: TempDir,
}

impl Fixture {
    /// Over a store of this kind that nobody has made yet.
    pub(crate) async fn without_store(kind: StoreKind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = match kind {
            StoreKind::Postgres => {
                let (url, schema) = (SERVER.url(), SERVER.fresh_name());
                let postgres = PostgresOptions { url, schema, ..PostgresOptions::default() };
                StoreConfig { kind, postgres, ..StoreConfig::default() }
            }
            _ => StoreConfig { path: folder.path().join("articles.db"), ..StoreConfig::default() },
        };
        let router =
            Router::new().nest(dateline_api::PREFIX, dateline_api::router(Archive::new(config.clone())));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, config, _folder: folder }
    }

    /// Over a store with these records.
    pub(crate) async fn with(kind: StoreKind, records: Vec<NewsRecord>) -> Self {
        let fixture = Self::without_store(kind).await;
        fixture.store().await.records.write(records).await.unwrap();
        fixture
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) async fn store(&self) -> OpenStore {
        open(&self.config).await.unwrap()
    }

    /// The answer to a path below the prefix. It is what the document says of this operation
    /// and status.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let answer = get(self.address, &format!("{}{path}", dateline_api::PREFIX)).await.unwrap();
        let media_type = if answer.status == 200 { "application/json" } else { "application/problem+json" };
        assert_eq!(answer.header("content-type"), Some(media_type), "{path}: {answer:?}");
        check(path, &answer);
        answer
    }

    /// The same of one that must succeed, as JSON.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }
}

/// Holds an answer against the document's schema for it.
fn check(path: &str, answer: &Answer) {
    let document = dateline_api::document();
    let asked = path.split('?').next().unwrap();
    let fits = |template: &str| {
        let (asked, template): (Vec<_>, Vec<_>) = (asked.split('/').collect(), template.split('/').collect());
        asked.len() == template.len() && asked.iter().zip(&template).all(|(a, t)| a == t || *t == "{id}")
    };
    let paths = document["paths"].as_object().unwrap();
    let operation = paths.iter().find(|(template, _)| fits(template)).map(|(_, item)| &item["get"]);
    let pointer = match operation {
        Some(operation) if answer.status == 200 => {
            operation["responses"]["200"]["content"]["application/json"]["schema"].clone()
        }
        Some(operation) => {
            let documented = &operation["responses"][answer.status.to_string()];
            assert!(documented.is_object(), "{path}: {} is not documented", answer.status);
            document["components"]["responses"]["Problem"]["content"]["application/problem+json"]["schema"]
                .clone()
        }
        None => return,
    };
    let mut schema = pointer;
    schema["components"] = document["components"].clone();
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("answer.json", schema).unwrap();
    let index = compiler.compile("answer.json", &mut schemas).unwrap();
    schemas
        .validate(&answer.json(), index)
        .unwrap_or_else(|error| panic!("{path}: {error:#}\n{}", answer.body));
}

/// The article of this name.
pub(crate) fn id(name: &str) -> ArticleId {
    ArticleId::from_url(&format!("https://example.org/{name}"))
}

/// One taken in so many seconds after the start of 2024.
pub(crate) fn article(name: &str, text: &str, seconds: i64) -> NewsRecord {
    plain_record(id(name), Some(name), text, Timestamp::from_second(1_704_067_200 + seconds).unwrap())
}

/// Lets it name somebody and speak of a day.
pub(crate) fn about(mut record: NewsRecord, person: &str, day: &str) -> NewsRecord {
    let entity = plain_entity(1, EntityType::Person, person, vec![body_span(person, 0)]);
    record.dateline.entities.push(entity);
    let period = Period::parse(day).unwrap();
    record.dateline.timex.push(Timex {
        id: "t1".into(),
        kind: TimexType::Date,
        value: day.into(),
        begin: Some(period.begin),
        end: Some(period.end),
        modifier: None,
        anchor: None,
        rule: "test".into(),
        span: body_span(day, 0),
    });
    record
}
