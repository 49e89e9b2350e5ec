//! A WebSub hub of a test's own: it asks back, and delivers when it is told to.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Reply, WebServer};
use crate::http;

/// A running hub; it ends with its value.
#[derive(Debug)]
pub struct Hub {
    server: WebServer,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A subscription that it was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The form that was sent, `hub.callback` and so on.
    pub form: BTreeMap<String, String>,
    /// Whether the subscriber repeated the challenge.
    pub confirmed: bool,
}

/// How deliveries are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// HMAC with SHA-256.
    Sha256,
    /// HMAC with SHA-1.
    Sha1,
    /// With another secret.
    Forged,
    /// Not at all.
    None,
}

impl Hub {
    /// Starts a hub that grants subscriptions for `lease`.
    pub async fn start(lease: Duration) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let noted = asked.clone();
        let server = WebServer::start(move |request| {
            let form = fields(&String::from_utf8_lossy(&request.body));
            let place = {
                let mut asked = noted.lock().unwrap_or_else(PoisonError::into_inner);
                asked.push(Asked { form: form.clone(), confirmed: false });
                asked.len() - 1
            };
            let noted = noted.clone();
            tokio::spawn(async move {
                let confirmed = ask_back(&form, lease).await;
                noted.lock().unwrap_or_else(PoisonError::into_inner)[place].confirmed = confirmed;
            });
            Reply::status(202)
        })
        .await;
        Self { server, asked }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url("/hub")
    }

    /// What it was asked for so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Delivers a body to the subscriber that asked last; gives the status of its answer.
    pub async fn deliver(&self, content_type: &str, body: &[u8], signature: Signature) -> u16 {
        let form = self.asked().pop().expect("nobody has subscribed").form;
        let (address, path) = split(&form["hub.callback"]);
        let secret = form["hub.secret"].as_bytes();
        let signed = match signature {
            Signature::Sha256 => Some(sign("sha256", ring::hmac::HMAC_SHA256, secret, body)),
            Signature::Sha1 => Some(sign("sha1", ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret, body)),
            Signature::Forged => Some(sign("sha256", ring::hmac::HMAC_SHA256, b"guessed", body)),
            Signature::None => None,
        };
        let mut headers = vec![("Content-Type", content_type)];
        headers.extend(signed.as_deref().map(|signed| ("X-Hub-Signature", signed)));
        http::post(address, &path, &headers, body).await.expect("the subscriber answers").status
    }
}

fn sign(method: &str, algorithm: ring::hmac::Algorithm, secret: &[u8], body: &[u8]) -> String {
    let tag = ring::hmac::sign(&ring::hmac::Key::new(algorithm, secret), body);
    tag.as_ref().iter().fold(format!("{method}="), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

/// Asks the subscriber whether it meant it; true when it repeats the challenge.
async fn ask_back(form: &BTreeMap<String, String>, lease: Duration) -> bool {
    let (address, path) = split(&form["hub.callback"]);
    let challenge = "a challenge of the test's own";
    let question = format!(
        "{path}?hub.mode=subscribe&hub.topic={}&hub.challenge={}&hub.lease_seconds={}",
        encode(&form["hub.topic"]),
        encode(challenge),
        lease.as_secs()
    );
    http::get(address, &question).await.is_ok_and(|answer| answer.status == 200 && answer.body == challenge)
}

/// Address and path of `http://127.0.0.1:PORT/PATH`.
fn split(url: &str) -> (SocketAddr, String) {
    let rest = url.strip_prefix("http://").expect("callbacks of tests are plain http");
    let (address, path) = rest.split_once('/').expect("a callback has a path");
    (address.parse().expect("callbacks of tests are at an address"), format!("/{path}"))
}

/// The fields of a form.
fn fields(form: &str) -> BTreeMap<String, String> {
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").expect("a string takes everything");
        encoded
    })
}

fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two digits follow a percent sign"));
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).expect("forms are UTF-8")
}
