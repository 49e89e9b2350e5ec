//! The `[producer.feeds.websub]` section: whether hubs may call, and where.

use dateline_runtime::units::{ByteSize, HumanDuration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Deliveries by hubs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WebSubConfig {
    /// Whether hubs are asked to deliver.
    pub enabled: bool,
    /// Where this process listens for them.
    pub listen: SocketAddr,
    /// The address of that port as hubs reach it (`https://news.example`), proxies included.
    pub callback: String,
    /// How long a subscription is asked for; it is renewed before it ends.
    pub lease: HumanDuration,
    /// Largest delivery.
    pub max_body: ByteSize,
}

impl Default for WebSubConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8482)),
            callback: String::new(),
            lease: HumanDuration(Duration::from_hours(5 * 24)),
            max_body: ByteSize(4 << 20),
        }
    }
}

impl WebSubConfig {
    /// What is wrong across fields, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        if !self.enabled {
            return Ok(());
        }
        let callback = url::Url::parse(&self.callback).ok();
        if !callback.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Err(format!(
                "producer.feeds.websub.callback is `{}`; set the http or https address at which hubs reach \
                 producer.feeds.websub.listen",
                self.callback
            ));
        }
        if self.lease.0 < Duration::from_mins(1) {
            return Err("producer.feeds.websub.lease is shorter than a minute; hubs take days".to_owned());
        }
        Ok(())
    }
}
