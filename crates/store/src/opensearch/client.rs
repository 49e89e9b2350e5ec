//! Talks to the server: one request, its answer, and what that means.

use super::bulk::{self, Answer, Failure, Verdict};
use super::{OpenSearchOptions, Pending, template};
use crate::{Cause, StoreError, secret_file};
use dateline_runtime::secret::Secret;
use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Certificate, Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use url::Url;

/// What is attempted, for errors.
const ACTION: &str = "indexing records";
/// Most of an answer that is repeated in an error.
const REASON: usize = 500;

pub(super) struct Client {
    http: reqwest::Client,
    url: Url,
    login: Login,
    place: String,
}

/// How we say who we are.
enum Login {
    Nobody,
    Basic(String, Secret),
    ApiKey(Secret),
}

#[derive(Deserialize)]
struct Found {
    docs: Vec<FoundDocument>,
}

#[derive(Deserialize)]
struct FoundDocument {
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "_source")]
    source: Option<FoundSource>,
}

#[derive(Deserialize)]
struct FoundSource {
    #[serde(default)]
    order: String,
}

impl Client {
    pub(super) fn new(options: &OpenSearchOptions) -> Result<Self, StoreError> {
        let place = options.place();
        let at = |source: Cause| StoreError::Open { place: place.clone(), source };
        let url = Url::parse(&options.url).map_err(|error| at(error.into()))?;
        let login = login(options).map_err(|error| at(error.into()))?;
        let http = http(options).map_err(at)?;
        Ok(Self { http, url, login, place })
    }

    pub(super) fn unavailable(&self, source: Cause) -> StoreError {
        StoreError::Unavailable { place: self.place.clone(), action: ACTION, source }
    }

    fn refused(&self, source: Cause) -> StoreError {
        StoreError::Open { place: self.place.clone(), source }
    }

    /// Makes or renews the template.
    pub(super) async fn put_template(&self, index: &str) -> Result<(), StoreError> {
        let body = template::of(index);
        let (status, answer) = self.json(Method::PUT, &format!("_index_template/{index}"), &body).await?;
        self.expect_success(status, &answer)
    }

    /// Makes the index; one that is there stays as it is.
    pub(super) async fn create_index(&self, index: &str) -> Result<(), StoreError> {
        let (status, answer) = self.json(Method::PUT, index, &json!({})).await?;
        if status == StatusCode::BAD_REQUEST && answer.contains("resource_already_exists_exception") {
            return Ok(());
        }
        self.expect_success(status, &answer)
    }

    /// Whether the server answers and has the index.
    pub(super) async fn ping(&self, index: &str) -> Result<(), StoreError> {
        let (status, answer) = self.send(self.request(Method::HEAD, index)).await?;
        self.expect_success(status, &answer)
    }

    /// Whether the index is there. A server that answers so knows us.
    pub(super) async fn has_index(&self, index: &str) -> Result<bool, StoreError> {
        let (status, answer) = self.send(self.request(Method::HEAD, index)).await?;
        if status == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        self.expect_success(status, &answer).map(|()| true)
    }

    /// Sends a bulk request; `None` where the server would not even read it.
    pub(super) async fn bulk(
        &self,
        index: &str,
        request: &[Pending],
    ) -> Result<Option<Vec<Verdict>>, StoreError> {
        let body = gzip(bulk::body(request).as_bytes()).map_err(|error| self.unavailable(error.into()))?;
        let post = self
            .request(Method::POST, &format!("{index}/_bulk"))
            .header(CONTENT_TYPE, "application/x-ndjson")
            .header(CONTENT_ENCODING, "gzip")
            .body(body);
        let (status, answer) = self.send(post).await?;
        if matches!(status, StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE) {
            return Ok(None);
        }
        self.expect_success(status, &answer)?;
        let answer: Answer = serde_json::from_str(&answer).map_err(|error| self.unavailable(error.into()))?;
        if answer.items.len() != request.len() {
            let source = format!("it answers for {} of {} records", answer.items.len(), request.len());
            return Err(self.unavailable(source.into()));
        }
        let verdicts = answer.items.into_iter().map(bulk::Item::verdict).collect::<Result<_, _>>();
        verdicts.map(Some).map_err(|failure| match failure {
            Failure::Blocked(reason) => StoreError::Full { action: ACTION, source: reason.into() },
            Failure::Other(reason) => StoreError::Database { action: ACTION, source: reason.into() },
        })
    }

    /// The whole order of the documents that are there, by id.
    pub(super) async fn orders(
        &self,
        index: &str,
        ids: &[String],
    ) -> Result<HashMap<String, String>, StoreError> {
        let path = format!("{index}/_mget?_source_includes=order");
        let (status, answer) = self.json(Method::POST, &path, &json!({ "ids": ids })).await?;
        self.expect_success(status, &answer)?;
        let found: Found = serde_json::from_str(&answer).map_err(|error| self.unavailable(error.into()))?;
        let order = |document: FoundDocument| Some((document.id, document.source?.order));
        Ok(found.docs.into_iter().filter_map(order).collect())
    }

    async fn json(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<(StatusCode, String), StoreError> {
        let request = self.request(method, path).header(CONTENT_TYPE, "application/json");
        self.send(request.body(body.to_string())).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/{path}", self.url.as_str().trim_end_matches('/'));
        let request = self.http.request(method, url);
        match &self.login {
            Login::Nobody => request,
            Login::Basic(user, password) => request.basic_auth(user, Some(password.expose())),
            Login::ApiKey(key) => request.header("authorization", format!("ApiKey {}", key.expose())),
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<(StatusCode, String), StoreError> {
        let exchange = async {
            let response = request.send().await?;
            Ok::<_, reqwest::Error>((response.status(), response.text().await?))
        };
        exchange.await.map_err(|error| self.unavailable(error.without_url().into()))
    }

    /// What a status says of the whole request.
    fn expect_success(&self, status: StatusCode, answer: &str) -> Result<(), StoreError> {
        if status.is_success() {
            return Ok(());
        }
        let start: String = answer.chars().filter(|c| !c.is_control()).take(REASON).collect();
        let reason = format!("it answers {status}: {start}");
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            return Err(self.unavailable(reason.into()));
        }
        Err(self.refused(reason.into()))
    }
}

fn login(options: &OpenSearchOptions) -> Result<Login, std::io::Error> {
    let key = secret_file::read(options.api_key.as_ref(), options.api_key_file.as_deref())?;
    let password = secret_file::read(options.password.as_ref(), options.password_file.as_deref())?;
    Ok(match (key, &options.user) {
        (Some(key), _) => Login::ApiKey(key),
        (None, Some(user)) => Login::Basic(user.clone(), password.unwrap_or_default()),
        (None, None) => Login::Nobody,
    })
}

fn http(options: &OpenSearchOptions) -> Result<reqwest::Client, Cause> {
    // Whoever comes first installs it; all of Dateline uses the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("dateline/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(options.connect_timeout.0)
        .timeout(options.timeout.0);
    if let Some(file) = &options.tls_ca_file {
        let pem = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem)?);
    }
    Ok(builder.build()?)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}
