//! The `[producer.feeds.http]` section: how foreign servers are asked, and how little
//! they are trusted.

use dateline_runtime::outbound::Network;
use dateline_runtime::units::{ByteSize, HumanDuration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Limits and manners of HTTP requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfig {
    /// Who to write to about these requests: a URL or a mail address, sent as part of
    /// the user agent.
    pub contact: String,
    /// Requests to one host under way at once.
    pub per_host: usize,
    /// Pause between two requests to one host.
    pub host_delay: HumanDuration,
    /// Longest pause that robots.txt may ask for (`Crawl-delay`).
    pub host_delay_max: HumanDuration,
    /// How long a connection may take to be made.
    pub connect_timeout: HumanDuration,
    /// How long a server may take to begin its answer.
    pub first_byte_timeout: HumanDuration,
    /// How long a whole answer may take.
    pub timeout: HumanDuration,
    /// Slowest answer that is waited for, in bytes a second.
    pub min_rate: ByteSize,
    /// Largest answer, decompressed.
    pub max_body: ByteSize,
    /// Most that an answer may grow when it is decompressed.
    pub max_ratio: u32,
    /// Most redirects of one request.
    pub max_redirects: usize,
    /// Proxy for all requests. Names are then resolved by the proxy, which has to
    /// refuse private addresses itself.
    pub proxy: Option<String>,
    /// Private networks that may be fetched from (`10.1.0.0/16`); all others are refused.
    #[schemars(with = "Vec<String>")]
    pub allow_networks: Vec<Network>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        let seconds = |seconds| HumanDuration(Duration::from_secs(seconds));
        Self {
            contact: String::new(),
            per_host: 1,
            host_delay: seconds(2),
            host_delay_max: seconds(60),
            connect_timeout: seconds(10),
            first_byte_timeout: seconds(30),
            timeout: seconds(60),
            min_rate: ByteSize(64),
            max_body: ByteSize(16 << 20),
            max_ratio: 200,
            max_redirects: 5,
            proxy: None,
            allow_networks: Vec::new(),
        }
    }
}

impl HttpConfig {
    /// What is wrong across fields, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        if self.per_host == 0 {
            return Err("producer.feeds.http.per_host must be at least 1".to_owned());
        }
        if self.contact.chars().any(|c| c.is_control() || !c.is_ascii()) {
            return Err("producer.feeds.http.contact must be plain ASCII: it travels in a header".to_owned());
        }
        if self.timeout.0 < self.connect_timeout.0 {
            return Err("producer.feeds.http.timeout is shorter than connect_timeout; raise it".to_owned());
        }
        if let Some(proxy) = &self.proxy {
            reqwest::Proxy::all(proxy)
                .map_err(|_| format!("producer.feeds.http.proxy `{proxy}` is no proxy URL"))?;
        }
        Ok(())
    }

    /// The `User-Agent` of every request.
    #[must_use]
    pub fn user_agent(&self) -> String {
        let name = concat!("Dateline/", env!("CARGO_PKG_VERSION"));
        if self.contact.is_empty() { name.to_owned() } else { format!("{name} (+{})", self.contact) }
    }
}
