//! The `[nats]` section.

use dateline_runtime::secret::Secret;
use dateline_runtime::units::{ByteSize, HumanDuration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// How to reach and use the broker.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NatsConfig {
    /// Servers of one cluster, as `nats://host:port` or `tls://host:port`.
    /// Empty: `dateline up` starts a server of its own, other commands look for it.
    pub servers: Vec<String>,
    /// User name, with `password`.
    pub user: Option<String>,
    /// Password of `user`; better given as `DATELINE_NATS__PASSWORD_FILE`.
    pub password: Option<Secret>,
    /// Credentials file (JWT and nkey seed), as written by `nsc`.
    pub credentials_file: Option<PathBuf>,
    /// File with the seed of an nkey user ("SU...").
    pub nkey_file: Option<PathBuf>,
    /// Token; better given as `DATELINE_NATS__TOKEN_FILE`.
    pub token: Option<Secret>,
    /// Encrypt also where no address says `tls://`.
    pub tls: bool,
    /// PEM file of the authority that signed the servers' certificates; without it the system's.
    pub tls_ca_file: Option<PathBuf>,
    /// PEM file of our own certificate, for servers that ask for one.
    pub tls_cert_file: Option<PathBuf>,
    /// PEM file of its key.
    pub tls_key_file: Option<PathBuf>,
    /// Another copy of config/streams.toml.
    pub topology: Option<PathBuf>,
    /// Copies that the cluster keeps of each stream: 1 or 3.
    pub replicas: usize,
    /// Whether the servers are set to `sync_interval: always`, which a client cannot see. Where
    /// they are not, a power cut can lose acknowledged messages of a stream with one copy, and
    /// each start says so. `dateline up` knows its own server.
    pub writes_through: bool,
    /// Whether this process takes settled messages out of the streams. One that may not
    /// (deploy/nats/accounts.conf) leaves it to the operator's.
    pub janitor: bool,
    /// How long the broker may take to acknowledge.
    pub ack_timeout: HumanDuration,
    /// Publishes under way at once, for each publisher.
    pub publish_window: usize,
    /// Bytes of messages in hand at once for each consumer, and under way for each publisher:
    /// what bounds memory where articles are large. One message always has room.
    pub in_flight_bytes: ByteSize,
    /// Deliveries of one message before it is worked on alone; it becomes a dead letter when it
    /// then ends its worker three times.
    pub max_attempts: u64,
    /// First delay before a failed message is tried again.
    pub retry_delay: HumanDuration,
    /// Longest such delay.
    pub retry_delay_max: HumanDuration,
}

impl Default for NatsConfig {
    fn default() -> Self {
        Self {
            servers: Vec::new(),
            user: None,
            password: None,
            credentials_file: None,
            nkey_file: None,
            token: None,
            tls: false,
            tls_ca_file: None,
            tls_cert_file: None,
            tls_key_file: None,
            topology: None,
            replicas: 1,
            writes_through: false,
            janitor: true,
            ack_timeout: HumanDuration(Duration::from_secs(5)),
            publish_window: 512,
            in_flight_bytes: ByteSize(16 << 20),
            max_attempts: 5,
            retry_delay: HumanDuration(Duration::from_millis(500)),
            retry_delay_max: HumanDuration(Duration::from_mins(1)),
        }
    }
}

impl NatsConfig {
    /// What a power cut could cost with servers that are not known to write through.
    #[must_use]
    pub fn power_cut_warning(&self) -> Option<&'static str> {
        (self.replicas == 1 && !self.writes_through).then_some(
            "a power cut can lose acknowledged messages, unless the server writes through, which a client \
             cannot see; set `sync_interval: always` in its jetstream block and nats.writes_through = true \
             here, or keep three replicas on a cluster",
        )
    }

    /// What is wrong across fields, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        if ![1, 3, 5].contains(&self.replicas) {
            return Err(format!(
                "nats.replicas is {}; JetStream clusters keep 1, 3 or 5 copies",
                self.replicas
            ));
        }
        if self.max_attempts == 0 || self.publish_window == 0 {
            return Err("nats.max_attempts and nats.publish_window must be at least 1".to_owned());
        }
        for server in &self.servers {
            server.parse::<async_nats::ServerAddr>().map_err(|error| {
                format!(
                    "nats.servers: `{server}` is no address ({error}); an example is nats://127.0.0.1:4222"
                )
            })?;
        }
        if self.password.is_some() != self.user.is_some() {
            return Err("nats.user and nats.password belong together; give both or neither".to_owned());
        }
        if self.tls_cert_file.is_some() != self.tls_key_file.is_some() {
            return Err(
                "nats.tls_cert_file and nats.tls_key_file belong together; give both or neither".to_owned()
            );
        }
        let ways = [
            self.user.is_some(),
            self.credentials_file.is_some(),
            self.nkey_file.is_some(),
            self.token.is_some(),
        ];
        if ways.iter().filter(|way| **way).count() > 1 {
            return Err(
                "give only one of nats.user, nats.credentials_file, nats.nkey_file and nats.token".to_owned()
            );
        }
        Ok(())
    }
}
