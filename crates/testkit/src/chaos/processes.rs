//! What the processes of a newsroom use, where the system tells it (`/proc`).

use std::time::Duration;

use dateline_runtime::usage;

use super::newsroom::Newsroom;
use crate::Dateline;

/// A process of the run.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) name: String,
    usage: usage::Process,
}

impl Process {
    /// Every role, then every node of the broker.
    pub(crate) fn all(newsroom: &mut Newsroom) -> Vec<Self> {
        let mut processes = Vec::new();
        for (number, role) in newsroom.roles().iter().enumerate() {
            let id = role.process().map(Dateline::id);
            processes.extend(id.map(|id| Self::of(format!("{} {number}", role.name()), id)));
        }
        for (number, node) in newsroom.broker().nodes().iter().enumerate() {
            processes.extend(node.id().map(|id| Self::of(format!("nats-server {number}"), id)));
        }
        processes
    }

    /// This one: who sends, and the networks between the others.
    pub(crate) fn own() -> Self {
        Self { name: "the test itself".to_owned(), usage: usage::Process::own() }
    }

    fn of(name: String, id: u32) -> Self {
        Self { name, usage: usage::Process::of(id) }
    }

    /// Memory at this moment.
    pub(crate) fn resident_mib(&self) -> Option<u64> {
        self.usage.resident().map(|bytes| bytes >> 20)
    }

    /// Time on a processor since its start.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        self.usage.cpu()
    }
}
