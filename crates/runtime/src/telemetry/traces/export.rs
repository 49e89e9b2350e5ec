//! Spans on their way to a collector: OTLP over HTTP, as JSON.
//!
//! The work never waits for the collector: spans go into a bounded queue, and what has no
//! room, or cannot be delivered, is counted and forgotten. Articles matter more.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::telemetry::catalogue::SPANS;
use crate::units::HumanDuration;

/// Spans that wait at most.
const QUEUE: usize = 16_384;
/// Most spans of one request.
const BATCH: usize = 512;
/// How long the first span of a batch waits for others.
const LINGER: Duration = Duration::from_secs(1);

/// The export that is in force; the latest one.
static EXPORT: RwLock<Option<Export>> = RwLock::new(None);

#[derive(Debug, Clone)]
struct Export {
    queue: mpsc::Sender<SpanData>,
    share: f64,
}

/// `[telemetry.otlp]`: where the traces of articles are sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OtlpConfig {
    /// An OpenTelemetry collector, such as `http://127.0.0.1:4318`; `/v1/traces` is added.
    /// Without it no spans are made. Headers come from `OTEL_EXPORTER_OTLP_HEADERS`.
    pub endpoint: Option<String>,
    /// Share of the articles that are traced, from 0 to 1; decided by the trace's id.
    pub share: f64,
    /// How long one request may take.
    pub timeout: HumanDuration,
}

impl Default for OtlpConfig {
    fn default() -> Self {
        Self { endpoint: None, share: 1.0, timeout: HumanDuration(Duration::from_secs(10)) }
    }
}

impl OtlpConfig {
    /// Says what is wrong with it.
    ///
    /// # Errors
    /// The fault, with the key that it is about.
    pub fn validate(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.share) {
            return Err(format!("telemetry.otlp.share is {}; give a share from 0 to 1", self.share));
        }
        match &self.endpoint {
            Some(endpoint) if !endpoint.starts_with("http://") && !endpoint.starts_with("https://") => {
                Err(format!(
                    "telemetry.otlp.endpoint is `{endpoint}`; give an address such as http://127.0.0.1:4318"
                ))
            }
            _ => Ok(()),
        }
    }
}

/// Why traces cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum OtlpError {
    /// No HTTP client.
    #[error("could not set up the HTTP client for traces")]
    Client(#[source] reqwest::Error),
    /// The endpoint is not usable.
    #[error("could not set up the export of traces; look at telemetry.otlp.endpoint")]
    Exporter(#[source] opentelemetry_otlp::ExporterBuildError),
}

/// The way to the collector, to be [run](Self::run).
#[derive(Debug)]
pub struct TraceExport {
    exporter: SpanExporter,
    queue: mpsc::Receiver<SpanData>,
}

/// Sets up the export of this process' spans, if one is configured. `instance` tells processes
/// apart, such as `enricher`. A later call takes the place of the one before, whose run then
/// sends what it still has.
///
/// # Errors
/// When the client or the endpoint cannot be used. A collector that is away is no error.
pub fn init_traces(config: &OtlpConfig, instance: &str) -> Result<Option<TraceExport>, OtlpError> {
    let Some(endpoint) = &config.endpoint else {
        install(None);
        return Ok(None);
    };
    // Whoever comes first installs it; all of Dateline uses the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().timeout(config.timeout.0).build();
    let mut exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client.map_err(OtlpError::Client)?)
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_timeout(config.timeout.0)
        .build()
        .map_err(OtlpError::Exporter)?;
    exporter.set_resource(&resource(instance));
    let (sender, queue) = mpsc::channel(QUEUE);
    install(Some(Export { queue: sender, share: config.share }));
    Ok(Some(TraceExport { exporter, queue }))
}

fn install(export: Option<Export>) {
    *EXPORT.write().unwrap_or_else(PoisonError::into_inner) = export;
}

fn installed() -> Option<Export> {
    EXPORT.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn resource(instance: &str) -> Resource {
    Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", "dateline"),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", format!("{instance}-{}", std::process::id())),
        ])
        .build()
}

/// The share of traces that is exported; `None` where none are.
pub(super) fn share() -> Option<f64> {
    EXPORT.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|export| export.share)
}

/// Hands spans to the export.
pub(super) fn send(spans: impl Iterator<Item = SpanData>) {
    let Some(export) = installed() else { return };
    for span in spans {
        if export.queue.try_send(span).is_err() {
            SPANS.with(["dropped"]).increment(1);
        }
    }
}

impl TraceExport {
    /// Sends what comes until `stop`, then what is left.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut reachable = true;
        while let Some(batch) = self.next_batch(&stop).await {
            let spans = batch.len() as u64;
            match (self.exporter.export(batch).await, reachable) {
                (Ok(()), _) => {
                    SPANS.with(["exported"]).increment(spans);
                    reachable = true;
                }
                (Err(error), first) => {
                    SPANS.with(["failed"]).increment(spans);
                    if first {
                        tracing::warn!(%error, spans, "traces cannot be delivered; they are left out until they can");
                    }
                    reachable = false;
                }
            }
        }
    }

    /// Spans for one request; `None` at the end.
    async fn next_batch(&mut self, stop: &CancellationToken) -> Option<Vec<SpanData>> {
        let mut batch = Vec::with_capacity(BATCH);
        let Some(first) = stop.run_until_cancelled(self.queue.recv()).await else {
            batch.extend(std::iter::from_fn(|| self.queue.try_recv().ok()).take(BATCH));
            return (!batch.is_empty()).then_some(batch);
        };
        batch.push(first?);
        let lingering = tokio::time::sleep(LINGER);
        tokio::pin!(lingering);
        while batch.len() < BATCH {
            tokio::select! {
                () = &mut lingering => break,
                () = stop.cancelled() => break,
                span = self.queue.recv() => batch.push(span?),
            }
        }
        Some(batch)
    }
}
