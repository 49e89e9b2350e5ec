//! The operator's console: what a person opens to see whether news flows, what was
//! found in it, and what went wrong.
//!
//! Pages are rendered on the server and work without JavaScript; a small script
//! keeps the figures of the flow page alive from `/events`. Everything shown that
//! came from outside goes through the templates' escaping (maud escapes every value
//! that is spliced in, so forgetting it is not possible), and the
//! content-security policy lets nothing run but our own script.
//!
//! `flow` looks at broker and store once a second and says what it means;
//! `highlight` lays spans over a text; `chart` draws; `pages` has one file a page; a new
//! page is a file there and a line in `server`. Two things change the pipeline, replaying
//! and dropping a dead letter; `session` asks for a token first.

mod assets;
mod chart;
mod config;
mod display;
mod error;
mod events;
mod flow;
mod highlight;
mod pages;
mod parts;
mod security;
mod server;
mod session;
mod state;

pub use config::ConsoleConfig;
pub use error::ConsoleError;
pub use parts::{ConsoleParts, Feed, Feeds, FeedsFuture, Replay, ReplayFuture};
pub use server::ConsoleServer;
