//! kill -9 under load loses nothing and stores nothing twice.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dateline_testkit::{TestArticle, articles, eventually, http};
use tokio::sync::watch;

use crate::pipeline::{Pipeline, Service};

const ARTICLES: usize = 20_000;
/// Articles a file in the inbox.
const FILE: usize = 500;
/// Articles a push.
const BATCH: usize = 100;
/// kill -9, and start again.
const KILLS: usize = 3;
/// Enough for all of them on two busy cores.
const PATIENCE: Duration = Duration::from_mins(6);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_under_load_loses_nothing_and_stores_nothing_twice() {
    let seed = RandomState::new().hash_one("crash");
    println!("seed {seed}");
    let load: Vec<TestArticle> = articles(ARTICLES, 20).map(short).collect();
    let (filed, pushed) = load.split_at(ARTICLES / 2);
    let pipeline = Pipeline::new();
    let accepted = AtomicUsize::new(0);
    // Where to push; none while nothing runs.
    let (address, listening) = watch::channel(None);
    let feeding = async {
        for (number, articles) in filed.chunks(FILE).enumerate() {
            let lines: String = articles.iter().map(|article| article.json() + "\n").collect();
            pipeline.drop_into_inbox(&format!("{number:03}.jsonl"), lines);
        }
        push_all(pushed, listening, &accepted).await;
    };
    let killing = async {
        let mut service = started(&pipeline, &address).await;
        for moment in moments(seed) {
            eventually("more accepted pushes", PATIENCE, || async {
                (accepted.load(Ordering::SeqCst) >= moment.accepted).then_some(())
            })
            .await;
            tokio::time::sleep(moment.delay).await;
            address.send_replace(None);
            if moment.broker {
                pipeline.kill_broker();
            }
            service.kill9();
            pipeline.wait_broker_gone().await;
            service = started(&pipeline, &address).await;
        }
        service
    };
    let ((), service) = tokio::join!(feeding, killing);

    pipeline.wait_stored(ARTICLES as u64, PATIENCE).await;
    pipeline.assert_holds(&load).await;
    assert_eq!(pipeline.dead_letters().len(), 0);
    service.stop().await;
    pipeline.wait_broker_gone().await;
}

/// When to kill: so long after so many batches were accepted; the broker as well, or not.
#[derive(Debug)]
struct Moment {
    accepted: usize,
    delay: Duration,
    broker: bool,
}

/// Moments spread over the whole load; the last one strikes when all is fed or nearly so.
fn moments(seed: u64) -> Vec<Moment> {
    let batches = ARTICLES / 2 / BATCH;
    let mut state = seed;
    let mut draw = |below: u64| {
        // A linear congruential generator (Knuth) is random enough for this.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let part = batches / KILLS;
    let moment = |kill: usize| Moment {
        accepted: kill * part + usize::try_from(draw(part as u64)).expect("a part is small"),
        delay: Duration::from_millis(draw(1_000)),
        broker: kill % 2 == 1,
    };
    (0..KILLS).map(moment).collect()
}

async fn started(pipeline: &Pipeline, address: &watch::Sender<Option<SocketAddr>>) -> Service {
    let mut service = Service::start(pipeline.up());
    address.send_replace(Some(service.push().await));
    service
}

/// Sends every batch until it is answered 202: from then on it is owed.
async fn push_all(
    articles: &[TestArticle],
    mut listening: watch::Receiver<Option<SocketAddr>>,
    accepted: &AtomicUsize,
) {
    for batch in articles.chunks(BATCH) {
        let lines: String = batch.iter().map(|article| article.json() + "\n").collect();
        loop {
            let address = *listening.wait_for(Option::is_some).await.expect("the killer outlives us");
            let address = address.expect("it was waited for");
            let headers = [("Content-Type", "application/x-ndjson")];
            match http::post(address, "/articles?source=wire", &headers, lines.as_bytes()).await {
                Ok(answer) if answer.status == 202 => break,
                // Behind, stopping, or gone: all of it is sent again.
                Ok(answer) => assert!([429, 503].contains(&answer.status), "{answer:?}"),
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        accepted.fetch_add(1, Ordering::SeqCst);
    }
}

/// The article with about a third of its text: what is tested is delivery.
fn short(article: TestArticle) -> TestArticle {
    let end = article.text.floor_char_boundary(1_000);
    TestArticle { text: article.text[..end].trim_end().to_owned(), ..article }
}
