//! The port, and which page is where.

use crate::flow::Sampler;
use crate::security::{self, HostRule};
use crate::state::Console;
use crate::{ConsoleConfig, ConsoleError, ConsoleParts, assets, events, pages, session};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use dateline_runtime::listener;
use dateline_store::Archive;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long open connections may hold up the end of the server.
const CLOSING_TIME: Duration = Duration::from_secs(1);

/// A console that has its port and waits to be served.
pub struct ConsoleServer {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    sampler: Sampler,
    stop: CancellationToken,
}

impl ConsoleServer {
    /// Takes the port. The store need not be there yet.
    ///
    /// # Errors
    /// [`ConsoleError::Remote`] for an address that others reach without `allow_remote`,
    /// [`ConsoleError::Bind`] when the port cannot be had.
    pub async fn bind(
        config: &ConsoleConfig,
        parts: ConsoleParts,
        stop: CancellationToken,
    ) -> Result<Self, ConsoleError> {
        let address = config.listen;
        if !address.ip().is_loopback() && !config.allow_remote {
            return Err(ConsoleError::Remote(address));
        }
        let failed = |source| ConsoleError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let archive = Archive::new(parts.store.clone());
        let (sampler, flow) = Sampler::new(parts.bus.clone(), archive.clone(), parts.marks);
        let console = Console::new(parts, archive, flow, stop.clone());
        let hosts = if config.allow_remote { HostRule::Any } else { HostRule::Loopback };
        Ok(Self { listener, address, router: router(console, hosts), sampler, stop })
    }

    /// The address that was taken, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the stop that it was bound with; open connections then have a
    /// second to end.
    ///
    /// # Errors
    /// [`ConsoleError::Serve`] when the listener breaks.
    pub async fn serve(self) -> Result<(), ConsoleError> {
        let served = listener::serve("console", self.listener, self.router, listener::RATE)
            .with_graceful_shutdown(self.stop.clone().cancelled_owned())
            .into_future();
        let overdue = async {
            self.stop.cancelled().await;
            tokio::time::sleep(CLOSING_TIME).await;
        };
        tokio::select! {
            result = served => result.map_err(ConsoleError::Serve),
            () = overdue => Ok(()),
            never = self.sampler.run() => match never {},
        }
    }
}

fn router(console: Console, hosts: HostRule) -> Router {
    Router::new()
        .route("/", get(pages::flow::page))
        .route("/articles", get(pages::articles::page))
        .route("/articles/{id}", get(pages::article::page))
        .route("/articles/{id}/versions", get(pages::versions::page))
        .route("/timeline", get(pages::timeline::page))
        .route("/entities", get(pages::entities::page))
        .route("/entities/one", get(pages::entity::page))
        .route("/sources", get(pages::sources::page))
        .route("/dead", get(pages::dead::list))
        .route("/dead/{number}", get(pages::letter::page))
        .route("/dead/{number}/replay", post(pages::letter::replay))
        .route("/dead/{number}/drop", post(pages::letter::drop_letter))
        .route("/session", post(session::open))
        .route("/config", get(pages::config::page))
        .route("/events", get(events::stream))
        .route("/assets/{name}", get(assets::asset))
        .fallback(pages::notice::nothing_here)
        .nest(dateline_api::PREFIX, dateline_api::router(console.archive.clone()))
        .with_state(console)
        .layer(from_fn_with_state(hosts, security::check_host))
        .layer(from_fn(security::add_headers))
}
