//! What every answer carries, and which requests are not answered.

use crate::pages::notice::Notice;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

/// Nothing runs or loads but our own script, sheet and events. There are no inline
/// styles or scripts at all, so that neither a nonce nor `unsafe-inline` is needed.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Under which names the console may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostRule {
    /// Names of this machine only: a page elsewhere that points a name of its own at
    /// 127.0.0.1 (DNS rebinding) reads nothing.
    Loopback,
    /// Any: the address is open to others anyway.
    Any,
}

/// Adds the headers that protect whoever looks.
pub(crate) async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Others learn nothing; without any referrer a browser would not say either that a form
        // comes from the console itself.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses names that are not this machine's.
pub(crate) async fn check_host(State(rule): State<HostRule>, request: Request, next: Next) -> Response {
    if rule == HostRule::Any || is_loopback(request.headers()) {
        return next.run(request).await;
    }
    Notice::new(
        StatusCode::MISDIRECTED_REQUEST,
        "This console answers on this machine only",
        "Open it as 127.0.0.1 or localhost, or set allow_remote = true in [console].",
    )
    .into_response()
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        let check = |host: &str, expected| {
            let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
            assert_eq!(is_loopback(&headers), expected, "{host}");
        };
        for host in ["localhost", "LOCALHOST:8481", "127.0.0.1:8481", "127.8.0.1", "[::1]:8481"] {
            check(host, true);
        }
        for host in ["", "evil.example:8481", "127.0.0.1.evil.example", "10.0.0.1", "[::2]", "localhost.evil"]
        {
            check(host, false);
        }
        assert!(!is_loopback(&HeaderMap::new()));
    }
}
