//! What a process says about itself: logs on standard error, metrics for Prometheus, and
//! traces for a collector where one is configured.
//!
//! All are global to a process by nature. Setting one up a second time gives back the
//! first one's handle, so that tests in one process do not disturb each other.

pub mod catalogue;
mod logging;
mod metrics;
mod traces;

pub use logging::{LogConfig, LogError, LogFormat, LogHandle, init_logging};
pub use metrics::{Metrics, MetricsHandle};
pub use traces::{OtlpConfig, OtlpError, Span, TraceContext, TraceExport, init_traces};
