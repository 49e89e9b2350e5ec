//! Tells the service manager (systemd) how the process is: `READY=1`, `STATUS=`,
//! `WATCHDOG=1`, `RELOADING=1` and `STOPPING=1` over `$NOTIFY_SOCKET`, see `sd_notify(3)`.
//!
//! Without that variable nothing is sent. The sign of life comes from the async reactor, so
//! that a reactor that hangs is started anew by the manager; a broker that is away does not
//! stop it, for a new start would not bring it back.

use super::Lifecycle;
use crate::admin::Health;
use sd_notify::NotifyState;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often the health is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// Something that the manager is told.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Told {
    Ready,
    Reloading,
    Stopping,
    Alive,
    Status(String),
}

/// Where a process is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Running,
    /// It stops, and will say that it is ready once more.
    Reloading,
    Stopping,
}

impl Stage {
    fn of(lifecycle: &Lifecycle) -> Self {
        match (lifecycle.stopping().is_cancelled(), lifecycle.is_renewing()) {
            (false, _) => Self::Running,
            (true, true) => Self::Reloading,
            (true, false) => Self::Stopping,
        }
    }
}

/// Keeps the service manager informed until `stopped`.
pub async fn inform_service_manager(health: Health, lifecycle: Lifecycle, stopped: CancellationToken) {
    if std::env::var_os("NOTIFY_SOCKET").is_none() {
        return;
    }
    // Half of what the manager allows, as its manual advises.
    let alive_every = sd_notify::watchdog_enabled().map(|allowed| allowed / 2);
    let mut teller = Teller::new(alive_every);
    while !stopped.is_cancelled() {
        for told in teller.due(&health, Stage::of(&lifecycle), Instant::now()) {
            tell(&told);
        }
        stopped.run_until_cancelled(tokio::time::sleep(LOOK)).await;
    }
    // What came between the last look and the end.
    teller.due(&health, Stage::of(&lifecycle), Instant::now()).iter().for_each(tell);
}

fn tell(told: &Told) {
    let states = match told {
        Told::Ready => vec![NotifyState::Ready],
        // From version 253 on systemd wants to know since when.
        Told::Reloading => {
            std::iter::once(NotifyState::Reloading).chain(NotifyState::monotonic_usec_now().ok()).collect()
        }
        Told::Stopping => vec![NotifyState::Stopping],
        Told::Alive => vec![NotifyState::Watchdog],
        Told::Status(status) => vec![NotifyState::Status(status)],
    };
    if let Err(error) = sd_notify::notify(&states) {
        tracing::debug!(%error, "the service manager could not be told");
    }
}

/// Remembers what was told, so that each thing is told once.
struct Teller {
    alive_every: Option<Duration>,
    alive_at: Option<Instant>,
    ready: bool,
    stage: Stage,
    status: String,
}

impl Teller {
    fn new(alive_every: Option<Duration>) -> Self {
        Self { alive_every, alive_at: None, ready: false, stage: Stage::Running, status: String::new() }
    }

    fn due(&mut self, health: &Health, stage: Stage, now: Instant) -> Vec<Told> {
        let mut due = Vec::new();
        if stage != self.stage {
            self.stage = stage;
            match stage {
                Stage::Running => {}
                Stage::Reloading => due.push(Told::Reloading),
                Stage::Stopping => due.push(Told::Stopping),
            }
        }
        // READY ends the start; what goes wrong later is a matter of status.
        if !self.ready && health.ready() {
            self.ready = true;
            due.push(Told::Ready);
        }
        let status = status(health);
        if status != self.status {
            self.status.clone_from(&status);
            due.push(Told::Status(status));
        }
        if let Some(interval) = self.alive_every
            && self.alive_at.is_none_or(|last| now.duration_since(last) >= interval)
        {
            self.alive_at = Some(now);
            due.push(Told::Alive);
        }
        due
    }
}

fn status(health: &Health) -> String {
    let missing: Vec<String> = health.not_ready().iter().map(ToString::to_string).collect();
    if missing.is_empty() { "ready".to_owned() } else { format!("not ready: {}", missing.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_told_once_and_life_again_and_again() {
        let stopping = CancellationToken::new();
        let health = Health::new(stopping.clone());
        let mut teller = Teller::new(Some(Duration::from_secs(15)));
        let start = Instant::now();
        let starting = Told::Status("not ready: process: starting".to_owned());
        assert_eq!(teller.due(&health, Stage::Running, start), [starting, Told::Alive]);
        health.set_started();
        let ready = Told::Status("ready".to_owned());
        assert_eq!(teller.due(&health, Stage::Running, start), [Told::Ready, ready]);
        assert_eq!(teller.due(&health, Stage::Running, start + Duration::from_secs(14)), []);
        assert_eq!(teller.due(&health, Stage::Running, start + Duration::from_secs(15)), [Told::Alive]);
        health.set_ready("broker", false, "reconnecting");
        let away = Told::Status("not ready: broker: reconnecting".to_owned());
        assert_eq!(teller.due(&health, Stage::Running, start + Duration::from_secs(16)), [away]);
        stopping.cancel();
        assert_eq!(
            teller.due(&health, Stage::Reloading, start + Duration::from_secs(17))[0],
            Told::Reloading
        );
        assert_eq!(teller.due(&health, Stage::Stopping, start + Duration::from_secs(18))[0], Told::Stopping);
    }

    #[test]
    fn without_a_watchdog_no_sign_of_life_is_sent() {
        let health = Health::default();
        assert!(!Teller::new(None).due(&health, Stage::Running, Instant::now()).contains(&Told::Alive));
    }
}
