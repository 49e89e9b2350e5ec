use std::sync::Mutex as StdMutex;

use tokio::sync::mpsc;

use super::*;

const GRACE: Duration = Duration::from_secs(10);

/// A lifecycle, the sender of its signals, and the events that its tasks note.
struct Bench {
    lifecycle: Lifecycle,
    signals: mpsc::Sender<&'static str>,
    received: Option<StopSignals>,
    events: Arc<StdMutex<Vec<String>>>,
}

impl Bench {
    fn new() -> Self {
        let (signals, received) = StopSignals::injected();
        let events = Arc::new(StdMutex::new(Vec::new()));
        Self { lifecycle: Lifecycle::new(), signals, received: Some(received), events }
    }

    /// Starts a task that waits for its stop and then takes `closing` to end.
    fn polite(&self, phase: Phase, name: &'static str, closing: Duration) {
        let handle = self.lifecycle.phase(phase);
        let stop = handle.stop();
        let events = Arc::clone(&self.events);
        handle.spawn(name, async move {
            stop.cancelled().await;
            events.lock().unwrap().push(format!("{name} told"));
            tokio::time::sleep(closing).await;
            events.lock().unwrap().push(format!("{name} ended"));
            Ok::<(), BoxError>(())
        });
    }

    fn events(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }

    async fn run(&mut self) -> Outcome {
        let mut received = self.received.take().unwrap();
        self.lifecycle.run_until(&mut received, GRACE).await
    }
}

#[tokio::test(start_paused = true)]
async fn phases_stop_one_after_the_other() {
    let mut bench = Bench::new();
    let second = Duration::from_secs(1);
    // Started in the wrong order, and the later phases are quicker to end.
    bench.polite(Phase::Observability, "admin", Duration::ZERO);
    bench.polite(Phase::Output, "sink", Duration::ZERO);
    bench.polite(Phase::Work, "enricher", second);
    bench.polite(Phase::Intake, "producer", second * 2);
    bench.signals.send("SIGTERM").await.unwrap();
    assert!(matches!(bench.run().await, Outcome::Clean));
    let in_order = ["producer", "enricher", "sink", "admin"]
        .iter()
        .flat_map(|name| [format!("{name} told"), format!("{name} ended")])
        .collect::<Vec<_>>();
    assert_eq!(bench.events(), in_order);
    assert!(!bench.lifecycle.aborting().is_cancelled());
}

#[tokio::test(start_paused = true)]
async fn the_soft_token_comes_first() {
    let mut bench = Bench::new();
    let stopping = bench.lifecycle.stopping();
    let output = bench.lifecycle.phase(Phase::Output).stop();
    let intake = bench.lifecycle.phase(Phase::Intake);
    intake.spawn("slow", async move {
        stopping.cancelled().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        if output.is_cancelled() { Err("output stopped before intake had ended") } else { Ok(()) }
    });
    bench.signals.send("SIGINT").await.unwrap();
    let outcome = bench.run().await;
    assert!(matches!(outcome, Outcome::Clean), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_failed_task_stops_the_others() {
    let mut bench = Bench::new();
    bench.polite(Phase::Intake, "producer", Duration::ZERO);
    bench.lifecycle.spawn("enricher", async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        Err(std::io::Error::other("disk gone"))
    });
    let outcome = bench.run().await;
    assert_eq!(outcome.exit_code(), 1);
    let Outcome::Failed(name, error) = outcome else { panic!("{outcome:?}") };
    assert_eq!((name.as_str(), error.to_string().as_str()), ("enricher", "disk gone"));
    assert_eq!(bench.events(), ["producer told", "producer ended"]);
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_with_its_message() {
    let mut bench = Bench::new();
    bench.lifecycle.spawn("enricher", async {
        assert_eq!(1 + 1, 3, "sums are wrong");
        Ok::<(), BoxError>(())
    });
    let Outcome::Failed(name, error) = bench.run().await else { panic!("a panic went unseen") };
    assert_eq!(name, "enricher");
    assert!(error.to_string().starts_with("panicked: ") && error.to_string().contains("sums are wrong"));
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_is_the_one_that_is_told() {
    let mut bench = Bench::new();
    let stopping = bench.lifecycle.stopping();
    bench.lifecycle.spawn("second", async move {
        stopping.cancelled().await;
        Err::<(), _>("as a consequence")
    });
    bench.lifecycle.spawn("first", async { Err::<(), _>("the cause") });
    let Outcome::Failed(name, _) = bench.run().await else { panic!("no failure") };
    assert_eq!(name, "first");
}

#[tokio::test(start_paused = true)]
async fn the_grace_time_ends_what_does_not_end_itself() {
    let mut bench = Bench::new();
    let begun = Instant::now();
    bench.lifecycle.spawn("stubborn", std::future::pending::<Result<(), BoxError>>());
    bench.polite(Phase::Observability, "admin", Duration::ZERO);
    bench.signals.send("SIGTERM").await.unwrap();
    let outcome = bench.run().await;
    assert!(matches!(outcome, Outcome::Forced), "{outcome:?}");
    assert_eq!(begun.elapsed(), GRACE + ABORT_GRACE);
    // The phases after the stubborn one were told all the same.
    assert_eq!(bench.events(), ["admin told", "admin ended"]);
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_forces() {
    let mut bench = Bench::new();
    let begun = Instant::now();
    let aborting = bench.lifecycle.aborting();
    bench.lifecycle.spawn("slow", async move {
        aborting.cancelled().await;
        Ok::<(), BoxError>(())
    });
    bench.signals.send("SIGINT").await.unwrap();
    bench.signals.send("SIGINT").await.unwrap();
    let outcome = bench.run().await;
    assert!(matches!(outcome, Outcome::Forced), "{outcome:?}");
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_stop_from_within_is_clean() {
    let mut bench = Bench::new();
    bench.polite(Phase::Work, "enricher", Duration::ZERO);
    let lifecycle = bench.lifecycle.clone();
    bench.lifecycle.phase(Phase::Intake).spawn("finite source", async move {
        lifecycle.stop("the source is at its end");
        Ok::<(), BoxError>(())
    });
    let outcome = bench.run().await;
    assert_eq!(outcome.exit_code(), 0, "{outcome:?}");
    assert_eq!(bench.events(), ["enricher told", "enricher ended"]);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_stops_in_order_and_is_told() {
    let mut bench = Bench::new();
    bench.polite(Phase::Intake, "producer", Duration::from_secs(1));
    bench.lifecycle.renew("another configuration");
    let outcome = bench.run().await;
    assert!(matches!(outcome, Outcome::Renewed), "{outcome:?}");
    assert_eq!(bench.events(), ["producer told", "producer ended"]);
}

#[tokio::test(start_paused = true)]
async fn a_signal_in_a_renewal_ends_the_process_in_order() {
    let mut bench = Bench::new();
    bench.polite(Phase::Intake, "producer", Duration::from_secs(1));
    bench.lifecycle.renew("another configuration");
    bench.signals.send("SIGTERM").await.unwrap();
    let outcome = bench.run().await;
    assert!(matches!(outcome, Outcome::Clean), "{outcome:?}");
    assert_eq!(bench.events(), ["producer told", "producer ended"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_not_turned_into_a_renewal() {
    let mut bench = Bench::new();
    bench.lifecycle.stop("SIGTERM");
    bench.lifecycle.renew("another configuration");
    let outcome = bench.run().await;
    assert!(matches!(outcome, Outcome::Clean), "{outcome:?}");
}
