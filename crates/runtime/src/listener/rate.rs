//! How many requests a second one sender may make.
//!
//! A sender is an IPv4 address, or the 64 bits of an IPv6 address that name its network: whoever
//! has one of those has all of its addresses. Behind a proxy all requests are one sender's.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::serve::IncomingStream;
use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::BoundedListener;
use crate::telemetry::catalogue::LISTENER_REFUSED;

/// Requests after which senders who have been quiet since are forgotten.
const FORGET_AFTER: u32 = 10_000;
/// Refused requests wait so long, in seconds: by then a sender may send again.
const RETRY_AFTER: &str = "1";
/// RFC 9457; the same as the API's for too many requests at once.
const PROBLEM: &str = "{\"type\":\"urn:dateline:problem:unavailable\",\"title\":\"Not available now\",\"status\":429,\
    \"detail\":\"too many requests a second from this address; wait as long as Retry-After says\"}";

/// Where a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sender(IpAddr);

impl Sender {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

impl Connected<IncomingStream<'_, BoundedListener>> for Sender {
    fn connect_info(stream: IncomingStream<'_, BoundedListener>) -> Self {
        Self::of(stream.remote_addr().ip())
    }
}

/// Counts each sender's requests.
#[derive(Debug, Clone)]
pub(super) struct Rates(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    listener: &'static str,
    senders: RateLimiter<Sender, HashMapStateStore<Sender>, DefaultClock>,
    requests: AtomicU32,
}

impl Rates {
    /// So many requests a second; as many may come at once.
    pub(super) fn new(listener: &'static str, rate: NonZeroU32) -> Self {
        let senders = RateLimiter::hashmap(Quota::per_second(rate));
        Self(Arc::new(Counts { listener, senders, requests: AtomicU32::new(0) }))
    }

    fn allow(&self, sender: Sender) -> bool {
        if self.0.requests.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.0.senders.retain_recent();
        }
        self.0.senders.check_key(&sender).is_ok()
    }
}

/// Answers 429 in place of the router once a sender comes too often.
pub(super) async fn keep(
    State(rates): State<Rates>,
    ConnectInfo(sender): ConnectInfo<Sender>,
    request: Request,
    next: Next,
) -> Response {
    if rates.allow(sender) {
        return next.run(request).await;
    }
    LISTENER_REFUSED.with([rates.0.listener]).increment(1);
    let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::RETRY_AFTER, RETRY_AFTER)];
    (StatusCode::TOO_MANY_REQUESTS, headers, PROBLEM).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(address: &str) -> Sender {
        Sender::of(address.parse().unwrap())
    }

    #[test]
    fn one_sender_has_one_or_many_addresses() {
        let same = |one: &str, other: &str| assert_eq!(sender(one), sender(other));
        let differ = |one: &str, other: &str| assert_ne!(sender(one), sender(other));
        same("192.0.2.1", "::ffff:192.0.2.1");
        differ("192.0.2.1", "192.0.2.2");
        same("2001:db8::1", "2001:db8::ffff:1:2:3");
        differ("2001:db8::1", "2001:db8:0:1::1");
    }

    #[test]
    fn one_sender_takes_nothing_from_another() {
        let rates = Rates::new("push", NonZeroU32::new(3).unwrap());
        let noisy = (0..1_000).filter(|_| rates.allow(sender("192.0.2.1"))).count();
        // What the time that passes gives besides, however slow the machine.
        assert!((3..500).contains(&noisy), "{noisy}");
        assert!((0..3).all(|_| rates.allow(sender("192.0.2.2"))));
    }

    #[test]
    fn senders_are_forgotten() {
        let rates = Rates::new("push", NonZeroU32::new(1_000_000).unwrap());
        for address in 0..3 * FORGET_AFTER {
            rates.allow(Sender(IpAddr::from(address.to_be_bytes())));
        }
        assert!(rates.0.senders.len() <= FORGET_AFTER as usize, "{}", rates.0.senders.len());
    }
}
