//! A bucket of Amazon S3, or of a service that speaks its protocol.
//!
//! An object is there as a whole or not at all: what is too large for one request is
//! put together by the service when the last piece has come.

use super::S3Options;
use crate::{Probe, StoreError, fault, http, secret_file};
use dateline_runtime::ErrorChain;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{HttpClient, HttpConnector};
use object_store::path::Path as Key;
use object_store::{ClientOptions, Error, MultipartUpload, ObjectStoreExt, RetryConfig};
use std::path::Path;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

/// What is attempted, for errors.
const ACTION: &str = "putting files into the bucket";
/// Larger files go in pieces of this size; the protocol takes up to 10,000 of them.
const PIECE: usize = 16 << 20;
/// Put at the start, so that a bucket that takes nothing is known at once. Programs
/// that read partitioned files pass over names that begin with `_`.
const MARK: &str = "_dateline";

pub(super) struct Bucket {
    objects: AmazonS3,
    prefix: String,
    place: String,
}

impl Bucket {
    /// The bucket that is named, if one is; it is written to, to see that this can be done.
    pub(super) async fn open(options: &S3Options) -> Result<Option<Self>, StoreError> {
        let Some(bucket) = Self::named(options)? else { return Ok(None) };
        let mark = concat!("Written by dateline ", env!("CARGO_PKG_VERSION"), "\n");
        let marked = bucket.objects.put(&bucket.key(MARK)?, mark.into()).await;
        marked.map_err(|error| bucket.fault(error))?;
        Ok(Some(bucket))
    }

    /// Whether the bucket that is named, if one is, lets us in; it is read from only.
    pub(super) async fn probe(options: &S3Options) -> Result<Option<Probe>, StoreError> {
        let Some(bucket) = Self::named(options)? else { return Ok(None) };
        let marked = bucket.objects.get(&bucket.key(MARK)?).await;
        match marked {
            Ok(_) => Ok(Some(Probe::Reached)),
            Err(Error::NotFound { source, .. }) if !says(&*source, "NoSuchBucket") => Ok(Some(Probe::Absent)),
            // Who may write need not be one who may read; who is not believed may do neither.
            Err(Error::PermissionDenied { source, .. }) if says(&*source, "AccessDenied") => {
                Ok(Some(Probe::Reached))
            }
            Err(error) => Err(bucket.fault(error)),
        }
    }

    /// The bucket that is named, if one is; nobody has asked it anything yet.
    fn named(options: &S3Options) -> Result<Option<Self>, StoreError> {
        let Some(name) = &options.bucket else { return Ok(None) };
        let place = format!("s3://{name}/{}", options.prefix);
        let objects =
            service(options, name).map_err(|source| StoreError::Open { place: place.clone(), source })?;
        Ok(Some(Self { objects, prefix: options.prefix.clone(), place }))
    }

    /// Puts a file under a name, in the place of what has it, and removes the file.
    pub(super) async fn upload(&self, file: &Path, name: &str) -> Result<(), StoreError> {
        let key = self.key(name)?;
        let local = |source: std::io::Error| StoreError::Io { action: ACTION, source: source.into() };
        let mut source = File::open(file).await.map_err(local)?;
        let first = piece(&mut source).await.map_err(local)?;
        if first.len() < PIECE {
            self.objects.put(&key, first.into()).await.map_err(|error| self.fault(error))?;
        } else {
            self.upload_pieces(&key, first, &mut source).await?;
        }
        fault::point("uploaded");
        tokio::fs::remove_file(file).await.map_err(local)
    }

    async fn upload_pieces(&self, key: &Key, first: Vec<u8>, source: &mut File) -> Result<(), StoreError> {
        let begun = self.objects.put_multipart(key).await;
        let mut upload = begun.map_err(|error| self.fault(error))?;
        let sent = self.send_pieces(&mut *upload, first, source).await;
        if sent.is_err() {
            // What came so far would be paid for; a process that dies here leaves it to
            // the bucket's rule for uploads that were given up.
            drop(upload.abort().await);
        }
        sent
    }

    async fn send_pieces(
        &self,
        upload: &mut dyn MultipartUpload,
        first: Vec<u8>,
        source: &mut File,
    ) -> Result<(), StoreError> {
        let mut next = first;
        while !next.is_empty() {
            upload.put_part(next.into()).await.map_err(|error| self.fault(error))?;
            next = piece(source)
                .await
                .map_err(|source| StoreError::Io { action: ACTION, source: source.into() })?;
        }
        upload.complete().await.map(drop).map_err(|error| self.fault(error))
    }

    fn key(&self, name: &str) -> Result<Key, StoreError> {
        let path = if self.prefix.is_empty() { name.to_owned() } else { format!("{}/{name}", self.prefix) };
        Key::parse(path).map_err(|error| StoreError::Open { place: self.place.clone(), source: error.into() })
    }

    /// What the service's answer means for a caller.
    fn fault(&self, error: Error) -> StoreError {
        let place = self.place.clone();
        match error {
            Error::NotFound { .. } | Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                StoreError::Open { place, source: error.into() }
            }
            _ => StoreError::Unavailable { place, action: ACTION, source: error.into() },
        }
    }
}

/// Whether the service's words hold its own name of a fault.
fn says(answer: &(dyn std::error::Error + 'static), name: &str) -> bool {
    ErrorChain(answer).to_string().contains(name)
}

/// The next bytes of a file, as many as there are up to a piece.
async fn piece(source: &mut File) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(PIECE as u64).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

fn service(options: &S3Options, bucket: &str) -> Result<AmazonS3, crate::Cause> {
    let client = http::client(options.connect_timeout.0, options.timeout.0, options.tls_ca_file.as_deref())?;
    // Who waits and tries again is the store; a hiccup is not worth a warning.
    let retry =
        RetryConfig { max_retries: 2, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() };
    let mut builder = match &options.access_key {
        Some(key) => {
            let secret = secret_file::read(options.secret_key.as_ref(), options.secret_key_file.as_deref())?;
            AmazonS3Builder::new()
                .with_access_key_id(key)
                .with_secret_access_key(secret.unwrap_or_default().expose())
        }
        None => AmazonS3Builder::from_env(),
    };
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http:"));
    }
    let builder = builder.with_bucket_name(bucket).with_region(&options.region).with_retry(retry);
    Ok(builder.with_http_connector(Connector(client.build()?)).build()?)
}

/// Hands out the client that all of the store uses.
#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}
