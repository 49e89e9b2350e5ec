//! The port through which a process is watched and adjusted.
//!
//! | path | answer |
//! |---|---|
//! | `GET /livez` | 200 while the process can answer at all |
//! | `GET /readyz` | 200 when every component is ready, else 503 and a line for each that is not; 503 from the first moment of a stop |
//! | `GET /startupz` | 200 once the start is complete, 503 before |
//! | `GET /metrics` | the metrics in Prometheus' text form |
//! | `GET /log-level`, `PUT /log-level` | the log level as plain text |
//!
//! There is no access control, so that the port stays on loopback unless the configuration
//! says otherwise in so many words.

mod client;
mod health;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::ErrorChain;
use crate::listener;
use crate::telemetry::{LogHandle, MetricsHandle};
pub use client::{AdminAnswer, ask_admin};
pub use health::{Health, NotReady};

/// The default port, one of those that Prometheus' exporters use.
const DEFAULT_PORT: u16 = 9464;
/// What Prometheus' text form calls itself.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// More than any log level needs.
const MAX_BODY_BYTES: usize = 4096;
/// How long open connections may hold up the end of the server.
const CLOSING_TIME: Duration = Duration::from_secs(1);

/// Where the admin port is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AdminConfig {
    /// Whether there is an admin port at all.
    pub enabled: bool,
    /// Address and port; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Must be true for an address that other machines can reach: the port has no access
    /// control of its own.
    pub allow_remote: bool,
}

impl Default for AdminConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)),
            allow_remote: false,
        }
    }
}

/// Why there is no admin port.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The address is open to other machines, and the configuration does not say that it may be.
    #[error(
        "the admin address {0} can be reached from other machines and has no access control; listen on 127.0.0.1, or set `allow_remote = true` in the same section"
    )]
    Remote(SocketAddr),
    /// The operating system refuses the address.
    #[error(
        "cannot listen on the admin address {address}; choose another `listen`, or port 0 for any free port"
    )]
    Bind {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The listener broke while serving.
    #[error("the admin port stopped serving")]
    Serve(#[source] io::Error),
}

/// What the admin port shows and adjusts.
#[derive(Debug, Clone)]
pub struct AdminState {
    /// The state behind `/readyz` and `/startupz`.
    pub health: Health,
    /// The metrics behind `/metrics`; without them the path is not found.
    pub metrics: Option<MetricsHandle>,
    /// The log behind `/log-level`; without it the path is not found.
    pub log: Option<LogHandle>,
}

impl AdminState {
    /// Health only: what a test needs.
    #[must_use]
    pub fn new(health: Health) -> Self {
        Self { health, metrics: None, log: None }
    }
}

/// A server that has its port and waits to be run.
#[derive(Debug)]
pub struct AdminServer {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
}

impl AdminServer {
    /// Takes the port.
    ///
    /// # Errors
    /// [`AdminError::Remote`] for an address that others reach without `allow_remote`,
    /// [`AdminError::Bind`] when the port cannot be had.
    pub async fn bind(config: &AdminConfig, state: AdminState) -> Result<Self, AdminError> {
        let address = config.listen;
        if !address.ip().is_loopback() && !config.allow_remote {
            return Err(AdminError::Remote(address));
        }
        let failed = |source| AdminError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, router: router(state) })
    }

    /// The address that was taken, with the real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Adds routes of the composition's own.
    ///
    /// # Panics
    /// When a path is there already.
    #[must_use]
    pub fn merge(mut self, routes: Router) -> Self {
        self.router = self.router.merge(routes);
        self
    }

    /// Serves until `stop` is cancelled; open connections then have a second to end.
    ///
    /// # Errors
    /// [`AdminError::Serve`] when the listener breaks.
    pub async fn serve(self, stop: CancellationToken) -> Result<(), AdminError> {
        tracing::info!(address = %self.address, "admin port open");
        let served = listener::serve("admin", self.listener, self.router, listener::RATE)
            .with_graceful_shutdown(stop.clone().cancelled_owned());
        let overdue = async {
            stop.cancelled().await;
            tokio::time::sleep(CLOSING_TIME).await;
        };
        tokio::select! {
            result = served.into_future() => result.map_err(AdminError::Serve),
            () = overdue => Ok(()),
        }
    }
}

fn router(state: AdminState) -> Router {
    Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(readyz))
        .route("/startupz", get(startupz))
        .route("/metrics", get(metrics))
        .route("/log-level", get(log_level).put(set_log_level))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(state)
}

async fn readyz(State(state): State<AdminState>) -> Response {
    let missing = state.health.not_ready();
    if missing.is_empty() {
        return "ready\n".into_response();
    }
    let lines: Vec<String> = missing.iter().map(NotReady::to_string).collect();
    (StatusCode::SERVICE_UNAVAILABLE, lines.join("\n") + "\n").into_response()
}

async fn startupz(State(state): State<AdminState>) -> Response {
    if state.health.started() {
        "started\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "starting\n").into_response()
    }
}

async fn metrics(State(state): State<AdminState>) -> Response {
    match state.metrics {
        Some(metrics) => ([(header::CONTENT_TYPE, METRICS_TYPE)], metrics.render()).into_response(),
        None => not_here("metrics are not recorded in this process\n"),
    }
}

async fn log_level(State(state): State<AdminState>) -> Response {
    match state.log {
        Some(log) => format!("{}\n", log.level()).into_response(),
        None => not_here("the log of this process cannot be adjusted\n"),
    }
}

async fn set_log_level(State(state): State<AdminState>, level: String) -> Response {
    let Some(log) = state.log else {
        return not_here("the log of this process cannot be adjusted\n");
    };
    match log.set_level(&level) {
        Ok(()) => format!("{}\n", log.level()).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, format!("{}\n", ErrorChain(&error))).into_response(),
    }
}

fn not_here(message: &'static str) -> Response {
    (StatusCode::NOT_FOUND, message).into_response()
}

#[cfg(test)]
mod tests;
