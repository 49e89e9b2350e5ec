//! The port that hubs call: challenges answered, deliveries taken in.
//!
//! A delivery is answered 2xx only after the broker's acknowledgement. The path of a callback
//! holds a token that only the hub was told; a body without the right signature is refused.

use super::WebSubConfig;
use super::signature::is_signed;
use super::subscription::Subscription;
use crate::ProducerError;
use crate::feeds::poll::Poller;
use crate::feeds::poll::delivery::Delivered;
use crate::feeds::schedule::KnownSources;
use crate::fetch::Body as Answer;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use dateline_bus::BusError;
use dateline_model::SubjectToken;
use dateline_runtime::ErrorChain;
use dateline_runtime::listener;
use dateline_runtime::secret::Secret;
use dateline_runtime::telemetry::catalogue::{WEBSUB_DELIVERIES, WEBSUB_REQUESTS};
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long a delivery may take before the hub is told to come again. What was begun goes on.
const DELIVERY_TIME: Duration = Duration::from_secs(25);

/// A bound listener; [`WebSubServer::serve`] answers.
#[derive(Debug)]
pub struct WebSubServer {
    listener: TcpListener,
    address: SocketAddr,
    calls: Arc<Calls>,
}

/// What it takes to answer.
#[derive(Debug)]
struct Calls {
    poller: Poller,
    sources: KnownSources,
    max_body: usize,
    stop: CancellationToken,
}

/// What a hub asks, in the query.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Question {
    #[serde(rename = "hub.mode")]
    mode: String,
    #[serde(rename = "hub.topic")]
    topic: String,
    #[serde(rename = "hub.challenge")]
    challenge: String,
    #[serde(rename = "hub.lease_seconds")]
    lease_seconds: Option<u64>,
}

impl WebSubServer {
    /// Opens the port.
    ///
    /// # Errors
    /// When it is taken.
    pub(in crate::feeds) async fn bind(
        config: &WebSubConfig,
        poller: Poller,
        sources: KnownSources,
        stop: CancellationToken,
    ) -> Result<Self, ProducerError> {
        let listen = config.listen;
        let listener =
            TcpListener::bind(listen).await.map_err(|source| ProducerError::Hubs { listen, source })?;
        let address = listener.local_addr().unwrap_or(listen);
        let max_body = usize::try_from(config.max_body.0).unwrap_or(usize::MAX);
        Ok(Self { listener, address, calls: Arc::new(Calls { poller, sources, max_body, stop }) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the stop that it was bound with.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self) -> Result<(), ProducerError> {
        let (listen, stop) = (self.address, self.calls.stop.clone());
        let route = get(answer).post(take);
        let router = Router::new().route("/websub/{source}/{token}", route).with_state(self.calls);
        listener::serve("websub", self.listener, router, listener::RATE)
            .with_graceful_shutdown(async move { stop.cancelled().await })
            .await
            .map_err(|source| ProducerError::Hubs { listen, source })
    }
}

/// Answers the question whether a subscription was meant.
async fn answer(
    State(calls): State<Arc<Calls>>,
    Path((source, token)): Path<(String, String)>,
    Query(question): Query<Question>,
) -> Response {
    match calls.answer(&SubjectToken::new(&source), &token, &question).await {
        Ok(Some(challenge)) => {
            (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain")], challenge).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => unavailable(&error),
    }
}

/// Takes a delivery in.
async fn take(
    State(calls): State<Arc<Calls>>,
    Path((source, token)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let (status, outcome) = match calls.take(&SubjectToken::new(&source), &token, &headers, body).await {
        Ok(answered) => answered,
        Err(error) => return unavailable(&error),
    };
    WEBSUB_DELIVERIES.with([outcome]).increment(1);
    status.into_response()
}

fn unavailable(error: &BusError) -> Response {
    tracing::warn!(error = %ErrorChain(error), "call of a hub not answered");
    WEBSUB_DELIVERIES.with(["failed"]).increment(1);
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

impl Calls {
    /// The subscription that a path means, if there is one.
    async fn subscription(
        &self,
        source: &SubjectToken,
        token: &str,
    ) -> Result<Option<(Subscription, dateline_bus::Revision)>, BusError> {
        let (known, revision) = self.poller.registry.subscription(source).await?;
        let meant = known.filter(|known| Secret::new(known.token.as_str()).matches(token.as_bytes()));
        Ok(meant.map(|known| (known, revision)))
    }

    /// The challenge to be repeated; `None` for what we did not ask for.
    async fn answer(
        &self,
        source: &SubjectToken,
        token: &str,
        question: &Question,
    ) -> Result<Option<String>, BusError> {
        loop {
            let Some((mut known, revision)) = self.subscription(source, token).await? else {
                return Ok(None);
            };
            if known.topic != question.topic {
                return Ok(None);
            }
            let (answer, outcome) = match question.mode.as_str() {
                "subscribe" if !question.challenge.is_empty() => {
                    let asked = self.poller.config.websub.lease.0;
                    known.note_confirmed(
                        question.lease_seconds.map_or(asked, Duration::from_secs),
                        self.poller.now(),
                    );
                    (question.challenge.clone(), "confirmed")
                }
                "denied" => {
                    known.note_denied();
                    (String::new(), "denied")
                }
                // We never ask a hub to stop.
                _ => return Ok(None),
            };
            if self.poller.registry.write_subscription(source, &known, revision).await? {
                WEBSUB_REQUESTS.with([outcome]).increment(1);
                tracing::info!(source = %source, hub = known.hub, outcome, "hub answered");
                return Ok(Some(answer));
            }
        }
    }

    /// Status and outcome of a delivery.
    async fn take(
        &self,
        id: &SubjectToken,
        token: &str,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<(StatusCode, &'static str), BusError> {
        let Some((subscription, _)) = self.subscription(id, token).await? else {
            // A hub that hears this forgets us.
            return Ok((StatusCode::GONE, "unknown"));
        };
        let source = self.sources.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(id).cloned();
        let Some(source) = source else { return Ok((StatusCode::GONE, "unknown")) };
        let Ok(bytes) = axum::body::to_bytes(body, self.max_body).await else {
            return Ok((StatusCode::PAYLOAD_TOO_LARGE, "too-large"));
        };
        let signature = headers.get("x-hub-signature").and_then(|value| value.to_str().ok());
        if !is_signed(signature, &subscription.secret, &bytes) {
            tracing::warn!(source = %id, "delivery with a wrong signature refused");
            return Ok((StatusCode::FORBIDDEN, "forged"));
        }
        let content_type =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let answer = Answer { bytes: bytes.to_vec(), content_type };
        let (poller, stop, topic) = (self.poller.clone(), self.stop.clone(), subscription.topic);
        // A task of its own: a hub that hangs up does not cut it short.
        let taking = tokio::spawn(async move { poller.deliver(&source, &topic, answer, &stop).await });
        match tokio::time::timeout(DELIVERY_TIME, taking).await {
            Ok(Ok(Ok(Delivered::Taken))) => Ok((StatusCode::ACCEPTED, "taken")),
            Ok(Ok(Ok(Delivered::Unreadable))) => Ok((StatusCode::BAD_REQUEST, "unreadable")),
            Ok(Ok(Ok(Delivered::Busy))) | Err(_) => Ok((StatusCode::SERVICE_UNAVAILABLE, "busy")),
            Ok(Ok(Err(error))) => Err(error),
            Ok(Err(error)) => {
                tracing::error!(source = %id, %error, "a delivery panicked; please report it");
                Ok((StatusCode::INTERNAL_SERVER_ERROR, "failed"))
            }
        }
    }
}
