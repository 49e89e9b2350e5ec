//! `dateline status`: what is running and how far each stage lags.

use crate::args::{Common, Status};
use crate::broker::running_url;
use crate::commands::run::no_server;
use crate::config::Config;
use crate::output::Style;
use crate::{config, output};
use dateline_bus::{Bus, BusStatus, Topology};
use dateline_runtime::ErrorChain;
use dateline_store::{StoreConfig, StoreError, Totals, open_reader};
use serde_json::json;
use std::process::ExitCode;

/// Asks the broker and the store.
pub(crate) async fn run(common: &Common, options: &Status) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let bus = connect(&config).await?;
    let (broker, stored) = ask(&bus, &config).await?;
    if options.json {
        output::line(as_json(&broker, &stored).to_string())?;
    } else {
        print(&broker, &stored, Style::stdout())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What `--json` prints.
pub(super) async fn look(bus: &Bus, config: &Config) -> anyhow::Result<serde_json::Value> {
    let (broker, stored) = ask(bus, config).await?;
    Ok(as_json(&broker, &stored))
}

fn as_json(broker: &BusStatus, stored: &Result<Totals, StoreError>) -> serde_json::Value {
    let unread = stored.as_ref().err().map(|error| ErrorChain(error).to_string());
    json!({ "broker": broker, "stored": stored.as_ref().ok(), "store_error": unread })
}

/// A store that is elsewhere or not there yet is no fault of the pipeline.
async fn ask(bus: &Bus, config: &Config) -> anyhow::Result<(BusStatus, Result<Totals, StoreError>)> {
    Ok((bus.status().await?, totals(&config.store()).await))
}

async fn totals(store: &StoreConfig) -> Result<Totals, StoreError> {
    open_reader(store).await?.totals().await
}

/// A connection for a command that looks or acts once.
pub(crate) async fn connect(config: &Config) -> anyhow::Result<Bus> {
    let mut nats = config.nats.clone();
    if nats.servers.is_empty() {
        nats.servers = vec![running_url(&config.data_dir).ok_or_else(no_server)?];
    }
    let topology = Topology::load(nats.topology.as_deref())?;
    Ok(Bus::connect(&nats, "dateline command", topology).await?)
}

fn print(status: &BusStatus, stored: &Result<Totals, StoreError>, style: Style) -> std::io::Result<()> {
    output::line(style.bold(&format!("broker        nats-server {}", status.server_version)))?;
    for stream in &status.streams {
        let limit = if stream.max_bytes > 0 {
            format!(" of {}", size(u64::try_from(stream.max_bytes).unwrap_or(0)))
        } else {
            String::new()
        };
        output::line(format!(
            "  {:<19} {:>9} messages  {:>10}{limit}  taken in {}",
            stream.name,
            stream.messages,
            size(stream.bytes),
            stream.last_sequence
        ))?;
    }
    for name in status.missing.iter().filter(|name| !name.contains('/')) {
        output::line(format!("  {name:<19} missing; it is made when a role starts that may make it"))?;
    }
    output::line(style.bold("stages"))?;
    for name in status.missing.iter().filter_map(|name| name.split_once('/')).map(|(_, name)| name) {
        output::line(format!("  {name:<19} missing     made with its stream, when a role starts"))?;
    }
    for consumer in status.consumers.iter().filter(|consumer| Topology::is_stage(&consumer.name)) {
        let running =
            if consumer.waiting > 0 || consumer.ack_pending > 0 { "running" } else { "not pulling" };
        output::line(format!(
            "  {:<19} {running:<12} waiting {:>8}  in work {:>6}  again {:>6}",
            consumer.name, consumer.pending, consumer.ack_pending, consumer.redelivered
        ))?;
    }
    output::line(style.bold("store"))?;
    output::line(format!("  {}", told(stored)))
}

/// What the store holds, or why that cannot be said.
fn told(stored: &Result<Totals, StoreError>) -> String {
    match stored {
        Ok(totals) => {
            format!(
                "{} articles, {} versions, {} entities",
                totals.articles, totals.versions, totals.entities
            )
        }
        Err(StoreError::WriteOnly(kind)) => format!("of kind {kind}: it takes records and gives none back"),
        Err(error) => ErrorChain(error).to_string(),
    }
}

/// Bytes for a person.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut whole = bytes;
    while whole >= 1024 * 10 && unit + 1 < UNITS.len() {
        whole /= 1024;
        unit += 1;
    }
    format!("{whole} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_store::StoreKind;

    #[tokio::test]
    async fn a_store_that_cannot_be_read_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let check = async |kind: StoreKind, path: &str, expected: &str| {
            let store = StoreConfig { kind, path: folder.path().join(path), ..StoreConfig::default() };
            let told = told(&totals(&store).await);
            assert!(told.contains(expected), "{told}");
        };
        std::fs::write(folder.path().join("text.db"), "no database, but a text of some length").unwrap();
        check(StoreKind::Sqlite, "none.db", "there is no store at").await;
        check(StoreKind::Sqlite, "text.db", "damaged or something else").await;
        check(StoreKind::Parquet, "lake", "of kind parquet: it takes records").await;
    }

    #[test]
    fn sizes_read_well() {
        for (bytes, expected) in
            [(0, "0 B"), (9999, "9999 B"), (20_480, "20 KiB"), (2 << 30, "2048 MiB"), (64 << 30, "64 GiB")]
        {
            assert_eq!(size(bytes), expected);
        }
    }
}
