//! S3-compatible storage as the place where parts become visible: an object is there
//! whole or not at all, and putting it again replaces it.

use super::S3Options;
use crate::StoreError;
use dateline_runtime::secret::Secret;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{BackoffConfig, ClientOptions, Error, ObjectStoreExt, PutPayload, RetryConfig};
use std::path::Path;
use std::time::Duration;

/// How long one put may be tried by the client; the spool keeps the part meanwhile.
const RETRY: Duration = Duration::from_secs(20);

/// A bucket and where in it.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    store: AmazonS3,
    prefix: String,
    place: String,
}

impl Bucket {
    /// Keys that are not given come from the environment (`AWS_ACCESS_KEY_ID`, ...)
    /// or the machine's own role.
    pub(super) fn open(options: &S3Options) -> Result<Self, StoreError> {
        let place = options.place();
        let at = |source: crate::Cause| StoreError::Open { place: place.clone(), source };
        // Whoever comes first installs it; all of Dateline uses the same one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = ClientOptions::new()
            .with_allow_http(options.allow_http)
            .with_connect_timeout(options.connect_timeout.0)
            .with_timeout(options.timeout.0);
        let retry = RetryConfig { max_retries: 3, retry_timeout: RETRY, backoff: BackoffConfig::default() };
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(&options.bucket)
            .with_region(&options.region)
            .with_virtual_hosted_style_request(options.virtual_host)
            .with_client_options(client)
            .with_retry(retry);
        if let Some(endpoint) = &options.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some((id, secret)) = keys(options).map_err(|error| at(error.into()))? {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret.expose());
        }
        let store = builder.build().map_err(|error| at(error.into()))?;
        Ok(Self { store, prefix: options.prefix.trim_matches('/').to_owned(), place })
    }

    /// Puts a part, from a file that is removed afterwards. It is in memory meanwhile.
    pub(super) async fn put(&self, part: &Path, name: &str) -> Result<(), StoreError> {
        let local = |source| super::folder::fault("reading a finished file", part, source);
        let bytes = tokio::fs::read(part).await.map_err(local)?;
        let key = [self.prefix.as_str(), name].into_iter().filter(|part| !part.is_empty());
        let key = object_store::path::Path::from(key.collect::<Vec<_>>().join("/"));
        self.store.put(&key, PutPayload::from(bytes)).await.map_err(|error| self.fault(error))?;
        super::folder::remove(part).map_err(local)
    }

    fn fault(&self, error: Error) -> StoreError {
        let place = self.place.clone();
        match error {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                StoreError::Open { place, source: Box::new(error) }
            }
            error => StoreError::Unavailable { place, action: "putting a file", source: Box::new(error) },
        }
    }
}

fn keys(options: &S3Options) -> std::io::Result<Option<(String, Secret)>> {
    let Some(id) = options.access_key_id.clone() else { return Ok(None) };
    let secret = crate::secret_file::read(
        options.secret_access_key.as_ref(),
        options.secret_access_key_file.as_deref(),
    )?;
    Ok(secret.map(|secret| (id, secret)))
}
