//! OpenSearch, as far as a server of the tests' own speaks its protocol.

use crate::fixture::{Draft, draft, id};
use crate::writing::Written;
use dateline_model::NewsRecord;
use dateline_runtime::secret::Secret;
use dateline_runtime::units::ByteSize;
use dateline_store::{
    OpenSearchOptions, OpenSearchStore, RecordStore, Refusal, StoreConfig, StoreError, StoreKind,
    WriteOutcome, open as open_store,
};
use dateline_testkit::{Reply, SearchServer};
use std::sync::Arc;
use tokio::sync::OnceCell;

fn options(server: &SearchServer) -> OpenSearchOptions {
    OpenSearchOptions { url: server.url(), ..OpenSearchOptions::default() }
}

async fn open(server: &SearchServer) -> OpenSearchStore {
    OpenSearchStore::open(options(server)).await.unwrap()
}

fn batch<const N: usize>(drafts: [Draft; N]) -> Vec<NewsRecord> {
    drafts.map(Draft::record).to_vec()
}

#[derive(Default)]
struct Indexed {
    rig: OnceCell<(SearchServer, Arc<dyn RecordStore>)>,
}

impl Written for Indexed {
    async fn writer(&self) -> Arc<dyn RecordStore> {
        let start = || async {
            let server = SearchServer::start().await;
            let store: Arc<dyn RecordStore> = Arc::new(open(&server).await);
            (server, store)
        };
        Arc::clone(&self.rig.get_or_init(start).await.1)
    }

    async fn current(&self, name: &str) -> Option<NewsRecord> {
        let (server, _) = self.rig.get()?;
        let index = server.index();
        let (_, document) = index.documents.get(&id(name).to_string())?;
        Some(serde_json::from_value(document["record"].clone()).unwrap())
    }
}

crate::writing::writing_checks!(Indexed);

#[tokio::test]
async fn the_index_is_made_as_it_is_needed() {
    let server = SearchServer::start().await;
    let store = open(&server).await;
    store.ready().await.unwrap();
    drop(open(&server).await);
    let template = server.index().template.clone().unwrap();
    insta::assert_json_snapshot!(template);
}

#[tokio::test]
async fn fields_say_what_the_record_says() {
    let server = SearchServer::start().await;
    let store = open(&server).await;
    let full = draft("a", "Body.").headline("Title").published("2023-11-07").speaks_of("2023-11");
    store.write(batch([full.names(dateline_model::EntityType::Person, "Ada")])).await.unwrap();
    let document = |server: &SearchServer| {
        let mut document = server.index().documents[&id("a").to_string()].1.clone();
        document.as_object_mut().unwrap().remove("record");
        document
    };
    insta::assert_json_snapshot!(document(&server));
    store.write(batch([draft("a", "Body.").at(1).retracted()])).await.unwrap();
    insta::assert_json_snapshot!("a_retraction_has_no_text", document(&server));
}

#[tokio::test]
async fn items_that_a_busy_server_puts_off_are_sent_again_alone() {
    let server = SearchServer::start().await;
    let store = open(&server).await;
    server.index().faults.extend([
        None,
        Some((429, "es_rejected_execution_exception")),
        Some((503, "unavailable_shards_exception")),
    ]);
    let outcomes =
        store.write(batch([draft("a", "text"), draft("b", "text"), draft("c", "text")])).await.unwrap();
    assert_eq!(outcomes, vec![WriteOutcome::Inserted; 3]);
    assert_eq!(server.web().count("/dateline/_bulk"), 2);
    assert_eq!(server.index().documents.len(), 3);
}

#[tokio::test]
async fn a_malformed_document_is_refused_and_keeps_nobody_out() {
    let server = SearchServer::start().await;
    let store = open(&server).await;
    server.index().malformed = Some("poison");
    let outcomes =
        store.write(batch([draft("a", "good"), draft("b", "poison"), draft("c", "good")])).await.unwrap();
    assert!(
        matches!(
            outcomes.as_slice(),
            [WriteOutcome::Inserted, WriteOutcome::Refused(Refusal::Database(reason)), WriteOutcome::Inserted]
                if reason.contains("mapper_parsing_exception")
        ),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn a_request_that_is_too_large_goes_in_parts() {
    let server = SearchServer::start().await;
    let store = open(&server).await;
    server.index().most = Some(10_000);
    let large = "word ".repeat(4_000);
    let outcomes = store
        .write(batch([draft("a", "small"), draft("b", &large), draft("c", "small"), draft("d", "small")]))
        .await
        .unwrap();
    assert!(matches!(outcomes[1], WriteOutcome::Refused(_)), "{outcomes:?}");
    assert_eq!(server.index().documents.len(), 3);

    let server = SearchServer::start().await;
    let small = OpenSearchOptions { max_request: ByteSize(3_000), ..options(&server) };
    let store = OpenSearchStore::open(small).await.unwrap();
    store.write((0..20).map(|n| draft(&n.to_string(), "text").record()).collect()).await.unwrap();
    assert_eq!(server.index().documents.len(), 20);
    assert!(server.web().count("/dateline/_bulk") >= 5);
}

#[tokio::test]
async fn what_is_no_records_fault_loses_none() {
    let server = SearchServer::start().await;
    let store = open(&server).await;
    let write = || store.write(batch([draft("a", "text")]));
    for answer in [Reply::status(503), Reply::status(429), Reply::ok("application/json", "{\"items\":[")] {
        server.index().answers.push_back(answer);
        let error = write().await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    }
    server.index().answers.push_back(Reply::json(200, r#"{"errors":false,"items":[]}"#));
    assert!(matches!(write().await.unwrap_err(), StoreError::Unavailable { .. }));
    server.index().faults.push_back(Some((403, "cluster_block_exception")));
    let full = write().await.unwrap_err();
    assert!(matches!(full, StoreError::Full { .. }) && full.is_transient(), "{full:?}");
    server.index().faults.push_back(Some((400, "index_closed_exception")));
    assert!(matches!(write().await.unwrap_err(), StoreError::Database { .. }));
    server.index().answers.push_back(Reply::status(401));
    assert!(matches!(write().await.unwrap_err(), StoreError::Open { .. }));
    assert!(server.index().documents.is_empty());
    assert_eq!(write().await.unwrap(), [WriteOutcome::Inserted]);
    assert_eq!(write().await.unwrap(), [WriteOutcome::Unchanged]);
}

/// The process dies with nothing sent, after the first of several requests, and between
/// what it found to be newer and writing that once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_leaves_whole_documents_and_a_second_try_ends_right() {
    for (point, indexed) in [("packed", 2), ("indexed", 3), ("compared", 3)] {
        let server = SearchServer::start().await;
        let opensearch = OpenSearchOptions { max_request: ByteSize(3_000), ..options(&server) };
        let config = StoreConfig { kind: StoreKind::OpenSearch, opensearch, ..StoreConfig::default() };
        let store = open_store(&config).await.unwrap().records;
        store.write(batch([draft("a", "first words"), draft("b", "first words")])).await.unwrap();
        let second = crate::crash::second();
        if point == "compared" {
            // The same versions by earlier work: as new by their number, older by the whole order.
            let earlier = |mut record: NewsRecord| {
                record.version_created = crate::fixture::second(1);
                record
            };
            store.write(second.iter().cloned().map(earlier).collect()).await.unwrap();
        }
        crate::crash::die_at(&config, point);
        assert_eq!(server.index().documents.len(), indexed, "{point}");
        store.write(second.clone()).await.unwrap();
        let documents = server.index().documents.clone();
        assert_eq!(documents.len(), 3, "{point}");
        for record in second {
            let id = record.uri.strip_prefix("urn:uuid:").unwrap();
            let stored: NewsRecord = serde_json::from_value(documents[id].1["record"].clone()).unwrap();
            assert_eq!(stored, record, "{point}");
        }
    }
}

#[tokio::test]
async fn who_we_are_comes_from_files() {
    let server = SearchServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "c2VjcmV0\n").unwrap();
    let header =
        |server: &SearchServer| server.web().visits().last().unwrap().headers["authorization"].clone();
    let keyed = OpenSearchOptions { api_key_file: Some(file.clone()), ..options(&server) };
    OpenSearchStore::open(keyed).await.unwrap().ready().await.unwrap();
    assert_eq!(header(&server), "ApiKey c2VjcmV0");
    let basic = OpenSearchOptions {
        user: Some("me".into()),
        password: Some(Secret::new("pass")),
        ..options(&server)
    };
    OpenSearchStore::open(basic).await.unwrap().ready().await.unwrap();
    assert_eq!(header(&server), "Basic bWU6cGFzcw==");
    let missing = OpenSearchOptions { api_key_file: Some(folder.path().join("none")), ..options(&server) };
    assert!(matches!(OpenSearchStore::open(missing).await.err().unwrap(), StoreError::Open { .. }));
}
