//! Ports that nobody uses at the moment.

use std::net::{Ipv4Addr, TcpListener};

/// A port of the loopback interface that was free a moment ago. Somebody else may take it
/// before it is used: whoever starts a server on it checks that the server lives.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("the loopback interface has a free port")
        .port()
}
