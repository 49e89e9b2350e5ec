//! Files in a bucket, by a server that speaks S3 over HTTP.

use super::crash::{first, sorted};
use super::reading::records_in;
use crate::fixture::{draft, id};
use crate::writing::{Written, newest};
use dateline_model::NewsRecord;
use dateline_runtime::units::HumanDuration;
use dateline_store::{
    Compression, FileOptions, Probe, RecordStore, S3Options, StoreConfig, StoreError, StoreKind,
    WriteOutcome, open, probe,
};
use dateline_testkit::{Network, Proxy, Reply, S3Server, WebServer, eventually_true, free_port};
use futures::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::{ObjectStore, ObjectStoreExt};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::OnceCell;

static SERVER: LazyLock<S3Server> = LazyLock::new(S3Server::start);

/// Where a step may end: those of a folder, and one within the upload.
const POINTS: [(&str, bool); 9] = [
    ("started", false),
    ("spooled", false),
    ("synced", true),
    ("rolled", true),
    ("made", true),
    ("uploaded", true),
    ("named", true),
    ("parts-made", true),
    ("remembered", true),
];

/// A bucket of its own and the folder of the spool.
struct Bucket {
    folder: TempDir,
    name: String,
}

impl Bucket {
    async fn fresh() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("secret"), "anything\n").unwrap();
        Self { folder, name: SERVER.fresh_bucket().await }
    }

    fn config(&self, kind: StoreKind) -> StoreConfig {
        self.config_at(SERVER.address(), kind)
    }

    fn config_at(&self, server: SocketAddr, kind: StoreKind) -> StoreConfig {
        let s3 = S3Options {
            bucket: Some(self.name.clone()),
            prefix: "news/archive".into(),
            endpoint: Some(format!("http://{server}")),
            access_key: Some("test".into()),
            secret_key_file: Some(self.folder.path().join("secret")),
            ..S3Options::default()
        };
        let files = FileOptions { compression: Compression::None, s3, ..FileOptions::default() };
        StoreConfig { kind, path: self.folder.path().join("spool"), files, ..StoreConfig::default() }
    }

    /// Names of its objects, and what they hold.
    async fn objects(&self) -> Vec<(String, Vec<u8>)> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let service = AmazonS3Builder::new()
            .with_endpoint(format!("http://{}", SERVER.address()))
            .with_allow_http(true)
            .with_bucket_name(&self.name)
            .with_access_key_id("test")
            .with_secret_access_key("anything")
            .build()
            .unwrap();
        let listed: Vec<_> = service.list(None).try_collect().await.unwrap();
        let mut objects = Vec::new();
        for object in listed {
            let bytes = service.get(&object.location).await.unwrap().bytes().await.unwrap();
            objects.push((object.location.to_string(), bytes.to_vec()));
        }
        objects
    }

    async fn records(&self) -> Vec<NewsRecord> {
        let mut records = Vec::new();
        for (name, bytes) in self.objects().await {
            let name = name.strip_prefix("news/archive/").unwrap();
            if name != "_dateline" {
                assert!(name.starts_with("date="), "{name}");
                records.extend(records_in(name, bytes));
            }
        }
        records
    }

    /// Local files that wait for something.
    fn left(&self) -> usize {
        let count =
            |name| std::fs::read_dir(self.folder.path().join("spool/_spool").join(name)).unwrap().count();
        count("segments") + count("parts")
    }
}

/// Lines, not compressed, so that an article of 20 MB goes up in pieces.
#[derive(Default)]
struct Put(OnceCell<(Bucket, Arc<dyn RecordStore>)>);

impl Written for Put {
    async fn writer(&self) -> Arc<dyn RecordStore> {
        let start = || async {
            let bucket = Bucket::fresh().await;
            let store = open(&bucket.config(StoreKind::JsonLines)).await.unwrap().records;
            (bucket, store)
        };
        Arc::clone(&self.0.get_or_init(start).await.1)
    }

    async fn current(&self, name: &str) -> Option<NewsRecord> {
        let (bucket, store) = self.0.get()?;
        store.flush().await.unwrap();
        let uri = id(name).uri();
        newest(bucket.records().await.into_iter().filter(|record| record.uri == uri))
    }
}

crate::writing::writing_checks!(Put);

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_leaves_each_object_once() {
    for kind in [StoreKind::JsonLines, StoreKind::Parquet] {
        for (point, is_durable) in POINTS {
            let bucket = Bucket::fresh().await;
            let config = bucket.config(kind);
            let (first, second) = (first(), crate::crash::second());
            {
                let store = open(&config).await.unwrap().records;
                store.write(first.clone()).await.unwrap();
                store.flush().await.unwrap();
            }
            crate::crash::die_at(&config, point);
            drop(bucket.records().await);
            let store = open(&config).await.unwrap().records;
            let outcomes = store.write(second.clone()).await.unwrap();
            let is_known = outcomes.iter().all(|outcome| *outcome == WriteOutcome::Unchanged);
            assert!(is_known || !is_durable, "{point}");
            store.flush().await.unwrap();
            assert_eq!(sorted(bucket.records().await), sorted([first, second].concat()), "{point}");
            assert_eq!(bucket.left(), 0, "{point}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_away_is_waited_for() {
    let bucket = Bucket::fresh().await;
    let proxy = Proxy::to(SERVER.address()).await;
    let mut config = bucket.config_at(proxy.address(), StoreKind::Parquet);
    config.files.roll_after = HumanDuration(Duration::from_millis(200));
    let store = open(&config).await.unwrap().records;
    proxy.set(Network::Reset);
    let batch = first();
    let outcomes = store.write(batch.clone()).await.unwrap();
    assert_eq!(outcomes, [WriteOutcome::Inserted, WriteOutcome::Inserted], "the spool takes it");
    let error = store.flush().await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }) && error.is_transient(), "{error:?}");
    assert!(bucket.records().await.is_empty());
    store.ready().await.unwrap();
    proxy.set(Network::Up);
    eventually_true("what waited to be put there", async || bucket.records().await.len() == batch.len())
        .await;
    eventually_true("nothing to wait any more", async || bucket.left() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_not_there_is_said_to_be_missing() {
    let mut bucket = Bucket::fresh().await;
    bucket.name = "no-such-bucket".into();
    let error = open(&bucket.config(StoreKind::Parquet)).await.err().unwrap();
    let said = dateline_runtime::ErrorChain(&error).to_string();
    assert!(matches!(error, StoreError::Open { .. }) && !error.is_transient(), "{said}");
    assert!(said.contains("s3://no-such-bucket/news/archive"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_is_looked_at_and_left_as_it_is() {
    let mut bucket = Bucket::fresh().await;
    let config = bucket.config(StoreKind::Parquet);
    assert_eq!(probe(&config).await.unwrap(), Probe::Absent);
    assert!(bucket.objects().await.is_empty() && !config.path.exists(), "nothing was made");
    drop(open(&config).await.unwrap());
    assert_eq!(probe(&config).await.unwrap(), Probe::Reached);
    std::fs::remove_file(bucket.folder.path().join("secret")).unwrap();
    let said = dateline_runtime::ErrorChain(&probe(&config).await.unwrap_err()).to_string();
    assert!(said.contains("secret: No such file"), "{said}");
    let error = probe(&bucket.config_at(nowhere(), StoreKind::Parquet)).await.unwrap_err();
    assert!(matches!(error, StoreError::Open { .. }), "the secret is looked for first: {error}");
    std::fs::write(bucket.folder.path().join("secret"), "anything\n").unwrap();
    let error = probe(&bucket.config_at(nowhere(), StoreKind::Parquet)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    bucket.name = "no-such-bucket".into();
    let error = probe(&bucket.config(StoreKind::Parquet)).await.unwrap_err();
    assert!(matches!(error, StoreError::Open { .. }), "{error}");
}

/// Where no service is.
fn nowhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_to_read_is_told_from_one_of_the_key() {
    for (code, is_fault) in [("AccessDenied", false), ("SignatureDoesNotMatch", true)] {
        let server = WebServer::start(move |request| {
            assert_eq!(request.method, "GET");
            Reply::json(403, &format!("<Error><Code>{code}</Code></Error>"))
        })
        .await;
        let bucket = Bucket::fresh().await;
        let address = (Ipv4Addr::LOCALHOST, server.port()).into();
        match probe(&bucket.config_at(address, StoreKind::Parquet)).await {
            Ok(found) => assert!(!is_fault && found == Probe::Reached, "{code}: {found}"),
            Err(error) => assert!(is_fault && matches!(error, StoreError::Open { .. }), "{code}: {error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_lie_by_date_and_language_under_the_prefix() {
    let bucket = Bucket::fresh().await;
    let store = open(&bucket.config(StoreKind::Parquet)).await.unwrap().records;
    store.write(vec![draft("a", "text").language("de-AT").record()]).await.unwrap();
    store.flush().await.unwrap();
    let names: Vec<String> = bucket.objects().await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(names[0], "news/archive/_dateline");
    let part = names[1].strip_prefix("news/archive/date=2024-01-01/lang=de/part-");
    assert!(part.is_some_and(|part| part.ends_with(".parquet")), "{names:?}");
}
