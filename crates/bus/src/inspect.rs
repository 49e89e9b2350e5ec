//! Looks at the broker without changing anything: what is there, what is missing, what
//! differs from the topology. For `dateline config check --connect` and support bundles.
//! Left out: making and mending it, which is the preflight's work.

use crate::preflight::{consumer_differences, stream_differences, version_findings};
use crate::{Bus, BusError, ConsumerDefinition, Finding};
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{
    ConsumerInfoError, ConsumerInfoErrorKind, GetStreamError, GetStreamErrorKind,
};
use async_nats::jetstream::stream;
use serde_json::{Value, json};

/// What the broker has of one thing that the topology names.
#[derive(Debug)]
pub struct Inspected {
    /// `JetStream`, or a stream, a bucket or a consumer by its name.
    pub what: String,
    /// What was found.
    pub state: InspectedState,
}

/// How one thing of the topology is found on the broker.
#[derive(Debug)]
pub enum InspectedState {
    /// It is there; with what is not as the topology has it.
    There(Vec<Finding>),
    /// It is not there yet.
    Missing,
    /// The broker does not tell, or does not let us ask.
    Unknown(BusError),
}

impl Bus {
    /// Asks the broker for everything that the topology names, and changes nothing. What a user
    /// may not ask for stays unknown after `nats.ack_timeout`.
    pub async fn inspect(&self) -> Vec<Inspected> {
        let mut found = vec![self.inspect_server().await];
        if let [Inspected { state: InspectedState::Unknown(_), .. }] = found.as_slice() {
            return found;
        }
        let replicas = self.config().replicas;
        for definition in &self.topology().streams {
            let wanted = definition.to_config(replicas);
            found.push(self.inspect_stream(format!("stream {}", definition.name), wanted).await);
        }
        for definition in &self.topology().buckets {
            let wanted = definition.to_config(replicas);
            found.push(self.inspect_stream(format!("bucket {}", definition.name), wanted).await);
        }
        for definition in &self.topology().consumers {
            found.push(self.inspect_consumer(definition).await);
        }
        found
    }

    /// The server's own words on every stream and consumer of the topology, configuration and
    /// state, as JSON; what cannot be read says why in its place.
    pub async fn describe(&self) -> Value {
        let (mut streams, mut consumers) = (Vec::new(), Vec::new());
        for definition in &self.topology().streams {
            streams.push(self.ask(&format!("STREAM.INFO.{}", definition.name)).await);
        }
        for definition in &self.topology().buckets {
            streams.push(self.ask(&format!("STREAM.INFO.{}", definition.stream_name())).await);
        }
        for ConsumerDefinition { stream, name, .. } in &self.topology().consumers {
            consumers.push(self.ask(&format!("CONSUMER.INFO.{stream}.{name}")).await);
        }
        let info = self.client().server_info();
        json!({
            "server": { "version": info.version, "name": info.server_name, "maxPayload": info.max_payload,
                "go": info.go },
            "account": self.ask("INFO").await,
            "streams": streams,
            "consumers": consumers,
        })
    }

    async fn ask(&self, subject: &str) -> Value {
        match self.context().request(subject.to_owned(), &json!({})).await {
            Ok(answer) => answer,
            Err(error) => json!({ "asked": subject, "error": error.to_string() }),
        }
    }

    async fn inspect_server(&self) -> Inspected {
        let info = self.client().server_info();
        let what = format!("JetStream of nats-server {}", info.version);
        let state = match self.context().query_account().await {
            Ok(_) => InspectedState::There(version_findings(&info.version)),
            Err(source) => {
                InspectedState::Unknown(BusError::topology("ask for the account's", "JetStream", source))
            }
        };
        Inspected { what, state }
    }

    async fn inspect_stream(&self, what: String, wanted: stream::Config) -> Inspected {
        let state = match self.context().get_stream(&wanted.name).await {
            Ok(stream) => {
                let found = &stream.cached_info().config;
                // Whether batches are on follows from the server's version at the next start.
                let wanted =
                    stream::Config { allow_atomic_publish: found.allow_atomic_publish, ..wanted.clone() };
                let differences = stream_differences(&wanted, found).into_iter();
                InspectedState::There(
                    differences.map(|difference| difference.finding(&wanted.name)).collect(),
                )
            }
            Err(error) if is_missing_stream(&error) => InspectedState::Missing,
            Err(source) => InspectedState::Unknown(BusError::topology("read stream", &wanted.name, source)),
        };
        Inspected { what, state }
    }

    async fn inspect_consumer(&self, definition: &ConsumerDefinition) -> Inspected {
        let name = format!("{}/{}", definition.stream, definition.name);
        let found = match self.context().get_stream_no_info(&definition.stream).await {
            Ok(stream) => stream.consumer_info(&definition.name).await,
            Err(source) => {
                let state = InspectedState::Unknown(BusError::topology("read stream", &name, source));
                return Inspected { what: format!("consumer {name}"), state };
            }
        };
        let state = match found {
            Ok(found) => {
                let differences = consumer_differences(&definition.to_config(), &found.config).into_iter();
                InspectedState::There(differences.map(|difference| difference.finding(&name)).collect())
            }
            Err(error) if is_missing_consumer(&error) => InspectedState::Missing,
            Err(source) => InspectedState::Unknown(BusError::topology("read consumer", &name, source)),
        };
        Inspected { what: format!("consumer {name}"), state }
    }
}

/// Whether the broker answers that there is no such stream.
pub(crate) fn is_missing_stream(error: &GetStreamError) -> bool {
    matches!(error.kind(), GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

/// Whether the broker answers that there is no such consumer, or not even its stream.
pub(crate) fn is_missing_consumer(error: &ConsumerInfoError) -> bool {
    matches!(error.kind(), ConsumerInfoErrorKind::NotFound | ConsumerInfoErrorKind::StreamNotFound)
}
