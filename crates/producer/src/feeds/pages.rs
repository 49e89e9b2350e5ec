//! The page behind an item, for its full text.
//!
//! Pages are fetched one after the other, only where the site's robots.txt lets us, and
//! a bounded number in one poll. An item whose page may come later waits for it through
//! a few polls; then it is taken as the feed has it.

use super::definition::SourceDefinition;
use super::identity::Judged;
use super::poll::{Cut, Poller};
use super::registry::Claimed;
use crate::fetch::{FetchError, Request};
use dateline_bus::BusError;
use dateline_extract::{Format, Input};
use dateline_model::{Article, ArticleKind};
use std::collections::HashSet;
use tokio_util::sync::CancellationToken;
use url::Url;

/// What is asked for.
const ACCEPT: &str = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5";
/// Polls in a row with failing pages after which items are taken without them.
const TRIES: u32 = 3;

/// Items that wait for their pages.
#[derive(Debug, Default)]
pub(super) struct Unfilled {
    pub(super) keys: HashSet<u64>,
    pub(super) failed: bool,
}

/// What became of one page.
enum Page {
    Read(Box<Article>),
    /// It may come later.
    Later,
    /// It will not.
    Never(&'static str),
}

impl Poller {
    /// Fills items from their pages. Those that have to wait for theirs are taken out,
    /// and so are those that are nothing without it.
    pub(super) async fn fill_from_pages(
        &self,
        source: &SourceDefinition,
        claimed: &mut Claimed,
        items: &mut Vec<(Article, Judged)>,
        stop: &CancellationToken,
    ) -> Result<Unfilled, Cut> {
        let mut unfilled = Unfilled::default();
        let mut asked = 0;
        let patient = claimed.state.page_failures < TRIES;
        for (article, judged) in std::mem::take(items) {
            let Some(url) = page_of(&article, source) else {
                items.push((article, judged));
                continue;
            };
            if asked == self.config.pages_per_poll {
                unfilled.keys.insert(judged.item.key);
                continue;
            }
            asked += 1;
            let article = match self.page(claimed, &url, stop).await? {
                Page::Read(page) => merge(article, *page),
                Page::Later if patient => {
                    unfilled.keys.insert(judged.item.key);
                    unfilled.failed = true;
                    continue;
                }
                Page::Later => warned(article, "the page could not be fetched"),
                Page::Never(why) => warned(article, why),
            };
            if article.title.is_some() || !article.text.is_empty() {
                items.push((article, judged));
            }
        }
        Ok(unfilled)
    }

    async fn page(&self, claimed: &mut Claimed, url: &Url, stop: &CancellationToken) -> Result<Page, Cut> {
        if !self.registry.keep(claimed).await? {
            return Err(Cut::LeaseLost);
        }
        // Half of the lease is left at least; the robots.txt and the page fit into it.
        let limit = self.config.lease.0.mul_f32(0.4);
        let fetch = tokio::time::timeout(limit, self.fetch_page(url));
        let page = tokio::select! {
            () = stop.cancelled() => return Err(Cut::Bus(BusError::Stopped)),
            page = fetch => page.unwrap_or(Page::Later),
        };
        self.metrics.page(match &page {
            Page::Read(_) => "read",
            Page::Later => "failed",
            Page::Never(_) => "refused",
        });
        Ok(page)
    }

    async fn fetch_page(&self, url: &Url) -> Page {
        if !self.robots.allow(&self.fetcher, url).await {
            return Page::Never("the site's robots.txt does not let its page be fetched");
        }
        let fetched = match self.fetcher.get(Request { url, validators: None, accept: ACCEPT }).await {
            Ok(fetched) => fetched,
            Err(error) => {
                tracing::debug!(%url, %error, "page cannot be had");
                return if error.is_passing() { Page::Later } else { Page::Never(why(&error)) };
            }
        };
        let (address, limits) = (fetched.url, self.acceptor.limits());
        let body = fetched.body.unwrap_or_default();
        let read = tokio::task::spawn_blocking(move || {
            let input = Input {
                base_url: Some(address.as_str()),
                content_type: body.content_type.as_deref(),
                ..Input::new(address.as_str(), &body.bytes).with_format(Format::Html)
            };
            dateline_extract::extract(&input, &limits).into_iter().find_map(Result::ok)
        });
        match read.await {
            Ok(Some(page)) => Page::Read(Box::new(page)),
            Ok(None) => Page::Never("its page could not be read"),
            Err(error) => {
                tracing::error!(%url, %error, "reading a page panicked; please report it");
                Page::Never("its page could not be read")
            }
        }
    }
}

fn why(error: &FetchError) -> &'static str {
    match error {
        FetchError::Refused(_) => "its page is at a private address",
        FetchError::Status { .. } => "its page does not exist or may not be read",
        _ => "its page could not be fetched",
    }
}

/// The address of the page that an item wants, if it wants one. An entry of a sitemap
/// is nothing but that address.
fn page_of(article: &Article, source: &SourceDefinition) -> Option<Url> {
    let wanted = source.pages || article.kind == Some(ArticleKind::Sitemap);
    let url = article.url.as_deref().filter(|_| wanted)?;
    Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

fn warned(mut article: Article, warning: &str) -> Article {
    article.warnings.push(format!("taken as the source lists it: {warning}"));
    article
}

/// The item with what its page knows better: the text. What both know stays the item's;
/// claims of dates are all kept.
fn merge(item: Article, page: Article) -> Article {
    let mut merged = Article {
        title: item.title.or(page.title),
        byline: item.byline.or(page.byline),
        agency: item.agency.or(page.agency),
        located: item.located.or(page.located),
        language: item.language.or(page.language),
        source_title: item.source_title.or(page.source_title),
        ..item
    };
    merged.claims.extend(page.claims);
    merged.warnings.extend(page.warnings);
    if page.text.chars().count() > merged.text.chars().count() {
        let teaser = std::mem::replace(&mut merged.text, page.text);
        let teaser = (!teaser.trim().is_empty()).then_some(teaser);
        merged.summary = merged.summary.or(teaser).or(page.summary);
    } else {
        merged.summary = merged.summary.or(page.summary);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_model::{ClaimOrigin, DateClaim};

    #[test]
    fn the_longer_text_wins_and_the_teaser_becomes_the_summary() {
        let item = Article { title: Some("T".into()), text: "Short.".into(), ..Article::default() };
        let claim = DateClaim::published(ClaimOrigin::JsonLd, "2024-03-01");
        let page = Article {
            title: Some("T | Site".into()),
            text: "Short. And much more.".into(),
            byline: Some("A. Writer".into()),
            summary: Some("Of the page.".into()),
            claims: vec![claim.clone()],
            ..Article::default()
        };
        let merged = merge(item.clone(), page.clone());
        assert_eq!((merged.title.as_deref(), merged.text.as_str()), (Some("T"), "Short. And much more."));
        assert_eq!(
            (merged.summary.as_deref(), merged.byline.as_deref()),
            (Some("Short."), Some("A. Writer"))
        );
        assert_eq!(merged.claims, [claim]);
        let merged = merge(item, Article { text: "Menu".into(), ..page });
        assert_eq!((merged.text.as_str(), merged.summary.as_deref()), ("Short.", Some("Of the page.")));
    }
}
