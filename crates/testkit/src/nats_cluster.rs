//! A cluster of three real nats-servers, for streams with three replicas.

use crate::{NatsServer, NatsServerBuilder, Sync, free_port};

/// Nodes of a cluster: the fewest of which one may fail.
pub const NODES: usize = 3;

/// Three running servers.
#[derive(Debug)]
pub struct NatsCluster {
    nodes: Vec<NatsServer>,
}

impl NatsCluster {
    /// Starts the nodes with data of their own.
    #[must_use]
    pub fn start(sync: Sync) -> Self {
        Self::start_with(|_, builder| builder.sync(sync))
    }

    /// Starts the nodes, each as `describe` says by its index. They choose a leader by
    /// themselves, a little later.
    #[must_use]
    pub fn start_with(mut describe: impl FnMut(usize, NatsServerBuilder) -> NatsServerBuilder) -> Self {
        let ports: Vec<u16> = (0..NODES).map(|_| free_port()).collect();
        let routes: Vec<String> = ports.iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
        let node = |(index, port): (usize, &u16)| {
            // Without the advertisement clients know only the addresses that they were given:
            // a proxy in front of a node is not walked around.
            let cluster = format!(
                "cluster {{ name: dateline-test, listen: \"127.0.0.1:{port}\", no_advertise: true, \
                 routes: [{}] }}",
                routes.join(", ")
            );
            describe(index, NatsServer::builder().extra_config(&cluster)).start()
        };
        Self { nodes: ports.iter().enumerate().map(node).collect() }
    }

    /// The addresses of all nodes.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(NatsServer::url).collect()
    }

    /// The nodes, to be killed, frozen and started again.
    pub fn nodes(&mut self) -> &mut [NatsServer] {
        &mut self.nodes
    }
}
