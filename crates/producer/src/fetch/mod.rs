//! HTTP as a guest: asks politely, believes nothing, takes no more than allowed.
//!
//! A [`Fetcher`] makes one conditional GET with its redirects: each hop waits for its
//! host's turn ([`Hosts`]), may only lead to permitted addresses ([`AddressGuard`]), and
//! has limits of size, growth, rate and time. What an answer means is left to the caller.

mod body;
mod config;
mod error;
pub(crate) mod headers;
mod hosts;
mod robots;

pub use config::HttpConfig;
pub use dateline_runtime::outbound::{AddressGuard, Lookup, Network, NetworkError, Refused, SystemLookup};
pub use error::FetchError;
pub use headers::Validators;
pub use hosts::Hosts;

use crate::acceptor::Asked;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::outbound::GuardedResolver;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, IF_MODIFIED_SINCE, IF_NONE_MATCH, LINK, LOCATION,
};
use reqwest::{Response, StatusCode};
pub(crate) use robots::RobotsRules;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

/// Longest that a request waits for its host's turn.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// Longest `Retry-After` that is obeyed for a whole host.
const LONGEST_HOLD: Duration = Duration::from_hours(1);

/// Makes requests. Cheap to clone; the clones share connections and manners.
#[derive(Clone)]
pub struct Fetcher {
    client: reqwest::Client,
    config: Arc<HttpConfig>,
    guard: AddressGuard,
    hosts: Hosts,
    clock: SharedClock,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("config", &self.config).finish_non_exhaustive()
    }
}

/// What to ask for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Where.
    pub url: &'a Url,
    /// Of the version that is known already.
    pub validators: Option<&'a Validators>,
    /// Media types that are wanted.
    pub accept: &'static str,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where the answer came from, after redirects.
    pub url: Url,
    /// Where the leading permanent redirects led, if there were any.
    pub moved_to: Option<Url>,
    /// What it says of this version.
    pub validators: Validators,
    /// How long it stays fresh.
    pub max_age: Option<Duration>,
    /// `Link` headers, verbatim (WebSub hubs stand there).
    pub links: Vec<String>,
    /// The answer, or `None` when nothing changed (304).
    pub body: Option<Body>,
    /// When it was asked for, redirects and waiting for the host's turn included.
    pub asked: Asked,
}

/// An answer with content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// Decompressed.
    pub bytes: Vec<u8>,
    /// `Content-Type`, verbatim.
    pub content_type: Option<String>,
}

impl Fetcher {
    /// A fetcher with the system's resolver.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(config: &HttpConfig, clock: SharedClock) -> Result<Self, FetchError> {
        Self::with_lookup(config, clock, Arc::new(SystemLookup))
    }

    /// A fetcher that finds addresses through `lookup`; they are judged all the same.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn with_lookup(
        config: &HttpConfig,
        clock: SharedClock,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, FetchError> {
        // Whoever comes first installs it; all of Dateline uses the same one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let guard = AddressGuard::new(&config.allow_networks);
        let proxy =
            config.proxy.as_deref().map(reqwest::Proxy::all).transpose().map_err(FetchError::Client)?;
        let proxy_url = config.proxy.as_deref().and_then(|proxy| Url::parse(proxy).ok());
        let proxy_host = proxy_url.and_then(|url| url.host_str().map(str::to_owned));
        let resolver = GuardedResolver { guard: guard.clone(), lookup, proxy_host };
        let builder = reqwest::Client::builder()
            .user_agent(config.user_agent())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(config.connect_timeout.0)
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(config.per_host)
            .dns_resolver(resolver);
        let builder = match proxy {
            Some(proxy) => builder.proxy(proxy),
            None => builder,
        };
        Ok(Self {
            client: builder.build().map_err(FetchError::Client)?,
            config: Arc::new(config.clone()),
            guard,
            hosts: Hosts::new(config.per_host, config.host_delay.0),
            clock,
        })
    }

    /// The manners that all requests keep.
    #[must_use]
    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// The limits that all requests keep.
    #[must_use]
    pub fn config(&self) -> &HttpConfig {
        &self.config
    }

    /// Asks for a resource and follows redirects.
    ///
    /// # Errors
    /// When there is no whole, permitted answer with status 2xx or 304.
    pub async fn get(&self, request: Request<'_>) -> Result<Fetched, FetchError> {
        let (at, began) = (self.clock.now(), Instant::now());
        let mut trail = Trail { visited: vec![request.url.clone()], moved_to: None, only_permanent: true };
        loop {
            let url = trail.current().clone();
            let host = host_of(&url)?;
            self.guard.permits_url(&url)?;
            // The visit ends with this hop: two hosts are never held at once.
            let Ok(visit) = tokio::time::timeout(LONGEST_WAIT, self.hosts.enter(&host)).await else {
                return Err(FetchError::Busy { host });
            };
            let exchange = self.exchange(&url, &host, request, &trail);
            let outcome = match tokio::time::timeout(self.config.timeout.0, exchange).await {
                Ok(outcome) => outcome,
                Err(_) => Err(FetchError::Timeout(self.config.timeout.0)),
            };
            drop(visit);
            match outcome? {
                Hop::Answer(fetched) => {
                    return Ok(Fetched { asked: Asked { at, took: began.elapsed() }, ..*fetched });
                }
                Hop::Redirect { status, location } => {
                    trail.follow(status, &location, self.config.max_redirects)?;
                }
            }
        }
    }

    /// Sends a form, as browsers do; any answer of 2xx will do. Redirects are not followed.
    ///
    /// # Errors
    /// When there is no such answer, or the address is not permitted.
    pub(crate) async fn post_form(&self, url: &Url, form: &[(&str, &str)]) -> Result<(), FetchError> {
        let host = host_of(url)?;
        self.guard.permits_url(url)?;
        let Ok(_visit) = tokio::time::timeout(LONGEST_WAIT, self.hosts.enter(&host)).await else {
            return Err(FetchError::Busy { host });
        };
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self
            .client
            .post(url.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let after = self.config.timeout.0;
        match tokio::time::timeout(after, request.send()).await {
            Ok(Ok(response)) if response.status().is_success() => Ok(()),
            Ok(Ok(response)) => {
                Err(FetchError::Status { status: response.status().as_u16(), retry_after: None })
            }
            Ok(Err(error)) => Err(classify(error, &host)),
            Err(_) => Err(FetchError::Silent { host, after }),
        }
    }

    async fn exchange(
        &self,
        url: &Url,
        host: &str,
        request: Request<'_>,
        trail: &Trail,
    ) -> Result<Hop, FetchError> {
        let response = self.send(url, host, request).await?;
        let status = response.status();
        let conditional = request.validators.is_some_and(|validators| !validators.is_empty());
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            let location = headers::text(response.headers(), LOCATION).ok_or_else(|| {
                FetchError::Redirects(format!("{url} answers {} without a location", status.as_u16()))
            })?;
            return Ok(Hop::Redirect { status, location });
        }
        let known = status == StatusCode::NOT_MODIFIED && conditional;
        if !status.is_success() && !known {
            let retry_after = headers::retry_after(response.headers(), self.clock.now());
            if let Some(pause) = retry_after {
                self.hosts.hold(host, pause.min(LONGEST_HOLD));
            }
            return Err(FetchError::Status { status: status.as_u16(), retry_after });
        }
        let all = response.headers();
        let links =
            all.get_all(LINK).iter().filter_map(|link| link.to_str().ok()).map(str::to_owned).collect();
        let mut fetched = Fetched {
            asked: Asked { at: self.clock.now(), took: Duration::ZERO },
            url: url.clone(),
            moved_to: trail.moved_to.clone(),
            validators: Validators::of(all),
            max_age: headers::max_age(all),
            links,
            body: None,
        };
        if !known {
            let content_type = headers::text(all, CONTENT_TYPE);
            fetched.body = Some(Body { bytes: body::read(response, &self.config).await?, content_type });
        }
        Ok(Hop::Answer(Box::new(fetched)))
    }

    /// Sends the request and waits for the head of the answer.
    async fn send(&self, url: &Url, host: &str, request: Request<'_>) -> Result<Response, FetchError> {
        let mut builder = self
            .client
            .get(url.clone())
            .header(ACCEPT, request.accept)
            .header(ACCEPT_ENCODING, body::ACCEPTED);
        if let Some(validators) = request.validators {
            if let Some(etag) = &validators.etag {
                builder = builder.header(IF_NONE_MATCH, etag);
            }
            if let Some(date) = &validators.last_modified {
                builder = builder.header(IF_MODIFIED_SINCE, date);
            }
        }
        let after = self.config.connect_timeout.0 + self.config.first_byte_timeout.0;
        match tokio::time::timeout(after, builder.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(classify(error, host)),
            Err(_) => Err(FetchError::Silent { host: host.to_owned(), after }),
        }
    }
}

/// What one hop gave.
enum Hop {
    Answer(Box<Fetched>),
    Redirect { status: StatusCode, location: String },
}

/// The way through redirects.
struct Trail {
    visited: Vec<Url>,
    moved_to: Option<Url>,
    only_permanent: bool,
}

impl Trail {
    fn current(&self) -> &Url {
        self.visited.last().expect("a trail begins with the address that was asked for")
    }

    fn follow(&mut self, status: StatusCode, location: &str, limit: usize) -> Result<(), FetchError> {
        let from = self.current();
        let mut to = from.join(location).map_err(|_| {
            FetchError::Redirects(format!("{from} leads to `{location}`, which is no address"))
        })?;
        to.set_fragment(None);
        host_of(&to)?;
        if self.visited.contains(&to) {
            return Err(FetchError::Redirects(format!("{to} leads back to itself")));
        }
        if self.visited.len() > limit {
            return Err(FetchError::Redirects(format!("more than {limit} of them")));
        }
        let permanent = matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
        // Nobody may talk us out of encryption for good.
        let weaker = from.scheme() == "https" && to.scheme() == "http";
        self.only_permanent &= permanent && !weaker;
        if self.only_permanent {
            self.moved_to = Some(to.clone());
        }
        self.visited.push(to);
        Ok(())
    }
}

/// The host of a web address, as manners know it.
fn host_of(url: &Url) -> Result<String, FetchError> {
    match (url.scheme(), url.host_str()) {
        ("http" | "https", Some(host)) if !host.is_empty() => Ok(host.to_owned()),
        _ => Err(FetchError::Address(url.to_string())),
    }
}

fn classify(error: reqwest::Error, host: &str) -> FetchError {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<Refused>() {
            return FetchError::Refused(refused.clone());
        }
        cause = inner.source();
    }
    if error.is_builder() {
        FetchError::Client(error)
    } else {
        FetchError::Connect { host: host.to_owned(), source: error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(start: &str) -> Trail {
        Trail { visited: vec![Url::parse(start).unwrap()], moved_to: None, only_permanent: true }
    }

    /// Follows `status location` pairs; gives where it ends and what was believed, or the error.
    fn check(start: &str, hops: &[(u16, &str)], expected: Result<(&str, Option<&str>), &str>) {
        let mut trail = trail(start);
        let walked = hops
            .iter()
            .try_for_each(|(status, to)| trail.follow(StatusCode::from_u16(*status).unwrap(), to, 3));
        match (walked, expected) {
            (Ok(()), Ok((end, moved))) => {
                assert_eq!(trail.current().as_str(), end, "{hops:?}");
                assert_eq!(trail.moved_to.as_ref().map(Url::as_str), moved, "{hops:?}");
            }
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{hops:?}: {error}"),
            (walked, expected) => panic!("{hops:?}: {walked:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn redirects_are_followed_and_only_permanent_ones_believed() {
        const A: &str = "https://a.example/feed";
        check(A, &[(301, "/new")], Ok(("https://a.example/new", Some("https://a.example/new"))));
        check(A, &[(308, "https://b.example/")], Ok(("https://b.example/", Some("https://b.example/"))));
        check(A, &[(302, "/new")], Ok(("https://a.example/new", None)));
        check(A, &[(301, "/n"), (307, "/m")], Ok(("https://a.example/m", Some("https://a.example/n"))));
        check(A, &[(302, "/n"), (301, "/m")], Ok(("https://a.example/m", None)));
        check(A, &[(301, "http://a.example/feed")], Ok(("http://a.example/feed", None)));
        check(A, &[(301, "/feed#top")], Err("leads back to itself"));
        check(A, &[(301, "/b"), (301, "/feed")], Err("leads back to itself"));
        check(A, &[(302, "/1"), (302, "/2"), (302, "/3"), (302, "/4")], Err("more than 3"));
        check(A, &[(302, "http://")], Err("no address"));
        check(A, &[(302, "file:///etc/passwd")], Err("no http or https"));
        check(A, &[(302, "gopher://a.example/")], Err("no http or https"));
    }
}
