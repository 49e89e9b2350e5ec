//! Connections, with the settings that the store's promises rest on.

use super::config::PostgresOptions;
use super::error;
use crate::{Cause, StoreError};
use futures::FutureExt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Writing,
    Reading,
}

/// Opens one connection; its socket is served until the client is dropped.
pub(super) async fn connect(options: &PostgresOptions, usage: Use) -> Result<Client, StoreError> {
    let place = options.place();
    let open = |source: Cause| StoreError::Open { place: place.clone(), source };
    let mut config = options.parse().map_err(|error| open(error.into()))?;
    configure(&mut config, options);
    let client = if options.is_encrypted(&config) {
        let tls = MakeRustlsConnect::new(tls(options).map_err(open)?);
        let connected = config.ssl_mode(tokio_postgres::config::SslMode::Require).connect(tls).await;
        let (client, connection) = connected.map_err(|source| error::of("connecting", &place, source))?;
        tokio::spawn(connection.map(told));
        client
    } else {
        let connected = config.ssl_mode(tokio_postgres::config::SslMode::Disable).connect(NoTls).await;
        let (client, connection) = connected.map_err(|source| error::of("connecting", &place, source))?;
        tokio::spawn(connection.map(told));
        client
    };
    let settings = settings(options, usage);
    client.batch_execute(&settings).await.map_err(|source| error::of("connecting", &place, source))?;
    Ok(client)
}

fn configure(config: &mut Config, options: &PostgresOptions) {
    config.connect_timeout(options.connect_timeout.0);
    if let Some(password) = &options.password {
        config.password(password.expose());
    }
    if config.get_application_name().is_none() {
        config.application_name("dateline");
    }
    if config.get_user().is_none() {
        config.user("dateline");
    }
}

/// A commit is on the server's disk when it returns, whatever the server's
/// own default is. Searches are short: compiling them costs more than they do.
fn settings(options: &PostgresOptions, usage: Use) -> String {
    let schema = &options.schema;
    match usage {
        // The memory is for what the word index gathers before it is sorted in: with the usual
        // 4 MiB that is done in several rounds, and a write takes half as long again.
        Use::Writing => format!(
            "SET search_path = \"{schema}\", public; SET synchronous_commit = on; SET lock_timeout = '30s'; SET jit = off;
             SET work_mem = '64MB'"
        ),
        Use::Reading => format!(
            "SET search_path = \"{schema}\", public; SET default_transaction_read_only = on; SET jit = off;
             SET statement_timeout = {}",
            options.read_timeout.0.as_millis().max(1)
        ),
    }
}

/// A connection that ends is noticed by who uses it next.
fn told(ended: Result<(), tokio_postgres::Error>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "database connection ended");
    }
}

fn tls(options: &PostgresOptions) -> Result<rustls::ClientConfig, Cause> {
    let mut roots = rustls::RootCertStore::empty();
    if let Some(file) = &options.tls_ca_file {
        use rustls::pki_types::CertificateDer;
        use rustls::pki_types::pem::PemObject;
        for certificate in CertificateDer::pem_file_iter(file)? {
            roots.add(certificate?)?;
        }
    } else {
        for certificate in rustls_native_certs::load_native_certs().certs {
            // One that is odd is no reason to trust none.
            drop(roots.add(certificate));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// A few connections that are shared; opened when they are needed.
#[derive(Debug)]
pub(super) struct Pool {
    options: PostgresOptions,
    idle: Mutex<Vec<Client>>,
    permits: Semaphore,
}

/// A connection that goes back to its pool, unless it ended.
pub(super) struct Pooled<'a> {
    client: Option<Client>,
    pool: &'a Pool,
    _permit: SemaphorePermit<'a>,
}

impl Pool {
    pub(super) fn new(options: PostgresOptions) -> Self {
        let permits = Semaphore::new(options.readers.clamp(1, 1_000));
        Self { options, idle: Mutex::default(), permits }
    }

    /// Waits for a free connection; makes one where there is none.
    pub(super) async fn get(&self) -> Result<Pooled<'_>, StoreError> {
        let permit = self.permits.acquire().await.map_err(|_| StoreError::Stopped)?;
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let client = loop {
            match idle() {
                Some(client) if client.is_closed() => {}
                Some(client) => break client,
                None => break connect(&self.options, Use::Reading).await?,
            }
        };
        Ok(Pooled { client: Some(client), pool: self, _permit: permit })
    }

    pub(super) fn options(&self) -> &PostgresOptions {
        &self.options
    }
}

impl std::ops::Deref for Pooled<'_> {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.client.as_ref().expect("the client is taken out only when this is dropped")
    }
}

impl std::ops::DerefMut for Pooled<'_> {
    fn deref_mut(&mut self) -> &mut Client {
        self.client.as_mut().expect("the client is taken out only when this is dropped")
    }
}

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        let back = self.client.take().filter(|client| !client.is_closed());
        self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).extend(back);
    }
}
