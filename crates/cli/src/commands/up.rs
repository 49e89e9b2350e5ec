//! `dateline up`: broker child and all roles in one process.

use super::run::finish;
use crate::args::{Common, Up};
use crate::broker::{Broker, little_room};
use crate::config::{Config, SyncRule};
use crate::output::{Style, Usage};
use crate::roles::{Listen, Process};
use crate::rounds::{Round, Start};
use crate::{config, output, rounds};
use anyhow::Context;
use dateline_bus::{BusStatus, Topology};
use dateline_enricher::Enrichment;
use dateline_producer::{Acceptor, FolderSource, Ledger, Pass, ProducerError};
use dateline_runtime::ErrorChain;
use dateline_runtime::config::{Loaded, Origin};
use dateline_runtime::lifecycle::Phase;
use dateline_runtime::telemetry::init_logging;
use dateline_store::{RecordReader, StoreError, StoreKind, Totals, open_reader};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::{File, TryLockError};
use std::io::{BufRead, IsTerminal};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Source name of the seed articles.
const SEEDS: &str = "seeds";
/// Source name of files at the top of the inbox.
const INBOX: &str = "inbox";
/// How often progress is logged where no terminal shows it.
const TELL: Duration = Duration::from_secs(5);
/// How often the seeds' way through the pipeline is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// How long a broker that does not answer is left alone.
const RETRY: Duration = Duration::from_secs(1);

/// Starts everything, feeds the seeds, tells what happened, stays up.
pub(crate) async fn run(common: &Common, options: &Up) -> anyhow::Result<ExitCode> {
    let mut loaded = read_config(common)?;
    let seeds = seeds_folder(options, &loaded.value)?;
    let data_dir = loaded.value.data_dir.clone();
    std::fs::create_dir_all(&data_dir).with_context(|| format!("could not create {}", data_dir.display()))?;
    let _lock = lock(&data_dir)?;
    if options.fresh && !start_over(&loaded.value, options).await? {
        return Ok(ExitCode::FAILURE);
    }
    let log = init_logging(&loaded.value.log)?;
    let mut broker = match loaded.value.nats.servers.as_slice() {
        [] => {
            output::note("starting the broker");
            Some(Broker::start(&loaded.value.broker, &data_dir)?)
        }
        _ => None,
    };
    let child = broker.as_ref().map(|broker| Child {
        url: broker.url().to_owned(),
        log: broker.log(),
        writes_through: loaded.value.broker.sync == SyncRule::Always,
    });
    use_child(&mut loaded, child.as_ref());
    let read_again = || {
        let mut again = read_config(common)?;
        use_child(&mut again, child.as_ref());
        Ok(again)
    };
    let broker_log = child.as_ref().map(|child| child.log.clone());
    let everything = Everything { seeds, broker_log };
    let outcome = Box::pin(rounds::run(loaded, log, read_again, true, everything)).await?;
    if let Some(broker) = &mut broker {
        broker.stop();
    }
    output::note("stopped; `dateline up` goes on where this run ended");
    finish(&outcome)
}

/// What is known of the broker that this process started.
struct Child {
    url: String,
    log: PathBuf,
    writes_through: bool,
}

/// Where this process started the broker, it stays with it.
fn use_child(loaded: &mut Loaded<Config>, child: Option<&Child>) {
    if let Some(child) = child {
        loaded.value.nats.servers = vec![child.url.clone()];
        loaded.value.nats.writes_through = child.writes_through;
    }
}

/// All roles, the seeds and the inbox.
struct Everything {
    seeds: Option<PathBuf>,
    broker_log: Option<PathBuf>,
}

impl Start for Everything {
    async fn start(&self, round: &Round) -> anyhow::Result<Option<Process>> {
        let loaded = &round.loaded;
        // At the first start a person waits for the answer that there is no broker.
        let Some(process) = round.process("up", !round.is_first).await? else { return Ok(None) };
        if round.is_first && self.broker_log.is_some() {
            warn_of_little_room(&process);
        }
        let store = process.open_store().await?;
        let admin = process.spawn_admin(round.log.clone(), listen(loaded, "admin.listen")).await?;
        process.spawn_sinks(&store);
        process.spawn_enricher(Arc::new(Enrichment::new(&process.config.enricher)?));
        let acceptor = process.acceptor();
        let inbox = process.config.inbox();
        let watched = Some((inbox.clone(), INBOX));
        let push = process.spawn_producer(&acceptor, watched, listen(loaded, "producer.push.listen")).await?;
        let console = if process.config.console.enabled {
            Some(process.spawn_console(listen(loaded, "console.listen")).await?)
        } else {
            None
        };
        process.health.set_started();
        let places = Places { admin, console, push, inbox, broker_log: self.broker_log.clone() };
        let phase = process.lifecycle.phase(Phase::Intake);
        let feeding = Feeding {
            ledger: process.ledger_path(&self.seeds.clone().unwrap_or_default()),
            bus: process.bus.clone(),
            store: store.reader,
            acceptor,
            // Told once; later rounds only finish what a change of the configuration cut short.
            places: round.is_first.then_some(places),
            stop: phase.stop(),
        };
        phase.spawn("seeds", feeding.run(self.seeds.clone()));
        Ok(Some(process))
    }
}

fn warn_of_little_room(process: &Process) {
    if let Some(warning) = little_room(process.bus.topology(), &process.config.data_dir) {
        tracing::warn!("{warning}");
    }
}

/// A terminal shows what matters; a log collector gets the whole story.
fn read_config(common: &Common) -> anyhow::Result<Loaded<Config>> {
    let mut loaded = config::read(common)?;
    if loaded.origin("log.level") == Origin::Default && std::io::stderr().is_terminal() {
        "warn".clone_into(&mut loaded.value.log.level);
    }
    Ok(loaded)
}

fn listen(loaded: &Loaded<Config>, key: &str) -> Listen {
    if loaded.origin(key) == Origin::Default { Listen::Default } else { Listen::Asked }
}

/// The folder to feed: `articles` of a corpus folder, or the folder itself.
fn seeds_folder(options: &Up, config: &Config) -> Result<Option<PathBuf>, Usage> {
    let folder = options.seeds.clone().unwrap_or_else(|| config.up.seeds.clone());
    if !folder.is_dir() {
        return match &options.seeds {
            Some(_) => {
                Err(Usage(format!("{} is no folder; --seeds takes a folder of articles", folder.display())))
            }
            None => Ok(None),
        };
    }
    let articles = folder.join("articles");
    Ok(Some(if articles.is_dir() { articles } else { folder }))
}

/// One `dateline up` a data folder.
fn lock(data_dir: &Path) -> anyhow::Result<File> {
    let path = data_dir.join("lock");
    let file = File::create(&path).with_context(|| format!("could not create {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "another `dateline up` runs on {}; stop it, or give another --data-dir",
            data_dir.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("could not lock {}", path.display()))
        }
    }
}

/// Removes broker data, cursors and records, after a yes.
async fn start_over(config: &Config, options: &Up) -> anyhow::Result<bool> {
    refuse_to_empty_a_server(config).await?;
    if !options.yes {
        if !std::io::stdin().is_terminal() {
            return Err(Usage(
                "--fresh removes what is stored; without a terminal to ask on, add --yes".to_owned(),
            )
            .into());
        }
        output::note(format!(
            "this removes all records, broker data and cursors in {}; type yes to go on",
            config.data_dir.display()
        ));
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        if answer.trim() != "yes" {
            output::note("nothing was removed");
            return Ok(false);
        }
    }
    let store = config.store().path;
    let sidecar = |suffix: &str| PathBuf::from(format!("{}{suffix}", store.display()));
    let targets =
        [config.data_dir.join("broker"), config.state_dir(), sidecar(""), sidecar("-wal"), sidecar("-shm")];
    for target in targets {
        remove(&target).with_context(|| format!("could not remove {}", target.display()))?;
    }
    Ok(true)
}

/// A schema on a server may be somebody else's, too: only a person removes it.
/// Forgetting what was read while the records stay would mix old and new.
async fn refuse_to_empty_a_server(config: &Config) -> anyhow::Result<()> {
    if config.store.kind != StoreKind::Postgres {
        return Ok(());
    }
    match open_reader(&config.store()).await {
        Err(StoreError::Missing { .. }) => Ok(()),
        Ok(_) => Err(Usage(format!(
            "--fresh does not empty a PostgreSQL server; remove the schema there first (DROP SCHEMA \"{}\" CASCADE), \
             then start over",
            config.store.postgres.schema
        ))
        .into()),
        Err(error) => Err(error).context("--fresh must know whether the store is empty"),
    }
}

fn remove(target: &Path) -> std::io::Result<()> {
    match std::fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_dir() => std::fs::remove_dir_all(target),
        Ok(_) => std::fs::remove_file(target),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Where a person can look next.
struct Places {
    admin: Option<SocketAddr>,
    console: Option<SocketAddr>,
    push: Option<SocketAddr>,
    inbox: PathBuf,
    broker_log: Option<PathBuf>,
}

/// Feeds the seeds and follows them to the store.
struct Feeding {
    bus: dateline_bus::Bus,
    store: Option<Arc<dyn RecordReader>>,
    acceptor: Acceptor,
    ledger: PathBuf,
    places: Option<Places>,
    stop: CancellationToken,
}

/// What broker and store hold.
struct Arrived {
    status: BusStatus,
    totals: Totals,
    dead: u64,
}

impl Feeding {
    async fn run(self, seeds: Option<PathBuf>) -> anyhow::Result<()> {
        let bar = progress_bar();
        let fed = match seeds {
            Some(folder) => self.feed(&folder, &bar).await?,
            None => Pass::default(),
        };
        let Some(places) = &self.places else { return Ok(()) };
        self.settle(&bar).await;
        bar.finish_and_clear();
        if let Some(arrived) = self.arrived().await
            && let Err(error) = summarise(fed, &arrived, places)
        {
            // Nobody reads it: no reason to stop the work.
            tracing::warn!(%error, "summary could not be written");
        }
        Ok(())
    }

    async fn feed(&self, folder: &Path, bar: &ProgressBar) -> anyhow::Result<Pass> {
        let Some(ledger) = Ledger::open(&self.ledger)? else { return Ok(Pass::default()) };
        let mut source = FolderSource::finished(folder, SEEDS, ledger, self.acceptor.clone());
        let mut told = Instant::now();
        while !self.stop.is_cancelled() {
            let progress = |pass: Pass| {
                bar.set_message(format!("feeding seeds: {} articles", pass.report.accepted));
                if bar.is_hidden() && told.elapsed() > TELL {
                    told = Instant::now();
                    tracing::info!(files = pass.files, accepted = pass.report.accepted, "feeding seeds");
                }
            };
            match source.pass(&self.stop, progress).await {
                Ok(pass) => return Ok(pass),
                // A broker that is away, or a stop: cursors know where to go on.
                Err(ProducerError::Bus(error)) => {
                    tracing::warn!(error = %ErrorChain(&error), "seeds not fed yet");
                    self.stop.run_until_cancelled(tokio::time::sleep(RETRY)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Pass::default())
    }

    /// Waits until everything accepted is stored or dead.
    async fn settle(&self, bar: &ProgressBar) {
        while !self.stop.is_cancelled() {
            match self.bus.status().await {
                Ok(status) => {
                    // Nobody waits for a sink beside the first.
                    let awaited = status.consumers.iter().filter(|c| !Topology::is_side_sink(&c.name));
                    let lags: Vec<u64> = awaited.map(dateline_bus::ConsumerStatus::lag).collect();
                    if status.missing.is_empty() && lags.iter().all(|&lag| lag == 0) {
                        return;
                    }
                    bar.set_message(format!("on their way: {}", lags.iter().sum::<u64>()));
                }
                Err(error) => tracing::warn!(%error, "pipeline state cannot be read"),
            }
            bar.tick();
            self.stop.run_until_cancelled(tokio::time::sleep(LOOK)).await;
        }
    }

    /// What has arrived where, as soon as broker and store tell; `None` at the stop.
    async fn arrived(&self) -> Option<Arrived> {
        while !self.stop.is_cancelled() {
            match self.ask().await {
                Ok(arrived) => return Some(arrived),
                Err(error) => tracing::warn!(error = format!("{error:#}"), "pipeline state cannot be read"),
            }
            self.stop.run_until_cancelled(tokio::time::sleep(RETRY)).await;
        }
        None
    }

    async fn ask(&self) -> anyhow::Result<Arrived> {
        Ok(Arrived {
            status: self.bus.status().await?,
            totals: match &self.store {
                Some(store) => store.totals().await?,
                None => Totals::default(),
            },
            dead: self.bus.dead_letters().count().await?,
        })
    }
}

fn summarise(fed: Pass, arrived: &Arrived, places: &Places) -> std::io::Result<()> {
    let Arrived { status, totals, dead } = arrived;
    let taken = |stream: &str| status.stream(stream).map_or(0, |stream| stream.last_sequence);
    let style = Style::stdout();
    output::line(style.bold("Dateline is up"))?;
    output::line(format!("  articles in       {:>8}", taken("DATELINE_RAW")))?;
    output::line(format!("  enriched          {:>8}", taken("DATELINE_ENRICHED")))?;
    output::line(format!(
        "  stored            {:>8}  ({} versions, {} entities)",
        totals.articles, totals.versions, totals.entities
    ))?;
    output::line(format!("  dead letters      {dead:>8}"))?;
    if fed.files > 0 {
        output::line(format!(
            "  seeds             {:>8}  files: {} accepted, {} known already, {} unreadable",
            fed.files, fed.report.accepted, fed.report.duplicates, fed.report.dead
        ))?;
    }
    places.print(*dead > 0)
}

impl Places {
    fn print(&self, dead: bool) -> std::io::Result<()> {
        output::line("Next")?;
        if let Some(console) = self.console {
            output::line(format!("  watch it in a browser   http://{console}/"))?;
        }
        output::line(format!("  drop articles into      {}", self.inbox.display()))?;
        if let Some(push) = self.push {
            output::line(format!("  or push them            curl -d @article.json http://{push}/articles"))?;
        }
        output::line("  find them               dateline search earthquake")?;
        output::line("  see why                 dateline explain URI")?;
        if dead {
            output::line("  see what went wrong     dateline dead list")?;
        }
        output::line("  see the flow            dateline status")?;
        if let Some(admin) = self.admin {
            output::line(format!("  metrics                 http://{admin}/metrics"))?;
        }
        if let Some(log) = &self.broker_log {
            output::line(format!("  broker log              {}", log.display()))?;
        }
        output::line("  stop                    Ctrl-C")
    }
}

/// A spinner on a terminal, nothing elsewhere (the log tells there).
fn progress_bar() -> ProgressBar {
    let bar =
        if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    let style =
        ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    bar.set_style(style);
    bar
}
