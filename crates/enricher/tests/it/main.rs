//! The enricher between two subjects of a real nats-server, and the records that it makes.

#![expect(clippy::unwrap_used, reason = "these are tests, their helpers included")]

mod gazetteers;
mod ninjs;
mod record;
mod stage;
mod support;
mod transformer;
