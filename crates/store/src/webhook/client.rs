//! Sends a message and says what the answer means.

use super::message::Message;
use super::{OnGone, WebhookOptions};
use crate::{Cause, StoreError, secret_file};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dateline_runtime::ErrorChain;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::outbound::{AddressGuard, GuardedResolver, SystemLookup, retry_after};
use dateline_runtime::secret::Secret;
use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Certificate, Response, StatusCode};
use ring::hmac;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Most of an answer that is read, for the reason in it.
const REASON: usize = 500;

/// What an answer means.
pub(super) enum Answer {
    /// The receiver has it.
    Taken,
    /// It wants it neither now nor later, and says why.
    Refused(String),
    /// It may take it later.
    Later {
        /// No sooner than this.
        after: Option<Duration>,
        source: Cause,
    },
    /// It takes nothing until a person has mended something.
    Stop(Cause),
}

pub(super) struct Client {
    http: reqwest::Client,
    url: Url,
    key: Option<hmac::Key>,
    on_gone: OnGone,
    clock: SharedClock,
}

impl Client {
    pub(super) fn new(options: &WebhookOptions, clock: SharedClock) -> Result<Self, StoreError> {
        let at = |source: Cause| StoreError::Open { place: options.place(), source };
        let secret = secret_file::read(options.secret.as_ref(), options.secret_file.as_deref())
            .map_err(|error| at(error.into()))?;
        let key = secret.as_ref().map(signing_key).transpose().map_err(|error| at(error.into()))?;
        let url = Url::parse(&options.url).map_err(|error| at(error.into()))?;
        let guard = AddressGuard::new(&options.allow_networks);
        guard.permits_url(&url).map_err(|error| at(error.into()))?;
        let http = http(options, guard).map_err(at)?;
        Ok(Self { http, url, key, on_gone: options.on_gone, clock })
    }

    pub(super) async fn post(&self, message: &Message) -> Answer {
        let timestamp = self.clock.now().as_second().to_string();
        let mut request = self
            .http
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", &timestamp)
            .header("idempotency-key", &message.id);
        if let Some(key) = &self.key {
            request = request.header("webhook-signature", sign(key, &message.id, &timestamp, &message.body));
        }
        match request.body(message.body.clone()).send().await {
            Ok(response) => self.judge(response).await,
            // The address is part of reqwest's words and may hold a token.
            Err(error) => Answer::Later { after: None, source: error.without_url().into() },
        }
    }

    /// Any answer at all.
    pub(super) async fn reach(&self) -> Result<(), Cause> {
        let asked = self.http.head(self.url.clone()).send().await;
        asked.map(drop).map_err(|error| error.without_url().into())
    }

    async fn judge(&self, response: Response) -> Answer {
        let status = response.status();
        if status.is_success() {
            return Answer::Taken;
        }
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let after = header(RETRY_AFTER).and_then(|value| retry_after(value, self.clock.now()));
        if status.is_redirection() {
            let to = header(LOCATION).unwrap_or("nowhere").to_owned();
            return Answer::Stop(
                format!("it answers {status} and leads to {to}; set webhook.url to where it is now").into(),
            );
        }
        let reason = format!("it answers {status}: {}", reason(response).await);
        match status {
            StatusCode::GONE if self.on_gone == OnGone::Stop => {
                Answer::Stop(format!("{reason}; take this sink out, or set webhook.on_gone").into())
            }
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED => {
                Answer::Stop(format!("{reason}; check webhook.url and its secret").into())
            }
            status if is_final(status) => Answer::Refused(reason),
            _ => Answer::Later { after, source: reason.into() },
        }
    }
}

/// Whether the same message would be answered the same again.
fn is_final(status: StatusCode) -> bool {
    let passes =
        [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    status.is_client_error() && !passes
}

fn http(options: &WebhookOptions, guard: AddressGuard) -> Result<reqwest::Client, Cause> {
    // Whoever comes first installs it; all of Dateline uses the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let resolver = GuardedResolver { guard, lookup: Arc::new(SystemLookup), proxy_host: None };
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("dateline/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(options.connect_timeout.0)
        .timeout(options.timeout.0)
        .dns_resolver(resolver);
    if let Some(file) = &options.tls_ca_file {
        let pem = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem)?);
    }
    Ok(builder.build()?)
}

/// `whsec_` and base64, as the specification writes secrets; any other text as it is.
fn signing_key(secret: &Secret) -> Result<hmac::Key, String> {
    let text = secret.expose();
    let bytes = match text.strip_prefix("whsec_") {
        Some(encoded) => {
            BASE64_STANDARD.decode(encoded).map_err(|_| "the secret is no base64 after whsec_".to_owned())?
        }
        None => text.as_bytes().to_vec(),
    };
    if bytes.len() < 16 {
        return Err("the secret is shorter than 16 bytes; give 24 to 64 random ones".to_owned());
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

fn sign(key: &hmac::Key, id: &str, timestamp: &str, body: &str) -> String {
    let tag = hmac::sign(key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(tag))
}

/// The start of an answer, in one line of plain text.
async fn reason(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < REASON {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return ErrorChain(&error.without_url()).to_string(),
        }
    }
    bytes.truncate(REASON);
    let text = String::from_utf8_lossy(&bytes);
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification's own libraries.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let key = signing_key(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap();
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn weak_secrets_are_refused() {
        for weak in ["", "short", "whsec_c2hvcnQ=", "whsec_!"] {
            assert!(signing_key(&Secret::new(weak)).is_err(), "{weak}");
        }
        assert!(signing_key(&Secret::new("a secret of some length")).is_ok());
    }
}
