//! The connection, shared by everything that talks to the broker.

use crate::{
    BusError, ConsumerDefinition, DeadLetterDesk, Intake, KeyValue, NatsConfig, Preflight, Publisher,
    Quarantine, Subject, Topology, preflight,
};
use async_nats::jetstream;
use async_nats::{Client, ConnectOptions, Event};
use dateline_runtime::ErrorChain;
use dateline_runtime::backoff::Backoff;
use dateline_runtime::telemetry::catalogue::BROKER_DISCONNECTS;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Longest wait between two tries to reconnect.
const RECONNECT_MAX: Duration = Duration::from_secs(5);

/// A connection to the broker with its topology. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bus {
    // One count for all: every article takes a clone along.
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    client: Client,
    context: jetstream::Context,
    config: NatsConfig,
    topology: Topology,
    /// Subjects whose streams take atomic batches; known after [`Bus::prepare`].
    batches: RwLock<Vec<String>>,
    quarantine: Quarantine,
}

impl Bus {
    /// Connects to the configured servers. Once connected, it reconnects for
    /// ever by itself, with growing delays and jitter.
    ///
    /// # Errors
    /// When no server can be reached, or credentials cannot be read.
    pub async fn connect(config: &NatsConfig, name: &str, topology: Topology) -> Result<Self, BusError> {
        let servers = config.servers.join(",");
        let client = options(config, name)
            .await?
            .connect(config.servers.clone())
            .await
            .map_err(|source| BusError::Connect { servers, source: Box::new(source) })?;
        let context = jetstream::context::ContextBuilder::new()
            .timeout(config.ack_timeout.0)
            .ack_timeout(config.ack_timeout.0)
            .max_ack_inflight(config.publish_window.max(1) * 4)
            .build(client.clone());
        let shared = Shared {
            client,
            context,
            config: config.clone(),
            topology,
            batches: RwLock::default(),
            quarantine: Quarantine::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Creates streams and consumers where they are missing, and reads every
    /// field of them back.
    ///
    /// # Errors
    /// When one cannot be created, or the server cannot keep a promise.
    pub async fn prepare(&self) -> Result<Preflight, BusError> {
        preflight::run(self).await
    }

    /// A publisher with a window of its own.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher::new(self)
    }

    /// The deliveries of a durable consumer. Waits for a broker that does not answer, as a
    /// cluster does not while it chooses a leader.
    ///
    /// # Errors
    /// When the topology does not define it, or the broker does not have it.
    pub async fn intake(&self, consumer: &str) -> Result<Intake, BusError> {
        let backoff = Backoff::new(Duration::from_millis(100), RECONNECT_MAX);
        let mut attempt = 0;
        loop {
            let error = match Intake::open(self, consumer).await {
                Ok(intake) => return Ok(intake),
                Err(error) if error.is_no_answer() => error,
                Err(error) => return Err(error),
            };
            attempt += 1;
            tracing::warn!(consumer, error = %ErrorChain(&error), attempt, "broker does not answer yet");
            tokio::time::sleep(backoff.delay(attempt)).await;
        }
    }

    /// A key-value bucket of the topology.
    ///
    /// # Errors
    /// When the topology does not define it.
    pub async fn key_value(&self, bucket: &str) -> Result<KeyValue, BusError> {
        KeyValue::open(self, bucket).await
    }

    /// Where dead letters go and come back from.
    #[must_use]
    pub fn dead_letters(&self) -> DeadLetterDesk {
        DeadLetterDesk::new(self)
    }

    /// Whether the connection is up at this moment.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.shared.client.connection_state() == async_nats::connection::State::Connected
    }

    /// Largest message that the server takes, in bytes.
    #[must_use]
    pub fn max_payload(&self) -> usize {
        self.shared.client.max_payload()
    }

    /// Sends everything that still waits to be sent, then closes.
    pub async fn drain(&self) {
        if self.is_connected() {
            let flushed = tokio::time::timeout(Duration::from_secs(5), self.shared.client.flush()).await;
            if !matches!(flushed, Ok(Ok(()))) {
                tracing::warn!("could not flush the broker connection");
            }
        }
        if let Err(error) = self.shared.client.drain().await {
            tracing::debug!(%error, "broker connection was already closed");
        }
    }

    /// Whether several messages of such a subject are to be published as one.
    pub(crate) fn takes_batches(&self, subject: &Subject) -> bool {
        let families = self.shared.batches.read().unwrap_or_else(PoisonError::into_inner);
        families.iter().any(|family| family == subject.family())
    }

    pub(crate) fn set_takes_batches(&self, families: Vec<String>) {
        *self.shared.batches.write().unwrap_or_else(PoisonError::into_inner) = families;
    }

    pub(crate) fn shared_quarantine(&self) -> &Quarantine {
        &self.shared.quarantine
    }

    pub(crate) fn client(&self) -> &Client {
        &self.shared.client
    }

    pub(crate) fn context(&self) -> &jetstream::Context {
        &self.shared.context
    }

    /// The configuration that it was made with.
    #[must_use]
    pub fn config(&self) -> &NatsConfig {
        &self.shared.config
    }

    /// The streams and consumers that it works with.
    #[must_use]
    pub fn topology(&self) -> &Topology {
        &self.shared.topology
    }

    pub(crate) fn definition(&self, consumer: &str) -> Result<&ConsumerDefinition, BusError> {
        self.shared
            .topology
            .consumer(consumer)
            .map_err(|source| BusError::topology("find consumer", consumer, source))
    }
}

async fn options(config: &NatsConfig, name: &str) -> Result<ConnectOptions, BusError> {
    let backoff = Backoff::new(Duration::from_millis(50), RECONNECT_MAX);
    let mut options = ConnectOptions::new()
        .name(name)
        .max_reconnects(None)
        .connection_timeout(Duration::from_secs(5))
        .request_timeout(Some(config.ack_timeout.0))
        .subscription_capacity(64 * 1024)
        .reconnect_delay_callback(move |attempts| backoff.delay(u32::try_from(attempts).unwrap_or(u32::MAX)))
        .event_callback(|event| async move { report(&event) });
    if let (Some(user), Some(password)) = (&config.user, &config.password) {
        options = options.user_and_password(user.clone(), password.expose().to_owned());
    }
    if let Some(token) = &config.token {
        options = options.token(token.expose().to_owned());
    }
    if let Some(path) = &config.nkey_file {
        let seed = std::fs::read_to_string(path).map_err(unreadable("nkey_file", path))?;
        options = options.nkey(seed.trim().to_owned());
    }
    if let Some(path) = &config.credentials_file {
        options = options.credentials_file(path).await.map_err(unreadable("credentials_file", path))?;
    }
    encrypted(options, config)
}

/// The client reads these files only when it connects, and then says of a missing one no more
/// than that no server could be reached.
fn encrypted(mut options: ConnectOptions, config: &NatsConfig) -> Result<ConnectOptions, BusError> {
    let files = [
        ("tls_ca_file", &config.tls_ca_file),
        ("tls_cert_file", &config.tls_cert_file),
        ("tls_key_file", &config.tls_key_file),
    ];
    for (what, path) in files {
        if let Some(path) = path {
            std::fs::File::open(path).map_err(unreadable(what, path))?;
        }
    }
    if let Some(path) = &config.tls_ca_file {
        options = options.add_root_certificates(path.clone());
    }
    if let (Some(certificate), Some(key)) = (&config.tls_cert_file, &config.tls_key_file) {
        options = options.add_client_certificate(certificate.clone(), key.clone());
    }
    let asked = config.tls || files.iter().any(|(_, path)| path.is_some());
    Ok(if asked { options.require_tls(true) } else { options })
}

fn unreadable(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> BusError {
    let path = path.display().to_string();
    move |source| BusError::Credentials { what, path, source }
}

fn report(event: &Event) {
    match event {
        Event::Connected => tracing::info!("broker connected"),
        Event::Disconnected => {
            BROKER_DISCONNECTS.increment();
            tracing::warn!("broker disconnected, reconnecting");
        }
        Event::Draining | Event::Closed => tracing::debug!(%event, "broker connection closes"),
        other => tracing::warn!(event = %other, "broker event"),
    }
}
