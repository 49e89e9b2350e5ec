//! A message that was delivered too often is worked on alone, and given up on only when it
//! ended its worker each time.

use crate::support::{Rig, next};
use dateline_bus::{Delivery, QuarantineError};
use dateline_testkit::eventually_true;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const SOON: Duration = Duration::from_millis(1);

/// The only message, after so many deliveries that it is suspected.
async fn suspect(rig: &Rig) -> Delivery {
    let intake = rig.intake().await;
    loop {
        let delivery = next(&intake).await;
        if rig.bus.suspects(&delivery) {
            return delivery;
        }
        delivery.retry(SOON).await.unwrap();
    }
}

/// Works on the suspect in a task that dies in the middle of it, as a killed process does.
async fn die_with_it(rig: &Rig) {
    let (bus, delivery, began) =
        (rig.other_bus().await, suspect(rig).await, Arc::new(AtomicBool::new(false)));
    let noted = began.clone();
    let worker = tokio::spawn(async move {
        let work = async {
            noted.store(true, Ordering::SeqCst);
            std::future::pending::<()>().await;
        };
        bus.quarantine().alone(&bus, &delivery, work).await.map(drop)
    });
    eventually_true("the work to begin", async || began.load(Ordering::SeqCst)).await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
}

async fn trials(rig: &Rig) -> u64 {
    rig.bus.status().await.unwrap().stream("DATELINE_TRIALS").unwrap().messages
}

#[tokio::test]
async fn an_innocent_message_passes_its_first_trial() {
    let rig = Rig::start().await;
    rig.publish(1, 10).await;
    let delivery = suspect(&rig).await;
    let done = rig.bus.quarantine().alone(&rig.bus, &delivery, async { trials(&rig).await }).await;
    assert_eq!(done.unwrap(), 1, "the trial is on record while it goes on");
    assert_eq!(trials(&rig).await, 0);
    delivery.ack().await.unwrap();
}

#[tokio::test]
async fn a_message_that_ends_each_worker_is_given_up_on() {
    let rig = Rig::with(crate::support::ack_wait(Duration::from_millis(300))).await;
    rig.publish(1, 10).await;
    for _ in 0..3 {
        die_with_it(&rig).await;
    }
    let delivery = suspect(&rig).await;
    let work = async { panic!("a deadly message is not worked on again") };
    let error = rig.bus.quarantine().alone(&rig.bus, &delivery, work).await.unwrap_err();
    assert!(matches!(error, QuarantineError::Deadly { trials: 3, .. }), "{error}");
    assert_eq!(trials(&rig).await, 0, "the message leaves no note behind");
    delivery.ack().await.unwrap();
}

#[tokio::test]
async fn a_trial_that_was_lived_to_the_end_clears_the_message() {
    let rig = Rig::with(crate::support::ack_wait(Duration::from_millis(300))).await;
    rig.publish(1, 10).await;
    for _ in 0..4 {
        die_with_it(&rig).await;
        let delivery = suspect(&rig).await;
        rig.bus.quarantine().alone(&rig.bus, &delivery, async {}).await.unwrap();
        delivery.retry(SOON).await.unwrap();
    }
    suspect(&rig).await.ack().await.unwrap();
}

#[tokio::test]
async fn nothing_else_is_worked_on_beside_a_suspect() {
    let rig = Rig::start().await;
    rig.publish(1, 10).await;
    let (delivery, quarantine) = (suspect(&rig).await, rig.bus.quarantine());
    let alone = AtomicBool::new(false);
    let other = quarantine.among_others(async { assert!(!alone.load(Ordering::SeqCst)) });
    let work = async {
        alone.store(true, Ordering::SeqCst);
        // The status of all streams: plenty of chances for the other work to begin.
        rig.bus.status().await.unwrap();
        alone.store(false, Ordering::SeqCst);
    };
    let (tried, ()) = tokio::join!(quarantine.alone(&rig.bus, &delivery, work), other);
    tried.unwrap();
    delivery.ack().await.unwrap();
}
