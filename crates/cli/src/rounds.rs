//! A process that begins anew when its configuration changed, without ending (SIGHUP).
//!
//! Everything between the start of the roles and their clean stop is one round. SIGHUP reads
//! the configuration again. One that is wrong is refused and the one in force stays. A new log
//! level is taken over at once; for anything else the round is stopped in order, as SIGTERM
//! would, and the next one begins with what was read: so every key, and every file that a key
//! names (credentials, certificates), is taken over by the one mechanism that is proven to
//! lose nothing. A round that cannot be started gives way to the configuration before.

use crate::config::Config;
use crate::roles::Process;
use anyhow::Context;
use dateline_runtime::config::{Change, Loaded};
use dateline_runtime::lifecycle::{Lifecycle, Outcome, ReloadSignals, StopSignals};
use dateline_runtime::telemetry::LogHandle;
use dateline_runtime::telemetry::catalogue::CONFIG_RELOADS;
use std::sync::Arc;

/// Keys, and sections, of which a change waits for the next start of the process.
const AT_START: &[&str] = &["data_dir", "log.format", "broker", "up"];
/// The key that is taken over without a new round.
const LOG_LEVEL: &str = "log.level";

/// What a round starts with.
#[derive(Clone)]
pub(crate) struct Round {
    pub(crate) loaded: Arc<Loaded<Config>>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) log: LogHandle,
    /// Whether it is the first one of this process.
    pub(crate) is_first: bool,
    /// Whether to wait for a broker that is not there. A configuration that was read again has
    /// to work, else the one before does.
    pub(crate) is_patient: bool,
}

impl Round {
    /// The process of this round; waits for a broker that is not there where the round is
    /// patient and `waits` allows it. `None` where a stop came before it was.
    pub(crate) async fn process(&self, name: &str, waits: bool) -> anyhow::Result<Option<Process>> {
        let lifecycle = self.lifecycle.clone();
        if self.is_patient && waits {
            Process::start_patiently(&self.loaded, lifecycle, name).await
        } else {
            Process::start(&self.loaded, lifecycle, name).await.map(Some)
        }
    }
}

/// Starts the roles of a round; `None` where a stop came before all was there.
pub(crate) trait Start {
    fn start(&self, round: &Round) -> impl Future<Output = anyhow::Result<Option<Process>>> + Send;
}

/// Runs rounds until one ends for good.
///
/// `read` reads the configuration again. Where `renewable` is false, as with a standard input
/// that is being read, nothing but the log level is taken over.
pub(crate) async fn run<S>(
    first: Loaded<Config>,
    log: LogHandle,
    read: impl Fn() -> anyhow::Result<Loaded<Config>>,
    renewable: bool,
    start: S,
) -> anyhow::Result<Outcome>
where
    S: Start + Send + Sync + 'static,
{
    let (mut stops, mut reloads) = (StopSignals::listen()?, ReloadSignals::listen()?);
    announce();
    let start = Arc::new(start);
    let mut in_force = Arc::new(first);
    let (mut before, mut is_first): (Option<Arc<Loaded<Config>>>, bool) = (None, true);
    loop {
        let lifecycle = Lifecycle::new();
        let round = Round {
            loaded: in_force.clone(),
            lifecycle: lifecycle.clone(),
            log: log.clone(),
            is_first,
            is_patient: before.is_none(),
        };
        is_first = false;
        // Signals count from the first moment, also while the broker is waited for.
        let starting = tokio::spawn(begin(start.clone(), round));
        let (outcome, next) = {
            let ending = lifecycle.run_until(&mut stops, in_force.value.grace.0);
            tokio::pin!(ending);
            tokio::select! {
                outcome = &mut ending => (outcome, None),
                next = next_config(&mut reloads, &mut in_force, &log, &read, renewable) => {
                    lifecycle.renew("the configuration is taken over");
                    (ending.await, Some(next))
                }
            }
        };
        match (starting.await.context("starting panicked")?, before.take()) {
            (Ok(process), _) => drain(process).await,
            (Err(error), Some(working)) if !stops.came() => {
                refuse(
                    &error,
                    "the new configuration cannot be started with; the one before is in force again",
                );
                in_force = working;
                // Read meanwhile, it may be the mended one.
                before = next.map(|next| std::mem::replace(&mut in_force, Arc::new(next)));
                continue;
            }
            (Err(error), _) => return Err(error),
        }
        match (outcome, next) {
            (Outcome::Renewed, Some(next)) => before = Some(std::mem::replace(&mut in_force, Arc::new(next))),
            (outcome, _) => return Ok(outcome),
        }
    }
}

/// Hands what is on its way to the broker, and goes.
async fn drain(process: Option<Process>) {
    if let Some(process) = process {
        process.bus.drain().await;
    }
}

/// Starts the roles; a failure ends the round.
async fn begin(start: Arc<impl Start>, round: Round) -> anyhow::Result<Option<Process>> {
    let started = start.start(&round).await;
    match &started {
        Ok(Some(_)) if !round.is_patient => {
            CONFIG_RELOADS.with(["applied"]).increment(1);
            tracing::info!("the configuration was taken over");
        }
        Ok(_) => {}
        Err(_) => round.lifecycle.stop("start failed"),
    }
    started
}

/// Waits for a configuration that needs a round of its own.
async fn next_config(
    reloads: &mut ReloadSignals,
    in_force: &mut Arc<Loaded<Config>>,
    log: &LogHandle,
    read: &impl Fn() -> anyhow::Result<Loaded<Config>>,
    renewable: bool,
) -> Loaded<Config> {
    loop {
        reloads.next().await;
        let mut next = match read() {
            Ok(next) => next,
            Err(error) => {
                refuse(&error, "the configuration is not taken over; the one before stays in force");
                continue;
            }
        };
        let changes = in_force.changes(&next);
        tell(&changes);
        // The reader has proven it to be a level.
        if let Err(error) = log.set_level(&next.value.log.level) {
            refuse(&error.into(), "the log level stays");
            continue;
        }
        keep_what_waits(&mut next.value, &in_force.value);
        match changes.as_slice() {
            [only] if only.key == LOG_LEVEL => {
                CONFIG_RELOADS.with(["applied"]).increment(1);
                *in_force = Arc::new(next);
            }
            _ if !renewable => {
                tracing::warn!(
                    "standard input is being read; all but the log level waits for the next start"
                );
            }
            _ => return next,
        }
    }
}

/// An alert on the increase needs something to increase from.
fn announce() {
    for outcome in ["applied", "refused"] {
        CONFIG_RELOADS.with([outcome]).increment(0);
    }
}

fn refuse(error: &anyhow::Error, consequence: &str) {
    CONFIG_RELOADS.with(["refused"]).increment(1);
    tracing::error!(error = format!("{error:#}"), "{consequence}");
}

/// Says what is different, key by key.
fn tell(changes: &[Change]) {
    if changes.is_empty() {
        tracing::info!("no key has changed; secrets and files that keys name are read again");
    }
    for change in changes {
        if waits_for_start(&change.key) {
            tracing::warn!(%change, "takes effect at the next start of the process");
        } else {
            tracing::info!(%change, "configuration");
        }
    }
}

fn waits_for_start(key: &str) -> bool {
    let is_within = |section: &&str| {
        key.strip_prefix(*section).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    AT_START.iter().any(is_within)
}

/// Puts back what a running process cannot change: see [`AT_START`].
fn keep_what_waits(next: &mut Config, in_force: &Config) {
    next.data_dir.clone_from(&in_force.data_dir);
    next.log.format = in_force.log.format;
    next.broker.clone_from(&in_force.broker);
    next.up.clone_from(&in_force.up);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_wait() {
        let check = |key: &str, expected: bool| assert_eq!(waits_for_start(key), expected, "{key}");
        check("data_dir", true);
        check("broker.sync", true);
        check("up.inbox", true);
        check("log.format", true);
        check("log.level", false);
        check("broker_of_news", false);
        check("nats.servers", false);
    }

    #[test]
    fn what_waits_is_kept() {
        let (mut next, mut in_force) = (Config::default(), Config::default());
        next.data_dir = "elsewhere".into();
        next.enricher.in_flight = 7;
        in_force.broker.port = 4222;
        keep_what_waits(&mut next, &in_force);
        assert_eq!(next.data_dir, in_force.data_dir);
        assert_eq!((next.broker.port, next.enricher.in_flight), (4222, 7));
    }
}
