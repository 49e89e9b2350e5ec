//! `dateline bench`: a broker of its own, the measurements, the figures.

mod start;

use crate::args::{Bench, Common};
use crate::broker::Broker;
use crate::config::{Config, SyncRule};
use crate::{config, output};
use anyhow::Context;
use dateline_bench::{Plan, Report, Settings};
use dateline_runtime::telemetry::{LogConfig, init_logging};
use std::path::Path;
use std::process::ExitCode;

/// Measures with a broker and stores that are removed at the end.
pub(crate) async fn run(common: &Common, options: &Bench) -> anyhow::Result<ExitCode> {
    let mut config = config::read(common)?.value;
    init_logging(&LogConfig { level: "warn".to_owned(), ..config.log.clone() })?;
    config.broker.sync = options.sync.unwrap_or(config.broker.sync);
    config.broker.port = 0;
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("could not create {}", config.data_dir.display()))?;
    // In the data folder and not where temporary files lie: the disk is part of what is measured.
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&config.data_dir)
        .with_context(|| format!("could not create a folder in {}", config.data_dir.display()))?;
    let broker = Broker::start(&config.broker, folder.path())?;
    let nats = broker.url().to_owned();
    let settings = settings(config, &broker, folder.path());
    let mut report = dateline_bench::run(settings, plan(options), |what| output::note(what)).await?;
    output::note("start of all roles");
    for _ in 0..report.plan.rounds {
        report.ready_ms.push(start::until_ready(&nats, folder.path()).await?.as_secs_f64() * 1000.0);
    }
    output::line(report.to_string())?;
    if let Some(file) = &options.json {
        write_json(file, &report)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn plan(options: &Bench) -> Plan {
    let base = if options.quick { Plan::quick() } else { Plan::default() };
    Plan {
        articles: options.articles.unwrap_or(base.articles),
        rounds: options.rounds.unwrap_or(base.rounds),
        copies: options.copies.clone().unwrap_or(base.copies),
        load_seconds: options.load_seconds.unwrap_or(base.load_seconds),
        growth: options.growth,
        ..base
    }
}

fn settings(mut config: Config, broker: &Broker, folder: &Path) -> Settings {
    config.nats.servers = vec![broker.url().to_owned()];
    config.nats.writes_through = config.broker.sync == SyncRule::Always;
    let (major, minor) = broker.version();
    let sync = match config.broker.sync {
        SyncRule::Always => "written through before each acknowledgement",
        SyncRule::Lazy => "written through every two minutes",
    };
    Settings {
        broker: format!("nats-server {major}.{minor}, {sync}"),
        broker_pid: broker.pid(),
        limits: config.producer.limits(),
        nats: config.nats,
        enricher: config.enricher,
        sink: config.sink,
        folder: folder.to_owned(),
    }
}

fn write_json(file: &Path, report: &Report) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(report).context("the figures cannot be written as JSON")?;
    std::fs::write(file, text + "\n").with_context(|| format!("could not write {}", file.display()))
}
