//! What a process says about itself: logs on standard error, metrics for Prometheus.
//!
//! Both are global to a process by nature. Setting either up a second time gives back the
//! first one's handle, so that tests in one process do not disturb each other.

pub mod catalogue;
mod logging;
mod metrics;

pub use logging::{LogConfig, LogError, LogFormat, LogHandle, init_logging};
pub use metrics::{Metrics, MetricsHandle};
