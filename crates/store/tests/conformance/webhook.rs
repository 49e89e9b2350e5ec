//! A receiver of webhooks: a small server that checks every signature and answers as
//! it is told to.

use crate::fixture::{Draft, draft, id};
use crate::writing::{Written, newest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dateline_model::NewsRecord;
use dateline_runtime::clock::SystemClock;
use dateline_runtime::secret::Secret;
use dateline_runtime::units::{ByteSize, HumanDuration};
use dateline_store::{
    OnGone, RecordStore, Refusal, StoreConfig, StoreError, StoreKind, WebhookForm, WebhookOptions,
    WebhookStore, WriteOutcome,
};
use dateline_testkit::{Manner, Reply, Request, WebServer, eventually_true};
use ring::hmac;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::OnceCell;

const SECRET: &str = "a secret of this test";

/// What the receiver was sent, and how it will answer: by default 204.
#[derive(Clone, Default)]
struct Receiver {
    taken: Arc<Mutex<Vec<NewsRecord>>>,
    answers: Arc<Mutex<VecDeque<Reply>>>,
    /// Records with this in the body are refused.
    refuses: Arc<Mutex<Option<&'static str>>>,
}

impl Receiver {
    async fn serve(&self) -> WebServer {
        let receiver = self.clone();
        WebServer::start(move |request| receiver.answer(request)).await
    }

    fn answer(&self, request: &Request) -> Reply {
        let body = String::from_utf8(request.body.clone()).unwrap();
        if !is_signed(request, &body) {
            return Reply::status(401);
        }
        if let Some(answer) = self.answers.lock().unwrap().pop_front() {
            return answer;
        }
        if self.refuses.lock().unwrap().is_some_and(|word| body.contains(word)) {
            return Reply::status(422);
        }
        let value: serde_json::Value = serde_json::from_str(&body).unwrap();
        let items = value.as_array().cloned().unwrap_or_else(|| vec![value]);
        let records = items.into_iter().map(|item| serde_json::from_value(item["data"].clone()).unwrap());
        self.taken.lock().unwrap().extend(records);
        Reply::status(204)
    }

    fn say(&self, answers: impl IntoIterator<Item = Reply>) {
        self.answers.lock().unwrap().extend(answers);
    }

    fn taken(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

/// As the Standard Webhooks specification has receivers check it.
fn is_signed(request: &Request, body: &str) -> bool {
    let header = |name| request.header(name).unwrap_or_default();
    let Some(signature) = header("webhook-signature").strip_prefix("v1,") else { return false };
    let content = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = BASE64_STANDARD.decode(signature).unwrap();
    header("idempotency-key") == header("webhook-id") && hmac::verify(&key, content.as_bytes(), &tag).is_ok()
}

fn options(server: &WebServer, form: WebhookForm) -> WebhookOptions {
    WebhookOptions {
        url: server.url("/articles?token=hidden"),
        secret: Some(Secret::new(SECRET)),
        form,
        allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
        timeout: HumanDuration(Duration::from_mins(1)),
        max_record_mib: 64,
        ..WebhookOptions::default()
    }
}

fn store(options: WebhookOptions) -> WebhookStore {
    WebhookStore::open(options, SystemClock::shared()).unwrap()
}

/// Some drafts as a batch.
fn batch<const N: usize>(drafts: [Draft; N]) -> Vec<NewsRecord> {
    drafts.map(Draft::record).to_vec()
}

/// One form, for the checks.
macro_rules! form {
    ($name:ident, $form:expr) => {
        mod $name {
            use super::*;

            #[derive(Default)]
            struct Posted {
                receiver: Receiver,
                rig: OnceCell<(WebServer, Arc<dyn RecordStore>)>,
            }

            impl Written for Posted {
                async fn writer(&self) -> Arc<dyn RecordStore> {
                    let start = || async {
                        let server = self.receiver.serve().await;
                        let store: Arc<dyn RecordStore> = Arc::new(store(options(&server, $form)));
                        (server, store)
                    };
                    Arc::clone(&self.rig.get_or_init(start).await.1)
                }

                async fn current(&self, name: &str) -> Option<NewsRecord> {
                    let taken = self.receiver.taken.lock().unwrap().clone();
                    newest(taken.into_iter().filter(|record| record.uri == id(name).uri()))
                }
            }

            crate::writing::writing_checks!(Posted);
        }
    };
}

form!(single, WebhookForm::Record);
form!(array, WebhookForm::Batch);

#[tokio::test]
async fn what_passes_is_tried_again_under_the_same_name() {
    let receiver = Receiver::default();
    let server = receiver.serve().await;
    let patient = options(&server, WebhookForm::Record);
    let hasty = WebhookOptions { timeout: HumanDuration(Duration::from_millis(300)), ..patient.clone() };
    let record = || batch([draft("a", "text")]);
    receiver.say([Reply::status(204).manner(Manner::Hang)]);
    let error = store(hasty).write(record()).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    let store = store(patient);
    for status in [500, 503, 408, 429] {
        receiver.say([Reply::status(status)]);
        let error = store.write(record()).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Unavailable { .. }) && error.is_transient(),
            "{status}: {error:?}"
        );
    }
    assert_eq!(store.write(record()).await.unwrap(), [WriteOutcome::Inserted]);
    assert_eq!(store.write(record()).await.unwrap(), [WriteOutcome::Unchanged]);
    let names: std::collections::BTreeSet<_> =
        server.visits().iter().map(|visit| visit.headers["webhook-id"].clone()).collect();
    assert_eq!((names.len(), receiver.taken()), (1, 1));
}

#[tokio::test]
async fn a_pause_that_was_asked_for_is_kept() {
    let receiver = Receiver::default();
    let server = receiver.serve().await;
    let store = store(options(&server, WebhookForm::Record));
    receiver.say([Reply::status(429).header("Retry-After", "3600")]);
    assert!(store.write(batch([draft("a", "text")])).await.unwrap_err().is_transient());
    assert!(store.ready().await.is_err());
    let error = store.write(batch([draft("a", "text")])).await.unwrap_err();
    let said = format!("{}", dateline_runtime::ErrorChain(&error));
    assert!(said.contains("asked for a pause") && !said.contains("hidden"), "{said}");
    assert_eq!(server.visits().len(), 1, "nothing was posted meanwhile");
}

#[tokio::test]
async fn what_is_taken_is_not_posted_again_with_the_rest() {
    let receiver = Receiver::default();
    let server = receiver.serve().await;
    let store = store(WebhookOptions { parallel: 1, ..options(&server, WebhookForm::Record) });
    let three = || batch([draft("a", "text"), draft("b", "text"), draft("c", "text")]);
    receiver.say([Reply::status(204), Reply::status(500)]);
    assert!(store.write(three()).await.is_err());
    assert_eq!(store.write(three()).await.unwrap(), vec![WriteOutcome::Inserted; 3]);
    let names: Vec<_> = server.visits().iter().map(|visit| visit.headers["webhook-id"].clone()).collect();
    assert_eq!((names.len(), receiver.taken()), (4, 2), "{names:?}");
    assert_eq!(names[1], names[2], "only what was not taken comes again");
}

#[tokio::test]
async fn a_refused_record_is_named_and_keeps_nobody_out() {
    for form in [WebhookForm::Record, WebhookForm::Batch] {
        let receiver = Receiver::default();
        *receiver.refuses.lock().unwrap() = Some("poison");
        let server = receiver.serve().await;
        let store = store(options(&server, form));
        let outcomes =
            store.write(batch([draft("a", "good"), draft("b", "poison"), draft("c", "good")])).await.unwrap();
        assert!(
            matches!(
                outcomes.as_slice(),
                [
                    WriteOutcome::Inserted,
                    WriteOutcome::Refused(Refusal::Receiver(reason)),
                    WriteOutcome::Inserted
                ] if reason.contains("422")
            ),
            "{outcomes:?}"
        );
        assert_eq!(receiver.taken(), 2);
        // Mended on the other side, a replayed dead letter arrives.
        *receiver.refuses.lock().unwrap() = None;
        assert_eq!(store.write(batch([draft("b", "poison")])).await.unwrap(), [WriteOutcome::Inserted]);
        assert_eq!(receiver.taken(), 3);
    }
}

#[tokio::test]
async fn answers_that_concern_every_record_stop_the_sink() {
    for (answer, says) in [
        (Reply::status(401), "webhook.url"),
        (Reply::status(403), "webhook.url"),
        (Reply::status(404), "webhook.url"),
        (Reply::status(410), "webhook.on_gone"),
        (Reply::redirect(301, "https://elsewhere.example.org/"), "elsewhere"),
    ] {
        let receiver = Receiver::default();
        let server = receiver.serve().await;
        let store = store(options(&server, WebhookForm::Record));
        receiver.say([answer]);
        let error = store.write(batch([draft("a", "text")])).await.unwrap_err();
        let said = format!("{}", dateline_runtime::ErrorChain(&error));
        assert!(matches!(error, StoreError::Open { .. }) && !error.is_transient(), "{error:?}");
        assert!(said.contains(says) && !said.contains("hidden"), "{said}");
    }
}

#[tokio::test]
async fn gone_may_mean_a_dead_letter() {
    let receiver = Receiver::default();
    let server = receiver.serve().await;
    let store =
        store(WebhookOptions { on_gone: OnGone::DeadLetter, ..options(&server, WebhookForm::Record) });
    receiver.say([Reply::status(410)]);
    let outcomes = store.write(batch([draft("a", "text")])).await.unwrap();
    assert!(matches!(outcomes[0], WriteOutcome::Refused(Refusal::Receiver(_))), "{outcomes:?}");
}

#[tokio::test]
async fn messages_of_several_keep_their_limits() {
    let receiver = Receiver::default();
    let server = receiver.serve().await;
    let limited = WebhookOptions { max_records: 3, ..options(&server, WebhookForm::Batch) };
    let ten = (0..10).map(|n| draft(&n.to_string(), "text").record()).collect();
    store(limited).write(ten).await.unwrap();
    assert_eq!((server.visits().len(), receiver.taken()), (4, 10));
    let small = WebhookOptions { max_bytes: ByteSize(1), ..options(&server, WebhookForm::Batch) };
    store(small).write(batch([draft("x", "text"), draft("y", "text")])).await.unwrap();
    assert_eq!((server.visits().len(), receiver.taken()), (6, 12));
}

#[tokio::test]
async fn private_addresses_are_refused_unless_allowed() {
    let receiver = Receiver::default();
    let server = receiver.serve().await;
    let guarded = WebhookOptions { allow_networks: Vec::new(), ..options(&server, WebhookForm::Record) };
    let by_address = WebhookStore::open(guarded.clone(), SystemClock::shared()).err().unwrap();
    assert!(matches!(by_address, StoreError::Open { .. }), "{by_address:?}");
    let by_name = WebhookOptions { url: format!("http://localhost:{}/", server.port()), ..guarded };
    let error = store(by_name).write(batch([draft("a", "text")])).await.unwrap_err();
    let said = format!("{}", dateline_runtime::ErrorChain(&error));
    assert!(said.contains("allow_networks"), "{said}");
    assert!(server.visits().is_empty());
}

/// The names of all messages that were posted, each once.
fn names_of(server: &WebServer) -> BTreeSet<String> {
    server.visits().into_iter().map(|visit| visit.headers["webhook-id"].clone()).collect()
}

/// The process dies with nothing posted, after the first message was taken, and with all
/// of them taken but nobody told: what is posted again has the name that it had.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_posts_again_under_the_same_names() {
    for form in [WebhookForm::Record, WebhookForm::Batch] {
        for (point, fewest) in [("packed", 0), ("posted", 1), ("answered", 3)] {
            let receiver = Receiver::default();
            let server = receiver.serve().await;
            let folder = tempfile::tempdir().unwrap();
            let secret = folder.path().join("secret");
            std::fs::write(&secret, SECRET).unwrap();
            let webhook = WebhookOptions {
                secret: None,
                secret_file: Some(secret),
                max_records: 2,
                parallel: 1,
                ..options(&server, form)
            };
            let config = StoreConfig { kind: StoreKind::Webhook, webhook, ..StoreConfig::default() };
            crate::crash::die_at(&config, point);
            let before = receiver.taken();
            assert!(before >= fewest && (before == 3) == (fewest == 3), "{point}: {before}");
            let second = crate::crash::second();
            let store = dateline_store::open(&config).await.unwrap().records;
            store.write(second.clone()).await.unwrap();
            let taken = receiver.taken.lock().unwrap().clone();
            assert_eq!(taken.len(), before + second.len(), "{point}");
            assert!(second.iter().all(|record| taken.contains(record)), "{point}");
            let messages = if form == WebhookForm::Record { 3 } else { 2 };
            // A visit is noted when it is over, which may be after its answer came.
            eventually_true("as many names as messages", async || names_of(&server).len() == messages).await;
        }
    }
}
