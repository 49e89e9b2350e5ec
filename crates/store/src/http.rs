//! What the clients of all receivers have in common.

use crate::Cause;
use reqwest::{Certificate, ClientBuilder};
use std::path::Path;
use std::time::Duration;

/// A client under our name that follows no redirect and no proxy and verifies every
/// certificate, also by the authority in a PEM file of one's own.
///
/// # Errors
/// When that file cannot be read or holds something else.
pub(crate) fn client(
    connect_timeout: Duration,
    timeout: Duration,
    tls_ca_file: Option<&Path>,
) -> Result<ClientBuilder, Cause> {
    // Whoever comes first installs it; all of Dateline uses the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let builder = reqwest::Client::builder()
        .user_agent(concat!("dateline/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(connect_timeout)
        .timeout(timeout);
    let Some(file) = tls_ca_file else { return Ok(builder) };
    let pem = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(builder.add_root_certificate(Certificate::from_pem(&pem)?))
}
