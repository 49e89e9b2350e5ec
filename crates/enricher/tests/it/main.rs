//! The enricher between two subjects of a real nats-server.

#![expect(clippy::unwrap_used, reason = "these are tests, their helpers included")]

mod gazetteers;
mod stage;
mod support;
