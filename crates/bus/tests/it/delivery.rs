//! A delivery is decided once: acknowledged, handed back, or (a fault) dropped.

use crate::support::{CONSUMER, Rig, ack_wait, next, pull};
use dateline_testkit::{LocalMetrics, eventually_true};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const SHORT: Duration = Duration::from_millis(500);

#[tokio::test]
async fn acknowledged_is_gone() {
    let rig = Rig::with(ack_wait(SHORT)).await;
    rig.publish(1, 10).await;
    let intake = rig.intake().await;
    next(&intake).await.ack().await.unwrap();
    eventually_true("the ack floor to rise", async || {
        let status = rig.bus.consumer_status(CONSUMER).await.unwrap();
        status.ack_floor == 1 && status.lag() == 0
    })
    .await;
    // A pull lasts a second: longer than the ack wait.
    assert!(pull(&intake, 1).await.is_empty());
}

#[tokio::test]
async fn handed_back_comes_again_after_its_delay() {
    let rig = Rig::start().await;
    rig.publish(1, 10).await;
    let intake = rig.intake().await;
    let delivery = next(&intake).await;
    assert_eq!(delivery.attempt(), 1);
    let (published_at, name) = (delivery.published_at(), delivery.unique_name());
    let handed_back = Instant::now();
    delivery.retry(Duration::from_millis(400)).await.unwrap();
    let again = next(&intake).await;
    assert!(handed_back.elapsed() >= Duration::from_millis(400));
    assert_eq!((again.attempt(), again.sequence()), (2, 1));
    assert_eq!((again.published_at(), again.unique_name()), (published_at, name));
    again.ack().await.unwrap();
}

#[tokio::test]
async fn dropped_comes_again_after_the_ack_wait_and_is_counted() {
    let metrics = LocalMetrics::record();
    let rig = Rig::with(ack_wait(SHORT)).await;
    rig.publish(1, 10).await;
    let intake = rig.intake().await;
    let delivered = Instant::now();
    drop(next(&intake).await);
    let again = next(&intake).await;
    // The broker counts from its own sending, a little before we had the message.
    assert!(delivered.elapsed() >= SHORT / 2);
    assert_eq!(again.attempt(), 2);
    again.ack().await.unwrap();
    let undecided = metrics.read().sum("dateline_deliveries_undecided_total", &[]);
    assert!((undecided - 1.0).abs() < 0.5, "{undecided}");
}

#[tokio::test]
async fn what_is_in_hand_is_not_given_to_somebody_else() {
    let rig = Rig::with(ack_wait(SHORT)).await;
    rig.publish(2, 10).await;
    let (sender, mut receiver) = mpsc::channel(2);
    let stop = CancellationToken::new();
    let accept = move |delivery, permit| sender.try_send((delivery, permit)).unwrap();
    let run = tokio::spawn(rig.intake().await.run(2, stop.clone(), accept));
    // One is worked on, the other one waits behind it: both are in hand.
    let held = [receiver.recv().await.unwrap(), receiver.recv().await.unwrap()];
    let other = rig.intake().await;
    // Two pulls of a second each: four times the ack wait.
    assert_eq!(pull(&other, 1).await.len() + pull(&other, 1).await.len(), 0);
    for (delivery, permit) in held {
        delivery.ack().await.unwrap();
        drop(permit);
    }
    assert_eq!(rig.bus.consumer_status(CONSUMER).await.unwrap().redelivered, 0);
    stop.cancel();
    run.await.unwrap();
}
