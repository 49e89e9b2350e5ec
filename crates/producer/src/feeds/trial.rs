//! A source tried out: fetched once, read, and nothing kept.

use super::poll::ACCEPT;
use super::reading::{self, ReadingError, WEB_PAGE};
use crate::fetch::{FetchError, Fetcher, Request, Validators};
use dateline_extract::{Input, Limits, OfferedFeed, offered_feeds};
use dateline_model::Article;
use std::time::{Duration, Instant};
use url::Url;

/// What a source would give.
#[derive(Debug)]
pub struct Trial {
    /// Where the answer came from, after redirects.
    pub url: Url,
    /// Where permanent redirects led.
    pub moved_to: Option<Url>,
    /// How long it took, manners included.
    pub took: Duration,
    /// Size of the answer, decompressed.
    pub bytes: usize,
    /// Its media type.
    pub content_type: Option<String>,
    /// What makes the next poll cheap.
    pub validators: Validators,
    /// The name that it gives itself.
    pub title: Option<String>,
    /// Its format.
    pub format: &'static str,
    /// How long it wants to be left alone.
    pub fresh: Option<Duration>,
    /// WebSub hubs that it offers.
    pub hubs: Vec<String>,
    /// Sitemaps that it names, if it is an index.
    pub sitemaps: Vec<Url>,
    /// Its items, in its order.
    pub items: Vec<Article>,
    /// Entries that cannot be read.
    pub faults: Vec<String>,
    /// What had to be mended.
    pub warnings: Vec<String>,
}

/// A source that gives nothing.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// It cannot be fetched.
    #[error("could not fetch {url}")]
    Fetch {
        /// Its address.
        url: Url,
        /// Why.
        #[source]
        source: FetchError,
    },
    /// It is a web page, not a feed; maybe one that offers some.
    #[error("{url} is a web page, not a feed; {}", hint(offered))]
    Page {
        /// Where the answer came from.
        url: Url,
        /// The feeds that it offers.
        offered: Vec<OfferedFeed>,
    },
    /// It cannot be read.
    #[error("could not read {url}: {detail}")]
    Read {
        /// Where the answer came from.
        url: Url,
        /// What is wrong.
        detail: String,
    },
}

fn hint(offered: &[OfferedFeed]) -> String {
    match offered.first() {
        None => "and it names none: look for the address of the feed on the site".to_owned(),
        Some(first) => format!("it offers {} of them, first {}", offered.len(), first.url),
    }
}

/// Fetches and reads a source once.
///
/// # Errors
/// When there is no answer, or it is no feed.
pub async fn try_source(fetcher: &Fetcher, url: &Url, limits: &Limits) -> Result<Trial, TrialError> {
    let began = Instant::now();
    let request = Request { url, validators: None, accept: ACCEPT };
    let answer =
        fetcher.get(request).await.map_err(|source| TrialError::Fetch { url: url.clone(), source })?;
    let took = began.elapsed();
    let body = answer.body.unwrap_or_default();
    let reading = match reading::read(answer.url.as_str(), &body, limits) {
        Ok(reading) => reading,
        Err(ReadingError::NoFeed { found: WEB_PAGE }) => {
            let input =
                Input { base_url: Some(answer.url.as_str()), ..Input::new(url.as_str(), &body.bytes) };
            return Err(TrialError::Page { offered: offered_feeds(&input, limits), url: answer.url });
        }
        Err(error) => return Err(TrialError::Read { url: answer.url, detail: error.to_string() }),
    };
    Ok(Trial {
        url: answer.url,
        moved_to: answer.moved_to,
        took,
        bytes: body.bytes.len(),
        content_type: body.content_type,
        validators: answer.validators,
        title: reading.title,
        format: reading.format,
        fresh: reading.wishes.fresh.max(answer.max_age),
        hubs: reading.hubs,
        sitemaps: reading.sitemaps,
        items: reading.items,
        faults: reading.faults.iter().map(ToString::to_string).collect(),
        warnings: reading.warnings,
    })
}
