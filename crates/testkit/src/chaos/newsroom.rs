//! The processes of a chaos run: every role, each behind a network of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::Options;
use super::broker::Broker;
use crate::{Dateline, DatelineBuilder, Network, Proxy, Signal, free_port};

/// Most that a process may take to end in order: its own grace time and a little more.
const CLEAN_STOP: Duration = Duration::from_mins(1);
/// The definitions that ship with Dateline, made for a run of minutes.
const STREAMS: &str = include_str!("../../../../config/streams.toml");
/// Roles that work between the streams; the producer is the other one.
const WORKERS: [&str; 4] = ["enricher", "enricher", "sink", "sink"];

/// The configuration of the roles, and that of producers which read standard input only.
pub(crate) const CONFIG: &str = "dateline.toml";
pub(crate) const STDIN_CONFIG: &str = "stdin.toml";

/// All of it.
#[derive(Debug)]
pub(crate) struct Newsroom {
    folder: TempDir,
    dateline: PathBuf,
    broker: Broker,
    roles: Vec<Role>,
    push: SocketAddr,
    small: bool,
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
}

impl Launch {
    /// `dateline run ROLE` through these proxies.
    pub(crate) fn role(&self, name: &str, config: &str, proxies: &[Proxy]) -> DatelineBuilder {
        let urls: Vec<String> = proxies.iter().map(|proxy| format!("nats://{}", proxy.address())).collect();
        Dateline::binary(&self.dateline)
            .current_dir(&self.folder)
            .args(["run", name, "--config", config, "--data-dir", "data"])
            .env("DATELINE_NATS__SERVERS", urls.join(","))
            .env("DATELINE_NATS__REPLICAS", self.replicas.to_string())
            .env("DATELINE_PRODUCER__PUSH__LISTEN", self.push.to_string())
    }
}

impl Newsroom {
    pub(crate) async fn open(options: &Options, mut broker: Broker) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        // Every third seed has streams that run full.
        let small = options.seed.is_multiple_of(3);
        write_config(folder.path(), small);
        let push = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let launch = Launch {
            dateline: options.dateline.clone(),
            folder: folder.path().to_owned(),
            replicas: broker.replicas(),
            push,
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
        Self { folder, dateline: options.dateline.clone(), broker, roles, push, small }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn dateline(&self) -> &Path {
        &self.dateline
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("data/articles.db")
    }

    pub(crate) fn push(&self) -> SocketAddr {
        self.push
    }

    /// Whether its streams are so small that they run full.
    pub(crate) fn is_small(&self) -> bool {
        self.small
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

/// Waits of seconds instead of minutes, and a lag that a run can drain.
fn write_config(folder: &Path, small: bool) {
    let mut streams = STREAMS.replace("ack_wait = \"30s\"", "ack_wait = \"4s\"");
    streams = streams.replace("ack_wait = \"60s\"", "ack_wait = \"6s\"");
    assert!(!streams.contains("0s\"\nmax_ack"), "config/streams.toml has other ack waits than it had");
    for (limit, full) in [("2GiB", "6MiB"), ("4GiB", "12MiB")] {
        let limit = format!("max_bytes = \"{limit}\"");
        assert!(streams.contains(&limit), "config/streams.toml has other limits than it had");
        let wanted = if small { full } else { "512MiB" };
        streams = streams.replace(&limit, &format!("max_bytes = \"{wanted}\""));
    }
    streams = streams.replace("max_bytes = \"1GiB\"", "max_bytes = \"256MiB\"");
    let config = "[log]\nformat = \"json\"\n[admin]\nlisten = \"127.0.0.1:0\"\n\
         [nats]\ntopology = \"streams.toml\"\nack_timeout = \"2s\"\n\
         [producer]\nhigh_water = 3000\nlow_water = 1000\n";
    let stdin = format!("{config}[producer.push]\nenabled = false\n");
    let config = format!("{config}[[producer.files.folder]]\npath = \"inbox\"\nsource = \"folder\"\n");
    std::fs::create_dir_all(folder.join("inbox")).expect("a temporary folder can be written to");
    for (name, content) in [("streams.toml", streams), (CONFIG, config), (STDIN_CONFIG, stdin)] {
        std::fs::write(folder.join(name), content).expect("a temporary folder can be written to");
    }
}
