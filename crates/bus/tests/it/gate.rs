//! Back-pressure follows the lag of the next stage.

use crate::support::{CONSUMER, Rig, pull};
use dateline_bus::Gate;
use dateline_testkit::eventually_true;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn closes_at_the_high_mark_and_opens_at_the_low_one() {
    let rig = Rig::start().await;
    let stop = CancellationToken::new();
    let (gate, turning) = Gate::new(&rig.bus, CONSUMER, 3, 10, stop.clone());
    let turning = tokio::spawn(turning);
    assert!(gate.is_open());
    rig.publish(10, 10).await;
    eventually_true("the gate to close", async || !gate.is_open()).await;
    let (waiter, never) = (gate.clone(), CancellationToken::new());
    let waiting = tokio::spawn(async move { waiter.opened(&never).await });
    let stopped = CancellationToken::new();
    stopped.cancel();
    assert!(gate.opened(&stopped).await.is_err(), "a stop ends the wait");

    let intake = rig.intake().await;
    for delivery in pull(&intake, 6).await {
        delivery.ack().await.unwrap();
    }
    eventually_true("a lag of four", async || rig.bus.consumer_status(CONSUMER).await.unwrap().lag() == 4)
        .await;
    assert!(!gate.is_open() && !waiting.is_finished(), "between the marks nothing changes");
    for delivery in pull(&intake, 1).await {
        delivery.ack().await.unwrap();
    }
    waiting.await.unwrap().unwrap();
    assert!(gate.is_open());
    stop.cancel();
    turning.await.unwrap();
}

#[tokio::test]
async fn a_lag_that_cannot_be_read_leaves_it_as_it_is() {
    let mut rig = Rig::start().await;
    let stop = CancellationToken::new();
    let (gate, turning) = Gate::new(&rig.bus, CONSUMER, 1, 3, stop.clone());
    let turning = tokio::spawn(turning);
    rig.publish(3, 10).await;
    eventually_true("the gate to close", async || !gate.is_open()).await;
    rig.server.kill9();
    eventually_true("the connection to be lost", async || !rig.bus.is_connected()).await;
    assert!(!gate.is_open());
    stop.cancel();
    turning.await.unwrap();
    // With nobody left to turn it, nothing may hold back for ever.
    gate.opened(&CancellationToken::new()).await.unwrap();
}

#[tokio::test]
async fn an_open_gate_stays_open() {
    let gate = Gate::always_open();
    gate.opened(&CancellationToken::new()).await.unwrap();
    assert!(gate.is_open());
}
