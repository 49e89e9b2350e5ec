//! One request for messages, and what the broker sends for it.
//!
//! The broker ends a request with a status. With a replicated consumer that status can come
//! before messages that it counts as sent: they wait until the other copies know of their
//! delivery, it does not. Who takes it for the end (as the client's own batches do) drops them
//! until their ack wait is over, and then again with the next request, for ever. So a status
//! is read for what it says: how many messages of the request will not come any more.
//!
//! Left out: when to ask, how much there is room for, and what to do about a failure (`intake`).

use crate::intake::PULL_EXPIRES;
use crate::{Bus, BusError, Delivery};
use async_nats::jetstream::Context;
use async_nats::{HeaderMap, StatusCode, Subscriber};
use futures::StreamExt;
use serde_json::json;
use std::time::Duration;

/// Silence after which a request counts as lost with its connection: the broker
/// ends each one by itself a second earlier.
const SILENCE: Duration = Duration::from_secs(2);

/// How many messages of a request the broker has not sent and will not.
const NOT_SENT: &str = "Nats-Pending-Messages";

/// What ends a request and is no fault (`consumer.go` of the server).
const ENDS: [&str; 4] =
    ["Batch Completed", "Message Size Exceeds MaxBytes", "Leadership Change", "Server Shutdown"];

/// A request that is under way.
#[derive(Debug)]
pub(crate) struct Pull {
    context: Context,
    consumer: String,
    subscriber: Subscriber,
    /// Messages that may still come.
    left: usize,
}

impl Pull {
    /// Asks for up to `messages`, of `bytes` together; of any size where that is 0.
    pub(crate) async fn send(
        bus: &Bus,
        stream: &str,
        consumer: &str,
        messages: usize,
        bytes: usize,
    ) -> Result<Self, BusError> {
        let client = bus.client();
        let fail = |source: async_nats::Error| BusError::Fetch { consumer: consumer.to_owned(), source };
        let inbox = client.new_inbox();
        let subscriber = client.subscribe(inbox.clone()).await.map_err(|error| fail(error.into()))?;
        let mut request = json!({ "batch": messages, "expires": PULL_EXPIRES.as_nanos() });
        if bytes > 0 {
            request["max_bytes"] = json!(bytes);
        }
        client
            .publish_with_reply(
                format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"),
                inbox,
                request.to_string().into(),
            )
            .await
            .map_err(|error| fail(error.into()))?;
        let consumer = consumer.to_owned();
        Ok(Self { context: bus.context().clone(), consumer, subscriber, left: messages })
    }

    /// The next message; nothing when all came that will.
    pub(crate) async fn next(&mut self) -> Option<Result<Delivery, BusError>> {
        while self.left > 0 {
            // Silence: the connection went, and the request with it.
            let message = tokio::time::timeout(SILENCE, self.subscriber.next()).await.ok()??;
            let told = message.status.unwrap_or(StatusCode::OK);
            if told == StatusCode::OK {
                self.left -= 1;
                let message = async_nats::jetstream::Message { message, context: self.context.clone() };
                return Some(Delivery::new(message));
            }
            match still_to_come(told, message.description.as_deref(), message.headers.as_ref(), self.left) {
                Ok(left) => self.left = left,
                Err(why) => {
                    self.left = 0;
                    return Some(Err(BusError::Fetch {
                        consumer: self.consumer.clone(),
                        source: why.into(),
                    }));
                }
            }
        }
        None
    }
}

/// How many of the `left` messages come after this status.
fn still_to_come(
    status: StatusCode,
    description: Option<&str>,
    headers: Option<&HeaderMap>,
    left: usize,
) -> Result<usize, String> {
    let description = description.unwrap_or_default();
    let is_end = [StatusCode::TIMEOUT, StatusCode::NOT_FOUND].contains(&status)
        || ENDS.iter().any(|end| description.contains(end));
    if status == StatusCode::IDLE_HEARTBEAT {
        return Ok(left);
    }
    if !is_end {
        return Err(format!("the broker answers {status}: {description}"));
    }
    let not_sent = headers.and_then(|headers| headers.get(NOT_SENT)?.as_str().parse().ok());
    Ok(left.saturating_sub(not_sent.unwrap_or(left)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_tells_how_many_messages_follow_it() {
        let check =
            |status: StatusCode, description: &str, not_sent: Option<&str>, expected: Option<usize>| {
                let mut headers = HeaderMap::new();
                if let Some(not_sent) = not_sent {
                    headers.insert(NOT_SENT, not_sent);
                }
                let found = still_to_come(status, Some(description), Some(&headers), 10).ok();
                assert_eq!(found, expected, "{status} {description} {not_sent:?}");
            };
        let conflict = StatusCode::from_u16(409).unwrap();
        // Sent in full, and the status came first.
        check(conflict, "Batch Completed", Some("0"), Some(10));
        check(conflict, "Batch Completed", Some("7"), Some(3));
        check(conflict, "Message Size Exceeds MaxBytes", Some("10"), Some(0));
        check(conflict, "Leadership Change", None, Some(0));
        check(StatusCode::TIMEOUT, "Request Timeout", Some("10"), Some(0));
        check(StatusCode::TIMEOUT, "Request Timeout", Some("4"), Some(6));
        check(StatusCode::NOT_FOUND, "No Messages", None, Some(0));
        check(StatusCode::IDLE_HEARTBEAT, "Idle Heartbeat", None, Some(10));
        check(conflict, "Consumer Deleted", None, None);
        check(conflict, "Exceeded MaxWaiting", Some("10"), None);
        check(StatusCode::NO_RESPONDERS, "", None, None);
    }
}
