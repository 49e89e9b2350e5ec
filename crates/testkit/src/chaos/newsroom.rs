//! The processes of a chaos run: every role, each behind a network of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use dateline_store::{PostgresOptions, StoreConfig, StoreKind};

use super::Options;
use super::broker::Broker;
use super::disk::Disk;
use super::settings::{self, CONFIG};
use super::web::Web;
use crate::{Dateline, DatelineBuilder, Network, PostgresServer, Proxy, Signal, free_port};

/// Most that a process may take to end in order: its own grace time and a little more.
const CLEAN_STOP: Duration = Duration::from_mins(1);
/// Roles that work between the streams; the producer is the other one.
const WORKERS: [&str; 4] = ["enricher", "enricher", "sink", "sink"];
/// Room for the store where it has a disk of its own: several times what a run leaves there.
const DISK_MIB: u32 = 1024;

/// All of it.
#[derive(Debug)]
pub(crate) struct Newsroom {
    // Dropped in this order: nobody writes any more when the disk and the folder go.
    roles: Vec<Role>,
    broker: Broker,
    web: Web,
    extent: Extent,
    postgres: Option<PostgresServer>,
    disk: Option<Disk>,
    folder: TempDir,
    dateline: PathBuf,
    push: SocketAddr,
}

/// What a run has beyond the roles and their broker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Streams that run full.
    pub(crate) small_streams: bool,
    /// Disks of their own for broker and store, which run full; only where root runs it.
    pub(crate) small_disks: bool,
    /// PostgreSQL as store, instead of SQLite.
    pub(crate) postgres: bool,
}

impl Extent {
    /// The extent that a seed draws.
    pub(crate) fn of(seed: u64) -> Self {
        Self { small_streams: seed.is_multiple_of(3), small_disks: seed % 3 == 1, postgres: seed % 4 == 2 }
    }
}

/// One process, started again and again.
#[derive(Debug)]
pub(crate) struct Role {
    name: &'static str,
    launch: Launch,
    proxies: Vec<Proxy>,
    process: Option<Dateline>,
    faults: String,
    /// Ends that nobody asked for.
    unasked: Vec<String>,
}

/// How to start a process of this newsroom.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    dateline: PathBuf,
    folder: PathBuf,
    replicas: usize,
    push: SocketAddr,
    postgres: Option<String>,
}

impl Launch {
    /// `dateline run ROLE` through these proxies.
    pub(crate) fn role(&self, name: &str, config: &str, proxies: &[Proxy]) -> DatelineBuilder {
        let urls: Vec<String> = proxies.iter().map(|proxy| format!("nats://{}", proxy.address())).collect();
        let builder = Dateline::binary(&self.dateline)
            .current_dir(&self.folder)
            .args(["run", name, "--config", config, "--data-dir", "data"])
            .env("DATELINE_NATS__SERVERS", urls.join(","))
            .env("DATELINE_NATS__REPLICAS", self.replicas.to_string())
            .env("DATELINE_PRODUCER__PUSH__LISTEN", self.push.to_string());
        let Some(url) = &self.postgres else { return builder };
        builder.env("DATELINE_STORE__KIND", "postgres").env("DATELINE_STORE__POSTGRES__URL", url)
    }
}

impl Newsroom {
    pub(crate) async fn open(options: &Options, mut broker: Broker, extent: Extent) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let web = Web::start().await;
        settings::write(folder.path(), &web.list(), extent.small_streams);
        let own_disk = extent.small_disks.then(|| Disk::mount(&folder.path().join("data"), DISK_MIB));
        let postgres = extent.postgres.then(PostgresServer::start);
        let push = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let launch = Launch {
            dateline: options.dateline.clone(),
            folder: folder.path().to_owned(),
            replicas: broker.replicas(),
            push,
            postgres: postgres.as_ref().map(PostgresServer::url),
        };
        let mut roles = Vec::new();
        for name in std::iter::once("producer").chain(WORKERS) {
            let proxies = proxies(&broker.addresses()).await;
            let faults =
                if name == "sink" { options.planted.clone().unwrap_or_default() } else { String::new() };
            let mut role =
                Role { name, launch: launch.clone(), proxies, process: None, faults, unasked: Vec::new() };
            role.start();
            roles.push(role);
        }
        let (dateline, disk) = (options.dateline.clone(), own_disk.flatten());
        Self { roles, broker, web, extent, postgres, disk, folder, dateline, push }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The watched folder.
    pub(crate) fn inbox(&self) -> PathBuf {
        self.folder.path().join("inbox")
    }

    pub(crate) fn dateline(&self) -> &Path {
        &self.dateline
    }

    /// The store, as who reads it afterwards opens it.
    pub(crate) fn store(&self) -> StoreConfig {
        let path = self.folder.path().join("data/articles.db");
        let Some(server) = &self.postgres else { return StoreConfig { path, ..StoreConfig::default() } };
        let postgres = PostgresOptions { url: server.url(), ..PostgresOptions::default() };
        StoreConfig { kind: StoreKind::Postgres, path, postgres, ..StoreConfig::default() }
    }

    pub(crate) fn push(&self) -> SocketAddr {
        self.push
    }

    pub(crate) fn web(&self) -> Web {
        self.web.clone()
    }

    /// What it has beyond roles and broker; disks only where they could be mounted.
    pub(crate) fn extent(&self) -> Extent {
        let small_disks = self.disk.is_some() && self.broker.disk(0).is_some();
        Extent { small_disks, ..self.extent }
    }

    /// The disk of the store, where it has one.
    pub(crate) fn disk(&self) -> Option<&Disk> {
        self.disk.as_ref()
    }

    /// The server of the store, where it has one.
    pub(crate) fn postgres(&mut self) -> Option<&mut PostgresServer> {
        self.postgres.as_mut()
    }

    pub(crate) fn launch(&self) -> Launch {
        self.roles[0].launch.clone()
    }

    pub(crate) fn broker(&mut self) -> &mut Broker {
        &mut self.broker
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        self.broker.urls()
    }

    pub(crate) fn roles(&self) -> &[Role] {
        &self.roles
    }

    pub(crate) fn role(&mut self, index: usize) -> &mut Role {
        &mut self.roles[index]
    }

    /// A role that works between the streams; the clock of the producer decides which version is
    /// the newer one, so that only theirs may be off.
    pub(crate) fn worker(&mut self, draw: usize) -> &mut Role {
        &mut self.roles[1 + draw % WORKERS.len()]
    }

    /// Starts again what ended by itself, as a service manager does.
    pub(crate) fn revive(&mut self) {
        for role in &mut self.roles {
            role.revive();
        }
    }

    /// Everything runs and everybody reaches everybody.
    pub(crate) fn heal(&mut self) {
        self.broker.heal();
        self.disk.iter().for_each(Disk::free);
        for role in &mut self.roles {
            role.network(Network::Up);
            role.signal(Signal::Continue);
            role.revive();
        }
    }

    /// Ends that nobody asked for, each with the last words of its process.
    pub(crate) fn unasked_ends(&self) -> Vec<&str> {
        self.roles.iter().flat_map(|role| role.unasked.iter().map(String::as_str)).collect()
    }
}

impl Role {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn process(&self) -> Option<&Dateline> {
        self.process.as_ref()
    }

    pub(crate) fn start(&mut self) {
        let builder = self.launch.role(self.name, CONFIG, &self.proxies).env("DATELINE_FAULTS", &self.faults);
        self.process = Some(builder.spawn());
    }

    pub(crate) fn kill9(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill9();
        }
    }

    pub(crate) fn signal(&mut self, signal: Signal) {
        if let Some(process) = &mut self.process {
            process.signal(signal);
        }
    }

    /// SIGTERM, wait for the end in order, start again.
    pub(crate) async fn restart(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal(Signal::Terminate);
            let status = process.wait_exit(CLEAN_STOP).await;
            if !status.success() {
                self.unasked.push(format!("{} stopped with {status}: {}", self.name, last_words(&process)));
            }
        }
        self.start();
    }

    pub(crate) fn network(&self, network: Network) {
        set_all(&self.proxies, network);
    }

    pub(crate) fn set_faults(&mut self, faults: &str) {
        // A planted bug stays planted.
        if !self.faults.contains("ack-early") {
            faults.clone_into(&mut self.faults);
        }
    }

    fn revive(&mut self) {
        let Some(process) = &mut self.process else { return self.start() };
        if let Some(status) = process.exit_status() {
            let words = last_words(process);
            self.unasked.push(format!("{} ended with {status}: {words}", self.name));
            self.start();
        }
    }
}

/// The same for every one of these connections.
pub(crate) fn set_all(proxies: &[Proxy], network: Network) {
    for proxy in proxies {
        proxy.set(network);
    }
}

/// A proxy in front of each of these addresses.
pub(crate) async fn proxies(addresses: &[SocketAddr]) -> Vec<Proxy> {
    let mut proxies = Vec::new();
    for address in addresses {
        proxies.push(Proxy::to(*address).await);
    }
    proxies
}

fn last_words(process: &Dateline) -> String {
    let said = process.stderr();
    said.lines().rev().take(3).collect::<Vec<_>>().join(" | ")
}
