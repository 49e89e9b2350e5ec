//! Why there is no console.

use std::io;
use std::net::SocketAddr;

/// Why the console cannot be opened, or stopped serving.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// The address is open to other machines, and the configuration does not say that it may be.
    #[error(
        "the console address {0} can be reached from other machines and lets whoever comes look at everything; listen on 127.0.0.1, or set `allow_remote = true` in [console]"
    )]
    Remote(SocketAddr),
    /// The operating system refuses the address.
    #[error(
        "cannot open the console on {address}; choose another `listen` in [console], or port 0 for any free port"
    )]
    Bind {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The listener broke while serving.
    #[error("the console stopped serving")]
    Serve(#[source] io::Error),
}
