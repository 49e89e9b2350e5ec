//! The sources against a real nats-server: what is accepted is in the stream.

#![expect(clippy::unwrap_used, reason = "these are tests, their helpers included")]

mod feeds;
mod fetch;
mod folder;
mod proxy;
mod push;
mod stdin;
mod support;
