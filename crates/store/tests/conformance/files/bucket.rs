//! A bucket: a small server that keeps what is put into it, by the protocol of S3.

use super::Files;
use crate::fixture::{draft, id};
use crate::writing::{Written, newest};
use dateline_model::NewsRecord;
use dateline_store::{FileKind, FileOptions, RecordStore, S3Options, StoreError};
use dateline_testkit::{Reply, WebServer, eventually_true};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::OnceCell;

/// What is in the bucket, by path.
#[derive(Clone, Default)]
struct Objects {
    by_path: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    is_away: Arc<AtomicBool>,
}

impl Objects {
    async fn serve(&self) -> WebServer {
        let objects = self.clone();
        WebServer::start(move |request| {
            if objects.is_away.load(Ordering::Relaxed) {
                return Reply::status(503);
            }
            let signed = request.header("authorization").is_some_and(|value| {
                value.starts_with("AWS4-HMAC-SHA256 Credential=key-id/") && value.contains("Signature=")
            });
            match (request.method.as_str(), signed) {
                ("PUT", true) => {
                    objects.by_path.lock().unwrap().insert(request.path.clone(), request.body.clone());
                    Reply::status(200).header("ETag", "\"1\"")
                }
                (_, false) => Reply::status(403),
                _ => Reply::status(405),
            }
        })
        .await
    }

    fn records(&self) -> Vec<NewsRecord> {
        let objects = self.by_path.lock().unwrap();
        let lines = |bytes: &Vec<u8>| String::from_utf8(zstd::decode_all(bytes.as_slice()).unwrap()).unwrap();
        let texts: Vec<String> = objects.values().map(lines).collect();
        texts.iter().flat_map(|text| text.lines().map(|line| serde_json::from_str(line).unwrap())).collect()
    }
}

#[derive(Default)]
struct InBucket {
    objects: Objects,
    rig: OnceCell<(WebServer, Files)>,
}

impl InBucket {
    async fn files(&self) -> &Files {
        let start = || async {
            let server = self.objects.serve().await;
            let options = FileOptions { s3: Some(s3(&server, "key-id")), ..FileOptions::default() };
            (server, Files::of(FileKind::JsonLines, options))
        };
        &self.rig.get_or_init(start).await.1
    }
}

fn s3(server: &WebServer, key: &str) -> S3Options {
    let text = format!(
        "bucket = 'news'\nprefix = 'dateline/'\nendpoint = '{}'\nallow_http = true\naccess_key_id = '{key}'\nsecret_access_key = 'secret'",
        server.url("")
    );
    toml::from_str(&text).unwrap()
}

impl Written for InBucket {
    async fn writer(&self) -> Arc<dyn RecordStore> {
        self.files().await.writer().await
    }

    async fn current(&self, name: &str) -> Option<NewsRecord> {
        self.writer().await.flush().await.unwrap();
        let uri = id(name).uri();
        newest(self.objects.records().into_iter().filter(|record| record.uri == uri))
    }
}

crate::writing::writing_checks!(InBucket);

#[tokio::test]
async fn objects_lie_in_partitions_below_the_prefix() {
    let bucket = InBucket::default();
    bucket.writer().await.write(vec![draft("a", "text").record()]).await.unwrap();
    bucket.writer().await.flush().await.unwrap();
    let paths: Vec<String> = bucket.objects.by_path.lock().unwrap().keys().cloned().collect();
    assert_eq!(paths.len(), 1);
    // `=` may be escaped in the path of a request.
    let path = paths[0].replace("%3D", "=");
    assert!(path.starts_with("/news/dateline/date=2024-01-01/lang=en/part-"), "{path}");
    assert!(path.ends_with(".jsonl.zst"), "{path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_away_costs_nothing() {
    let bucket = InBucket::default();
    let store = bucket.writer().await;
    bucket.objects.is_away.store(true, Ordering::Relaxed);
    store.write(vec![draft("a", "text").record()]).await.unwrap();
    let error = store.flush().await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    store.write(vec![draft("b", "text").record()]).await.unwrap();
    bucket.objects.is_away.store(false, Ordering::Relaxed);
    eventually_true("both to be put", async || {
        store.flush().await.is_ok() && bucket.objects.records().len() == 2
    })
    .await;
}

#[tokio::test]
async fn a_wrong_key_is_named() {
    let objects = Objects::default();
    let server = objects.serve().await;
    let options = FileOptions { s3: Some(s3(&server, "other-id")), ..FileOptions::default() };
    let files = Files::of(FileKind::JsonLines, options);
    let store = files.writer().await;
    store.write(vec![draft("a", "text").record()]).await.unwrap();
    let error = store.flush().await.unwrap_err();
    assert!(matches!(error, StoreError::Open { .. }), "{error:?}");
    assert!(objects.records().is_empty());
}
