//! What every long-lived service needs, and nothing that knows of news.
//!
//! - [`config`]: one TOML file and the environment, with errors that name line and nearest key
//! - [`telemetry`]: logs to standard error, metrics for Prometheus
//! - [`lifecycle`]: tasks in phases, stopped in order, on a signal or on a failure
//! - [`admin`]: the port that answers `/livez`, `/readyz`, `/startupz`, `/metrics`, `/log-level`
//! - [`pool`]: CPU-bound work on threads of its own, never on the async reactor
//! - [`outbound`]: where HTTP requests may lead, and when they may come again
//! - [`clock`], [`backoff`], [`units`], [`secret`]: the small values that the rest is made of
//! - [`usage`]: what a process has used of processors and memory
//! - [`faults`]: what a test may plant into a process, to see whether it is noticed
//!
//! What a service does with its input is not decided here; only [`Disposition`], the
//! three ways in which a failure can be dealt with, is shared by all stages.

pub mod admin;
pub mod backoff;
pub mod clock;
pub mod config;
mod disposition;
pub mod faults;
pub mod lifecycle;
pub mod listener;
pub mod outbound;
pub mod pool;
pub mod secret;
pub mod telemetry;
pub mod units;
pub mod usage;

pub use disposition::Disposition;

/// The version of this build: the workspace's, with the commit behind it (`0.1.0+1a2b3c4`) where
/// the build was told it, as `cargo xtask dist` does.
pub const VERSION: &str = match option_env!("DATELINE_BUILD_VERSION") {
    Some(version) => version,
    None => env!("CARGO_PKG_VERSION"),
};

/// An error of any kind, as tasks hand it to the lifecycle.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Prints an error and everything that caused it on one line: `a: b: c`.
///
/// Our errors do not print their own causes, so that each layer is told once.
#[derive(Debug, Clone, Copy)]
pub struct ErrorChain<'a>(pub &'a (dyn std::error::Error + 'static));

impl std::fmt::Display for ErrorChain<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0)?;
        let causes = std::iter::successors(self.0.source(), |error| error.source());
        causes.into_iter().try_for_each(|cause| write!(formatter, ": {cause}"))
    }
}
