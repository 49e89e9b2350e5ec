//! Section `[console]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The port where nothing else is configured.
const DEFAULT_PORT: u16 = 8481;

/// Where the console is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConsoleConfig {
    /// Whether `dateline up` opens it.
    pub enabled: bool,
    /// Address and port; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Must be true for an address that other machines can reach, and behind a
    /// proxy with a name of its own: whoever reaches it may look at everything.
    pub allow_remote: bool,
    /// File with the token that whoever replays or drops dead letters must show. Without it
    /// `console.token` in the data folder, which is made at the first start.
    pub token_file: Option<PathBuf>,
}

impl Default for ConsoleConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)),
            allow_remote: false,
            token_file: None,
        }
    }
}
