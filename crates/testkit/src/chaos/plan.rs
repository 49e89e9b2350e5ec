//! Which fault strikes when: drawn from the seed, one after the other.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::broker::Broker;
use super::newsroom::{Extent, Newsroom};
use super::settings;
use crate::{Network, PostgresServer, Signal};
use dateline_sample::Random;

/// Index of the plan's own draws, apart from those of the articles.
const DRAWS: usize = usize::MAX;

/// A fault of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// SIGKILL to a role, which is started again.
    Kill,
    /// SIGSTOP to a role, and SIGCONT.
    Freeze,
    /// SIGTERM to a role, which must end in order and is started again.
    Terminate,
    /// SIGTERM to every role in turn.
    Rolling,
    /// The configuration changes, and SIGHUP to a role.
    Reload,
    /// SIGKILL to a role, which comes back with a clock that is off.
    OddClock,
    /// SIGKILL to a node of the broker, which is started again.
    KillBroker,
    /// SIGSTOP to a node of the broker, and SIGCONT.
    FreezeBroker,
    /// The disk of a node of the broker runs full; with room again the node is restarted, as its
    /// operator has to do.
    FullBrokerDisk,
    /// The disk of the store and of the producer's cursors runs full.
    FullStoreDisk,
    /// SIGKILL to the PostgreSQL server, which is started again.
    KillPostgres,
    /// The network of a role fails in one of three ways.
    Network(Network),
}

/// Each as often as it should come.
const FAULTS: &[Fault] = &[
    Fault::Kill,
    Fault::Kill,
    Fault::Kill,
    Fault::Freeze,
    Fault::Freeze,
    Fault::Terminate,
    Fault::Terminate,
    Fault::Rolling,
    Fault::Reload,
    Fault::Reload,
    Fault::OddClock,
    Fault::KillBroker,
    Fault::KillBroker,
    Fault::KillBroker,
    Fault::FreezeBroker,
    Fault::Network(Network::Stalled),
    Fault::Network(Network::Closed),
    Fault::Network(Network::Reset),
];
/// Beside them where there are disks that can run full.
const DISK_FAULTS: &[Fault] = &[Fault::FullBrokerDisk, Fault::FullStoreDisk, Fault::FullStoreDisk];
/// Beside them where PostgreSQL is the store.
const POSTGRES_FAULTS: &[Fault] = &[Fault::KillPostgres, Fault::KillPostgres, Fault::KillPostgres];

impl Fault {
    fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill role",
            Self::Freeze => "freeze role",
            Self::Terminate => "restart role",
            Self::Rolling => "rolling restart",
            Self::Reload => "reload configuration",
            Self::OddClock => "odd clock",
            Self::KillBroker => "kill broker",
            Self::FreezeBroker => "freeze broker",
            Self::FullBrokerDisk => "full disk of the broker",
            Self::FullStoreDisk => "full disk of the store",
            Self::KillPostgres => "kill PostgreSQL",
            Self::Network(Network::Stalled) => "network stall",
            Self::Network(_) => "network cut",
        }
    }
}

/// The faults of a run.
#[derive(Debug)]
pub(crate) struct Plan {
    seed: u64,
    /// Nothing but SIGKILL, and only to roles of this name: what shows a bug planted there.
    only_kill: Option<&'static str>,
    stop: CancellationToken,
}

impl Plan {
    pub(crate) fn new(seed: u64, only_kill: Option<&'static str>) -> Self {
        Self { seed, only_kill, stop: CancellationToken::new() }
    }

    /// After the fault that strikes now there is no other one.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    /// Lets faults strike until the stop; gives how often each did.
    pub(crate) async fn strike(&self, newsroom: &mut Newsroom) -> BTreeMap<&'static str, u64> {
        let (mut random, mut struck) = (Random::new(self.seed, DRAWS), BTreeMap::new());
        let mut turn = 0;
        loop {
            let pause = millis(&mut random, 200, 2_000);
            if self.stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                return struck;
            }
            let (fault, role) = self.choose(newsroom, &mut random);
            *struck.entry(fault.name()).or_default() += 1;
            strike(fault, role, newsroom, &mut random, &mut turn).await;
            newsroom.revive();
        }
    }

    /// The next fault and the role that it falls on.
    fn choose(&self, newsroom: &Newsroom, random: &mut Random) -> (Fault, usize) {
        let Some(name) = self.only_kill else {
            let faults = faults_of(newsroom.extent());
            return (faults[random.below(faults.len())], random.below(newsroom.roles().len()));
        };
        let named = |index: &usize| newsroom.roles()[*index].name() == name;
        let roles: Vec<usize> = (0..newsroom.roles().len()).filter(named).collect();
        (Fault::Kill, roles[random.below(roles.len())])
    }
}

/// What can happen to a newsroom of this extent.
fn faults_of(extent: Extent) -> Vec<Fault> {
    let disks = if extent.small_disks { DISK_FAULTS } else { &[] };
    let postgres = if extent.postgres { POSTGRES_FAULTS } else { &[] };
    [FAULTS, disks, postgres].concat()
}

async fn strike(fault: Fault, role: usize, newsroom: &mut Newsroom, random: &mut Random, turn: &mut usize) {
    match fault {
        Fault::Kill => {
            newsroom.role(role).kill9();
            hold(random, 0, 2_000).await;
            newsroom.role(role).start();
        }
        Fault::Freeze => {
            newsroom.role(role).signal(Signal::Stop);
            // Sometimes longer than the ack wait: its deliveries go to somebody else meanwhile.
            hold(random, 100, 8_000).await;
            newsroom.role(role).signal(Signal::Continue);
        }
        Fault::Terminate => newsroom.role(role).restart().await,
        Fault::Rolling => {
            for role in 0..newsroom.roles().len() {
                newsroom.role(role).restart().await;
            }
        }
        Fault::Reload => {
            // The sink's least is the size of its batch.
            settings::rewrite(newsroom.folder(), 500 + random.below(1_500));
            newsroom.role(role).signal(Signal::HangUp);
        }
        Fault::OddClock => {
            let hours = 1 + random.below(48);
            let (sign, role) = (random.pick(&["", "-"]), newsroom.worker(random.below(usize::MAX)));
            role.kill9();
            role.set_faults(&format!("clock={sign}{}", hours * 3_600));
            role.start();
        }
        Fault::KillBroker | Fault::FreezeBroker | Fault::FullBrokerDisk => {
            strike_broker(fault, newsroom.broker(), random, turn).await;
        }
        Fault::FullStoreDisk => {
            newsroom.disk().inspect(|disk| disk.fill());
            hold(random, 100, 6_000).await;
            newsroom.disk().inspect(|disk| disk.free());
        }
        Fault::KillPostgres => {
            newsroom.postgres().map(PostgresServer::kill);
            hold(random, 0, 5_000).await;
            newsroom.postgres().map(PostgresServer::restart);
        }
        Fault::Network(network) => {
            newsroom.role(role).network(network);
            hold(random, 100, 6_000).await;
            newsroom.role(role).network(Network::Up);
        }
    }
}

async fn strike_broker(fault: Fault, broker: &mut Broker, random: &mut Random, turn: &mut usize) {
    let nodes = broker.nodes().len();
    let node = random.below(nodes);
    match fault {
        Fault::FullBrokerDisk => {
            broker.disk(node).inspect(|disk| disk.fill());
            hold(random, 100, 3_000).await;
            broker.disk(node).inspect(|disk| disk.free());
            broker.nodes()[node].stop();
            broker.nodes()[node].restart();
        }
        Fault::FreezeBroker => {
            broker.nodes()[node].signal(Signal::Stop);
            hold(random, 100, 4_000).await;
            broker.nodes()[node].signal(Signal::Continue);
        }
        // Each node in turn.
        _ => {
            *turn = (*turn + 1) % nodes;
            broker.nodes()[*turn].kill9();
            hold(random, 0, 3_000).await;
            broker.nodes()[*turn].restart();
        }
    }
}

async fn hold(random: &mut Random, from: usize, to: usize) {
    tokio::time::sleep(millis(random, from, to)).await;
}

fn millis(random: &mut Random, from: usize, to: usize) -> Duration {
    Duration::from_millis((from + random.below(to - from)) as u64)
}
