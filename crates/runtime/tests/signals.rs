//! Real signals to a real process: this one. A single test, because signals reach the whole
//! process and a second test would get them as well.

use std::process::Command;
use std::time::Duration;

use dateline_runtime::BoxError;
use dateline_runtime::lifecycle::{Lifecycle, Outcome, Phase, StopSignals};

/// The shell's own `kill`, because a small machine may have no other.
fn send(signal: &str) {
    let kill = format!("kill -{signal} {}", std::process::id());
    let sent = Command::new("sh").args(["-c", &kill]).status();
    assert!(sent.is_ok_and(|status| status.success()), "cannot run {kill}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signals_stop_and_then_force() {
    // The handlers are there before the first signal is sent.
    let mut signals = StopSignals::listen().unwrap();
    let lifecycle = Lifecycle::new();
    let phase = lifecycle.phase(Phase::Intake);
    let stop = phase.stop();
    phase.spawn("polite", async move {
        stop.cancelled().await;
        Ok::<(), BoxError>(())
    });
    send("TERM");
    let outcome = lifecycle.run_until(&mut signals, Duration::from_mins(1)).await;
    assert!(matches!(outcome, Outcome::Clean), "{outcome:?}");

    let mut signals = StopSignals::listen().unwrap();
    let lifecycle = Lifecycle::new();
    let stopping = lifecycle.stopping();
    lifecycle.spawn("stubborn", std::future::pending::<Result<(), BoxError>>());
    tokio::task::spawn_blocking(|| send("INT"));
    tokio::spawn(async move {
        stopping.cancelled().await;
        send("INT");
    });
    let outcome = lifecycle.run_until(&mut signals, Duration::from_hours(1)).await;
    assert!(matches!(outcome, Outcome::Forced), "{outcome:?}");
}
