//! The read-only HTTP API over what is stored: search, articles with their versions,
//! timelines, entities, sources.
//!
//! `operations` is the one table of what there is: the [`router`] and the OpenAPI
//! document (`/openapi.json`) are both made from it, and the shapes of parameters and
//! answers come from the types that read and write them, so that the document cannot say
//! anything else than what is answered. Every fault is a problem document (RFC 9457).
//!
//! Left out: the port, and who may reach it (`dateline-console` mounts this); writing
//! anything.

mod fault;
mod handlers;
mod openapi;
mod operations;
mod parameters;
mod problem;
mod router;

pub use openapi::document;
pub use router::{PREFIX, router};
