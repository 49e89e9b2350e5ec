//! The broker of a chaos run: one server, or a cluster of three, each node perhaps on a small
//! disk of its own.

use std::net::{Ipv4Addr, SocketAddr};

use tempfile::TempDir;

use super::disk::Disk;
use crate::{NatsCluster, NatsServer, NatsServerBuilder, Signal, Sync};

/// Room of a node that has a disk of its own: several times what a run leaves in the streams.
const DISK_MIB: u32 = 512;

/// One node or three.
#[derive(Debug)]
pub(crate) struct Broker {
    nodes: Nodes,
    /// One for each node, or none at all. Dropped after the nodes were killed.
    disks: Vec<Disk>,
    _folder: TempDir,
}

#[derive(Debug)]
enum Nodes {
    Single(NatsServer),
    Cluster(NatsCluster),
}

impl Broker {
    /// Every other seed writes through to the disk.
    pub(crate) fn start(cluster: bool, seed: u64, own_disks: bool) -> Self {
        let sync = if seed.is_multiple_of(2) { Sync::Always } else { Sync::Lazy };
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut disks = Vec::new();
        let describe = |index: usize, builder: NatsServerBuilder| {
            let data = folder.path().join(format!("node-{index}"));
            if own_disks {
                disks.extend(Disk::mount(&data, DISK_MIB));
            }
            builder.sync(sync).store_dir(data)
        };
        let nodes = if cluster {
            Nodes::Cluster(NatsCluster::start_with(describe))
        } else {
            let mut describe = describe;
            Nodes::Single(describe(0, NatsServer::builder()).start())
        };
        Self { nodes, disks, _folder: folder }
    }

    pub(crate) fn nodes(&mut self) -> &mut [NatsServer] {
        match &mut self.nodes {
            Nodes::Single(server) => std::slice::from_mut(server),
            Nodes::Cluster(cluster) => cluster.nodes(),
        }
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        match &self.nodes {
            Nodes::Single(server) => vec![server.url()],
            Nodes::Cluster(cluster) => cluster.urls(),
        }
    }

    pub(crate) fn addresses(&mut self) -> Vec<SocketAddr> {
        self.nodes().iter().map(|node| SocketAddr::from((Ipv4Addr::LOCALHOST, node.port()))).collect()
    }

    pub(crate) fn replicas(&self) -> usize {
        match self.nodes {
            Nodes::Single(_) => 1,
            Nodes::Cluster(_) => crate::NODES,
        }
    }

    /// The disk of a node, where it has one.
    pub(crate) fn disk(&self, node: usize) -> Option<&Disk> {
        self.disks.get(node)
    }

    /// Every node runs, and has room.
    pub(crate) fn heal(&mut self) {
        self.disks.iter().for_each(Disk::free);
        for node in self.nodes() {
            if node.is_running() {
                node.signal(Signal::Continue);
            } else {
                node.restart();
            }
        }
    }
}
