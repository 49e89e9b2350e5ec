//! HTTP push: `POST /articles`, one article or a batch.
//!
//! 202 only after the broker's acknowledgement of every article. A request
//! with any fault is refused as a whole, with the place of each fault, so that
//! a sender never has to guess which half of a batch went in.

use crate::acceptor::{Accepted, Acceptor, is_empty};
use crate::input::in_order;
use crate::{ProducerError, PushConfig, trace};
use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dateline_extract::{ExtractError, Fault, Format, Input};
use dateline_model::{Article, DeadReason, Source, SourceKind};
use dateline_runtime::ErrorChain;
use dateline_runtime::listener;
use dateline_runtime::secret::Secret;
use dateline_runtime::telemetry::catalogue::PUSH_REQUESTS;
use futures::future::try_join_all;
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How long a request may take in all before it is answered 503.
const REQUEST_TIME: Duration = Duration::from_secs(30);
/// What a sender is told to wait under back-pressure, in seconds.
const RETRY_AFTER: &str = "1";

/// A bound listener; [`PushServer::serve`] answers.
#[derive(Debug)]
pub struct PushServer {
    listener: TcpListener,
    address: SocketAddr,
    rate: NonZeroU32,
    state: Arc<Push>,
}

#[derive(Debug)]
struct Push {
    acceptor: Acceptor,
    token: Option<Secret>,
    max_body: usize,
    requests: Semaphore,
    source: String,
    stop: CancellationToken,
}

impl PushServer {
    /// Opens the port and reads the token.
    ///
    /// # Errors
    /// When the port is taken or the token cannot be read.
    pub async fn bind(
        config: &PushConfig,
        acceptor: Acceptor,
        stop: CancellationToken,
    ) -> Result<Self, ProducerError> {
        let listen = config.listen;
        let listener =
            TcpListener::bind(listen).await.map_err(|source| ProducerError::Listen { listen, source })?;
        let address = listener.local_addr().unwrap_or(listen);
        let state = Arc::new(Push {
            acceptor,
            token: read_token(config)?,
            max_body: usize::try_from(config.max_body.0).unwrap_or(usize::MAX),
            requests: Semaphore::new(config.max_requests),
            source: config.source.clone(),
            stop,
        });
        Ok(Self { listener, address, rate: config.max_rate, state })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the stop that it was bound with, then finishes what is
    /// under way.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self) -> Result<(), ProducerError> {
        let (listen, stop) = (self.address, self.state.stop.clone());
        let router = Router::new().route("/articles", post(receive)).with_state(self.state);
        listener::serve("push", self.listener, router, self.rate)
            .with_graceful_shutdown(async move { stop.cancelled().await })
            .await
            .map_err(|source| ProducerError::Listen { listen, source })
    }
}

fn read_token(config: &PushConfig) -> Result<Option<Secret>, ProducerError> {
    let Some(path) = &config.token_file else { return Ok(None) };
    let text = std::fs::read_to_string(path)
        .map_err(|source| ProducerError::Token { path: path.clone(), source })?;
    let token = Secret::new(text.trim());
    if token.is_empty() { Err(ProducerError::EmptyToken(path.clone())) } else { Ok(Some(token)) }
}

/// `?source=NAME`
#[derive(Debug, Default, Deserialize)]
struct Parameters {
    source: Option<String>,
}

async fn receive(
    State(push): State<Arc<Push>>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answer = match tokio::time::timeout(REQUEST_TIME, push.receive(parameters, &headers, body)).await {
        Ok(Ok(accepted)) => accepted_response(&accepted),
        Ok(Err(refusal)) => refusal.into_response(),
        Err(_) => Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "the broker took too long; send it again")
            .into_response(),
    };
    let status = answer.status().as_u16().to_string();
    PUSH_REQUESTS.with([&status]).increment(1);
    answer
}

impl Push {
    async fn receive(
        &self,
        parameters: Parameters,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Vec<Accepted>, Refusal> {
        self.authorise(headers)?;
        let _place = self.requests.try_acquire().map_err(|_| Refusal::busy("too many requests at once"))?;
        if !self.acceptor.gate().is_open() {
            return Err(Refusal::busy("the pipeline is behind; slow down"));
        }
        if !self.acceptor.is_connected() {
            let message = "the broker cannot be reached; nothing was accepted, send it again";
            return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message));
        }
        let bytes = axum::body::to_bytes(body, self.max_body).await.map_err(|_| self.too_large())?;
        let articles = self.read(bytes, headers).await?;
        let source = Source::new(parameters.source.as_deref().unwrap_or(&self.source), SourceKind::Push);
        let trace_parent = headers.get("traceparent").and_then(|value| trace::given(value.to_str().ok()?));
        let now = self.acceptor.now();
        let accepts = articles.into_iter().enumerate().map(|(index, article)| {
            self.acceptor.accept(article, &source, in_order(now, index), trace_parent.clone(), &self.stop)
        });
        try_join_all(accepts).await.map_err(|error| Refusal::unavailable(&error))
    }

    fn authorise(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let Some(token) = &self.token else { return Ok(()) };
        let shown = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
            .is_some_and(|shown| token.matches(shown));
        if shown {
            return Ok(());
        }
        Err(Refusal::new(StatusCode::UNAUTHORIZED, "send the token as `Authorization: Bearer TOKEN`"))
    }

    /// All articles of the body, or every fault in it.
    async fn read(&self, bytes: axum::body::Bytes, headers: &HeaderMap) -> Result<Vec<Article>, Refusal> {
        let content_type = media_type(headers);
        let limits = self.acceptor.limits();
        let results = tokio::task::spawn_blocking(move || {
            let input = Input { content_type: Some(&content_type), ..Input::new("request", &bytes) };
            dateline_extract::extract(&input.with_format(Format::Auto), &limits)
        })
        .await
        .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "the body could not be read"))?;
        let (mut articles, mut faults) = (Vec::with_capacity(results.len()), Vec::new());
        for result in results {
            match result {
                Ok(article) if is_empty(&article) => {
                    let fault = Box::new(Fault::Empty);
                    faults.push(ExtractError { origin: article.origin, place: None, bytes: None, fault });
                }
                Ok(article) => articles.push(article),
                Err(error) => faults.push(error),
            }
        }
        if faults.is_empty() { Ok(articles) } else { Err(Refusal::faults(&faults)) }
    }

    fn too_large(&self) -> Refusal {
        let message = format!("the body is over {} bytes; send fewer articles at once", self.max_body);
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, &message)
    }
}

/// The stated media type. Senders that state none, or what their tool states
/// for them, mean JSON: a body that begins like JSON and is broken is refused
/// rather than taken for news text.
fn media_type(headers: &HeaderMap) -> String {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let meant = stated.starts_with("text/") || stated.contains("json") || stated.contains("charset");
    if meant { stated.to_owned() } else { "application/json".to_owned() }
}

fn accepted_response(accepted: &[Accepted]) -> Response {
    let articles: Vec<_> = accepted
        .iter()
        .map(|article| json!({ "uri": article.id.uri(), "duplicate": article.duplicate }))
        .collect();
    (StatusCode::ACCEPTED, axum::Json(json!({ "accepted": accepted.len(), "articles": articles })))
        .into_response()
}

/// An answer that is not 202.
struct Refusal {
    status: StatusCode,
    body: serde_json::Value,
}

impl Refusal {
    fn new(status: StatusCode, message: &str) -> Self {
        Self { status, body: json!({ "error": message }) }
    }

    fn busy(message: &str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
    }

    fn unavailable(error: &dateline_bus::BusError) -> Self {
        tracing::warn!(error = %ErrorChain(error), "push not accepted");
        let status = match error {
            dateline_bus::BusError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, &error.to_string())
    }

    /// 413 when size is all that is wrong, else 400.
    fn faults(faults: &[dateline_extract::ExtractError]) -> Self {
        let too_large = faults.iter().all(|fault| fault.reason() == DeadReason::TooLarge);
        let status = if too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
        let list: Vec<_> = faults
            .iter()
            .map(|error| {
                json!({
                    "article": error.origin.index,
                    "line": error.place.map(|place| place.line),
                    "column": error.place.map(|place| place.column),
                    "key": key_of(&error.fault),
                    "message": error.fault.to_string(),
                })
            })
            .collect();
        let error = "nothing of this request was accepted; correct these places and send it again";
        Self { status, body: json!({ "error": error, "faults": list }) }
    }
}

fn key_of(fault: &Fault) -> Option<&str> {
    match fault {
        Fault::WrongType { key, .. } => Some(key),
        _ => None,
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.body)).into_response();
        let waits = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
        if waits.contains(&self.status) {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_AFTER));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        response
    }
}
