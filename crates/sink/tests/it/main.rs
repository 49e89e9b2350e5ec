//! The sink between a real nats-server and a real `SQLite` store.

#![expect(clippy::unwrap_used, reason = "these are tests, their helpers included")]

mod beside;
mod failing_store;
mod stage;
mod support;
