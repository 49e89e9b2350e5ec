//! `dateline config check --connect`: whether broker and stores can be worked with as they are
//! configured. Looks only; nothing is made, migrated or sent.

use crate::broker::running_url;
use crate::config::Config;
use crate::output;
use dateline_bus::{Bus, Inspected, InspectedState, NatsConfig, Topology};
use dateline_runtime::ErrorChain;
use dateline_store::StoreConfig;
use serde::Serialize;
use std::process::ExitCode;

/// What one look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Ok,
    /// It works, and a person may want to know.
    Note,
    Fault,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(crate) struct Look {
    pub(crate) verdict: Verdict,
    pub(crate) what: String,
    pub(crate) said: String,
}

impl Look {
    fn new(verdict: Verdict, what: impl Into<String>, said: impl Into<String>) -> Self {
        Self { verdict, what: what.into(), said: said.into() }
    }

    /// As a line for a person.
    pub(crate) fn line(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Note => "note",
            Verdict::Fault => "FAULT",
        };
        format!("{verdict:<6} {:<40} {}", self.what, self.said)
    }
}

/// Prints each look; exit code 1 where there was a fault.
pub(crate) async fn report(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let looks = look(config).await;
    for look in &looks {
        output::line(if json { serde_json::to_string(look)? } else { look.line() })?;
    }
    let faults = looks.iter().filter(|look| look.verdict == Verdict::Fault).count();
    if faults == 0 {
        output::note("broker and stores can be worked with");
        return Ok(ExitCode::SUCCESS);
    }
    output::note(format!("{faults} of {} cannot be worked with", looks.len()));
    Ok(ExitCode::FAILURE)
}

/// Looks at the broker, then at each store.
pub(crate) async fn look(config: &Config) -> Vec<Look> {
    let mut looks = broker(config).await;
    looks.push(store("store", &config.store()).await);
    for side in &config.sink.also {
        looks.push(store(&format!("sink.also {}", side.name), &config.side_store(&side.store)).await);
    }
    looks
}

async fn broker(config: &Config) -> Vec<Look> {
    let mut nats = config.nats.clone();
    if nats.servers.is_empty() {
        let Some(url) = running_url(&config.data_dir) else {
            let said = "none is configured and none runs here; `dateline up` starts one of its own";
            return vec![Look::new(Verdict::Note, "broker", said)];
        };
        nats.servers = vec![url];
    }
    let side_sinks = config.sink.also.iter().map(|side| side.name.as_str());
    let topology = match Topology::load(nats.topology.as_deref()) {
        Ok(topology) => topology.with_side_sinks(side_sinks),
        Err(error) => return vec![fault("nats.topology", &error)],
    };
    match Bus::connect(&nats, "dateline config check", topology).await {
        Ok(bus) => {
            let mut looks = vec![Look::new(Verdict::Ok, "broker", connected(&nats))];
            looks.extend(bus.inspect().await.into_iter().flat_map(inspected));
            bus.drain().await;
            looks
        }
        Err(error) => vec![fault("broker", &error)],
    }
}

fn connected(nats: &NatsConfig) -> String {
    let who = match (&nats.user, &nats.credentials_file, &nats.nkey_file, &nats.token) {
        (Some(user), ..) => format!(" as {user}"),
        (_, Some(file), ..) | (_, _, Some(file), _) => format!(" with {}", file.display()),
        (.., Some(_)) => " with a token".to_owned(),
        _ => " without credentials".to_owned(),
    };
    let servers: Vec<String> = nats
        .servers
        .iter()
        .map(|url| dateline_runtime::secret::hide_in_urls(url, dateline_runtime::secret::UrlParts::Login))
        .collect();
    format!("connected to {}{who}", servers.join(", "))
}

fn inspected(found: Inspected) -> Vec<Look> {
    let what = found.what;
    match found.state {
        InspectedState::There(findings) if findings.is_empty() => {
            vec![Look::new(Verdict::Ok, what, "there, as it should be")]
        }
        InspectedState::There(findings) => findings
            .into_iter()
            .map(|finding| {
                let verdict = if finding.breaks_promise { Verdict::Fault } else { Verdict::Note };
                Look::new(verdict, what.clone(), finding.message)
            })
            .collect(),
        InspectedState::Missing => {
            let said = "not there yet; the first role that may make it does (with deploy/nats/accounts.conf, \
                        the operator's: `dateline run console`)";
            vec![Look::new(Verdict::Note, what, said)]
        }
        InspectedState::Unknown(error) => vec![fault(&what, &error)],
    }
}

async fn store(what: &str, store: &StoreConfig) -> Look {
    let place = format!("{} {}", store.kind.as_str(), store.place());
    match dateline_store::probe(store).await {
        Ok(probe) => Look::new(Verdict::Ok, what, format!("{place}: {probe}")),
        Err(error) => fault(what, &error),
    }
}

fn fault(what: &str, error: &(dyn std::error::Error + 'static)) -> Look {
    Look::new(Verdict::Fault, what, ErrorChain(error).to_string())
}
