//! The nats-server that `dateline up` starts as its child.
//!
//! It gets its own data folder and port, is watched by a thread of its own,
//! restarted with back-off when it dies, and ended with us. Left out: talking
//! to it (`dateline-bus`).

mod child;
mod room;
mod setup;

pub(crate) use child::Broker;
pub(crate) use room::little_room;
pub(crate) use setup::running_url;
