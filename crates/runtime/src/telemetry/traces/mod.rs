//! Traces of articles for a collector, where one is configured.
//!
//! The trace context travels with the article; a stage makes its [`Span`] from it, and the
//! spans of all stages and processes come together at the collector under one trace id.
//! Left out: how the context travels, which is a message header.

mod context;
mod export;
mod span;

pub use context::TraceContext;
pub use export::{OtlpConfig, OtlpError, TraceExport, init_traces};
pub use span::Span;
