//! The broker of a chaos run: one server, or a cluster of three.

use std::net::{Ipv4Addr, SocketAddr};

use crate::{NatsCluster, NatsServer, Signal, Sync};

/// One node or three.
#[derive(Debug)]
pub(crate) enum Broker {
    Single(NatsServer),
    Cluster(NatsCluster),
}

impl Broker {
    /// Every other seed writes through to the disk.
    pub(crate) fn start(cluster: bool, seed: u64) -> Self {
        let sync = if seed.is_multiple_of(2) { Sync::Always } else { Sync::Lazy };
        if cluster {
            Self::Cluster(NatsCluster::start(sync))
        } else {
            Self::Single(NatsServer::builder().sync(sync).start())
        }
    }

    pub(crate) fn nodes(&mut self) -> &mut [NatsServer] {
        match self {
            Self::Single(server) => std::slice::from_mut(server),
            Self::Cluster(cluster) => cluster.nodes(),
        }
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        match self {
            Self::Single(server) => vec![server.url()],
            Self::Cluster(cluster) => cluster.urls(),
        }
    }

    pub(crate) fn addresses(&mut self) -> Vec<SocketAddr> {
        self.nodes().iter().map(|node| SocketAddr::from((Ipv4Addr::LOCALHOST, node.port()))).collect()
    }

    pub(crate) fn replicas(&self) -> usize {
        match self {
            Self::Single(_) => 1,
            Self::Cluster(_) => crate::NODES,
        }
    }

    /// Every node runs.
    pub(crate) fn heal(&mut self) {
        for node in self.nodes() {
            if node.is_running() {
                node.signal(Signal::Continue);
            } else {
                node.restart();
            }
        }
    }
}
