//! Section `[console]`.

use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};

/// The port where nothing else is configured.
const DEFAULT_PORT: u16 = 8481;

/// Where the console is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsoleConfig {
    /// Whether `dateline up` opens it.
    pub enabled: bool,
    /// Address and port; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Must be true for an address that other machines can reach, and behind a
    /// proxy with a name of its own: the console has no access control.
    pub allow_remote: bool,
}

impl Default for ConsoleConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)),
            allow_remote: false,
        }
    }
}
