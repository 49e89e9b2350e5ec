//! robots.txt of every site that pages are fetched from, kept for a day (RFC 9309).

use super::{FetchError, Fetcher, Request};
use dateline_extract::robots::Robots;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Our name in robots.txt.
const AGENT: &str = "Dateline";
/// How long rules are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How soon a site is asked again that could not say.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_mins(10);
/// Sites that are remembered.
const REMEMBERED: usize = 10_000;

/// The rules of all sites. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct RobotsRules {
    sites: Arc<Mutex<HashMap<String, Site>>>,
}

#[derive(Debug, Clone)]
struct Site {
    rules: Rules,
    until: Timestamp,
}

#[derive(Debug, Clone)]
enum Rules {
    Of(Arc<Robots>),
    /// There is no file.
    Everything,
    /// Nobody can tell: then nothing may be fetched.
    Nothing,
}

impl Rules {
    fn allow(&self, url: &Url) -> bool {
        match self {
            Self::Of(robots) => robots.allows(AGENT, url.as_str()),
            Self::Everything => true,
            Self::Nothing => false,
        }
    }
}

impl RobotsRules {
    /// Whether a page may be fetched; asks its site when that is not known.
    pub(crate) async fn allow(&self, fetcher: &Fetcher, url: &Url) -> bool {
        let now = fetcher.clock.now();
        let origin = url.origin().ascii_serialization();
        let known = self.sites.lock().unwrap_or_else(PoisonError::into_inner).get(&origin).cloned();
        if let Some(site) = known.as_ref().filter(|site| site.until > now) {
            return site.rules.allow(url);
        }
        let site = match ask(fetcher, url).await {
            Ok(rules) => Site { rules, until: now + KEPT },
            // What the site said before still counts.
            Err(()) => {
                Site { rules: known.map_or(Rules::Nothing, |site| site.rules), until: now + ASKED_AGAIN }
            }
        };
        let allowed = site.rules.allow(url);
        self.remember(origin, site, now);
        allowed
    }

    fn remember(&self, origin: String, site: Site, now: Timestamp) {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        if sites.len() >= REMEMBERED {
            sites.retain(|_, site| site.until > now);
        }
        if sites.len() >= REMEMBERED {
            sites.clear();
        }
        sites.insert(origin, site);
    }
}

/// Asks a site for its rules; an error when it cannot say for now.
async fn ask(fetcher: &Fetcher, page: &Url) -> Result<Rules, ()> {
    let Ok(url) = page.join("/robots.txt") else { return Err(()) };
    let request = Request { url: &url, validators: None, accept: "text/plain, */*;q=0.5" };
    match fetcher.get(request).await {
        Ok(answer) => {
            let robots = Robots::parse(&answer.body.map(|body| body.bytes).unwrap_or_default());
            if let (Some(delay), Some(host)) = (robots.crawl_delay(AGENT), url.host_str()) {
                fetcher.hosts.slow_down(host, delay.min(fetcher.config.host_delay_max.0));
            }
            Ok(Rules::Of(Arc::new(robots)))
        }
        // "Unavailable" means that there are no rules (section 2.3.1.3), and so does a
        // chain of redirects that leads nowhere; "unreachable" forbids everything.
        Err(FetchError::Redirects(_)) => Ok(Rules::Everything),
        // 429 is a server that is there and says "later", as one with Retry-After does.
        Err(FetchError::Status { status, retry_after: None })
            if (400..500).contains(&status) && status != 429 =>
        {
            Ok(Rules::Everything)
        }
        Err(error) => {
            tracing::debug!(%url, %error, "robots.txt cannot be had, nothing is fetched for now");
            Err(())
        }
    }
}
