//! `dateline run`: roles as processes of their own.

use crate::args::{Common, Role, Run};
use crate::broker::running_url;
use crate::config::{Config, SyncRule};
use crate::output::Usage;
use crate::roles::{Listen, Process};
use crate::rounds::{Round, Start};
use crate::{config, output, rounds};
use dateline_enricher::Enrichment;
use dateline_model::{Source, SourceKind};
use dateline_producer::{Acceptor, read_stream};
use dateline_runtime::config::{Loaded, Origin};
use dateline_runtime::lifecycle::{Outcome, Phase};
use dateline_runtime::telemetry::init_logging;
use std::process::ExitCode;
use std::sync::Arc;

/// Starts the roles and stays until a signal, or until standard input ends.
pub(crate) async fn run(common: Common, options: Run) -> anyhow::Result<ExitCode> {
    let loaded = read_config(&common, &options)?;
    let log = init_logging(&loaded.value.log)?;
    let renewable = !options.stdin;
    let roles = Roles { options: options.clone() };
    let read_again = || read_config(&common, &options);
    let outcome = Box::pin(rounds::run(loaded, log, read_again, renewable, roles)).await?;
    finish(&outcome)
}

/// The roles that were asked for.
struct Roles {
    options: Run,
}

impl Start for Roles {
    async fn start(&self, round: &Round) -> anyhow::Result<Option<Process>> {
        let name = self.options.roles.iter().map(|role| role.name()).collect::<Vec<_>>().join("+");
        let process = round.process(&name, true).await?;
        if let Some(process) = &process {
            let listen = Listening::of(&round.loaded, &self.options);
            spawn_roles(process, &self.options, listen, round.log.clone()).await?;
        }
        Ok(process)
    }
}

/// The exit code of a run, with its failure if there was one.
pub(crate) fn finish(outcome: &Outcome) -> anyhow::Result<ExitCode> {
    if let Outcome::Failed(task, error) = outcome {
        let mut causes = vec![error.to_string()];
        causes.extend(std::iter::successors(error.source(), |cause| cause.source()).map(ToString::to_string));
        anyhow::bail!("{task} failed: {}", causes.join(": "));
    }
    if matches!(outcome, Outcome::Forced) {
        output::note("stopped before everything in flight was finished; it will come again");
    }
    Ok(ExitCode::from(outcome.exit_code()))
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::Enricher => "enricher",
            Self::Sink => "sink",
            Self::Console => "console",
        }
    }
}

/// Which listening addresses were asked for.
#[derive(Debug, Clone, Copy)]
struct Listening {
    admin: Listen,
    push: Listen,
    console: Listen,
}

impl Listening {
    fn of(loaded: &Loaded<Config>, options: &Run) -> Self {
        let asked = |key| if loaded.origin(key) == Origin::Default { Listen::Default } else { Listen::Asked };
        let admin = if options.admin.is_some() { Listen::Asked } else { asked("admin.listen") };
        Self { admin, push: asked("producer.push.listen"), console: asked("console.listen") }
    }
}

fn read_config(common: &Common, options: &Run) -> anyhow::Result<Loaded<Config>> {
    let mut loaded = config::read(common)?;
    if let Some(address) = options.admin {
        loaded.value.admin.listen = address;
        loaded.set_by_option("admin.listen", "--admin");
    }
    let config = &mut loaded.value;
    if config.nats.servers.is_empty() {
        let url = running_url(&config.data_dir).ok_or_else(no_server)?;
        config.nats.servers = vec![url];
        // The child of `dateline up`, whose settings are known.
        config.nats.writes_through = config.broker.sync == SyncRule::Always;
    }
    Ok(loaded)
}

/// What to do when no broker is known.
pub(crate) fn no_server() -> Usage {
    Usage(
        "no NATS server is known; give --nats-url, set nats.servers, or start one with `dateline up`"
            .to_owned(),
    )
}

async fn spawn_roles(
    process: &Process,
    options: &Run,
    listen: Listening,
    log: dateline_runtime::telemetry::LogHandle,
) -> anyhow::Result<()> {
    process.spawn_admin(log, listen.admin).await?;
    if options.roles.contains(&Role::Sink) {
        let store = process.open_store().await?;
        process.spawn_sinks(&store);
    }
    if options.roles.contains(&Role::Enricher) {
        process.spawn_enricher(Arc::new(Enrichment::new(&process.config.enricher)?));
    }
    if options.roles.contains(&Role::Producer) {
        let acceptor = process.acceptor();
        process.spawn_producer(&acceptor, None, listen.push).await?;
        if options.stdin {
            spawn_stdin(process, options, acceptor);
        }
    }
    if options.roles.contains(&Role::Console) {
        process.spawn_console(listen.console).await?;
    }
    process.health.set_started();
    tracing::info!("roles started");
    Ok(())
}

/// Reads standard input; its end is the end of the process.
fn spawn_stdin(process: &Process, options: &Run, acceptor: Acceptor) {
    let phase = process.lifecycle.phase(Phase::Intake);
    let source = Source::new(&options.source, SourceKind::Stdin);
    let (format, lifecycle, stop) = (options.format.into(), process.lifecycle.clone(), phase.stop());
    phase.spawn("stdin", async move {
        let input = tokio::io::BufReader::new(tokio::io::stdin());
        let report = read_stream(input, format, &source, &acceptor, &stop).await?;
        output::note(format!(
            "accepted {}, duplicates {}, dead letters {}",
            report.accepted, report.duplicates, report.dead
        ));
        lifecycle.stop("standard input ended");
        Ok::<(), dateline_producer::ProducerError>(())
    });
}
