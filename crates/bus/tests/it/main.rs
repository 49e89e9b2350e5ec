//! The bus against a real nats-server.

#![expect(clippy::unwrap_used, reason = "these are tests, their helpers included")]

mod access;
mod burial;
mod dead_letters;
mod delivery;
mod gate;
mod intake;
mod janitor;
mod key_value;
mod publish;
mod quarantine;
mod replay;
mod support;
mod topology;
