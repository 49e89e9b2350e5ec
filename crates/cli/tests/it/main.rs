//! End-to-end tests: the real `dateline` binary over a real nats-server.
//!
//! One module a promise. Processes are started, watched and killed as a person or a service
//! manager would do it, and what they did is read where a user reads it: the store, the
//! commands, the ports. Waiting is polling with generous limits; nothing here measures time.
//! Left out: what a crate can show about itself without a second process.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "these are tests, their helpers included")]

mod backfill;
mod chaos;
mod commands;
mod copies;
mod crash;
mod dashboards;
mod expected;
mod gazetteer;
mod least_privilege;
mod once;
mod pipeline;
mod push;
mod reload;
mod restarts;
mod service_manager;
mod soak;
mod sources;
mod traces;
mod up;
