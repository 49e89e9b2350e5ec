//! Where items and the feed end: articles, errors and what had to be mended.

use super::Feed;
use super::FeedFormat;
use super::reader::Reader;
use super::role::Context;
use crate::error::{ExtractError, Fault};
use crate::json::check_bytes;
use dateline_model::{ArticleKind, Origin};

/// Warnings that are kept of a feed or of an item.
const MAX_WARNINGS: usize = 20;

impl Reader<'_> {
    pub(super) fn warn(&mut self, warning: Option<String>) {
        if self.info.warnings.len() < MAX_WARNINGS {
            self.info.warnings.extend(warning);
        }
    }

    /// Notes what had to be mended: at the item, where there is one.
    pub(super) fn warn_here(&mut self, warning: String) {
        match &mut self.item {
            Some(item) if item.warnings.len() < MAX_WARNINGS => item.warnings.push(warning),
            Some(_) => {}
            None => self.warn(Some(warning)),
        }
    }

    /// Notes that an element was never closed.
    pub(super) fn never_closed(&mut self, name: &str) {
        self.warn_here(format!("`{}` was never closed", shown(name)));
    }

    /// Notes that the document ends inside of an element.
    pub(super) fn broken_off(&mut self, name: &str) {
        self.warn_here(format!("the feed breaks off inside of `{}`", shown(name)));
    }

    /// Ends the item that is open.
    pub(super) fn end_item(&mut self) {
        let Some(draft) = self.item.take() else { return };
        let index = self.items.len() as u64;
        let bytes = self.decoded.offset.map(|offset| offset + draft.start..offset + self.tokens.end());
        let error = |fault| ExtractError {
            origin: Origin { path: self.input.path.to_owned(), index },
            place: None,
            bytes: bytes.clone(),
            fault: Box::new(fault),
        };
        if self.items.len() == self.limits.max_articles {
            self.items.push(Err(error(Fault::TooManyArticles { limit: self.limits.max_articles })));
            self.full = true;
            return;
        }
        if draft.is_empty() {
            self.items.push(Err(error(Fault::Empty)));
            return;
        }
        let kind = match self.info.format {
            Some(FeedFormat::Sitemap) => ArticleKind::Sitemap,
            Some(FeedFormat::SitemapIndex) => ArticleKind::SitemapIndex,
            _ => ArticleKind::FeedItem,
        };
        let mut article = draft.finish(kind, self.base());
        let checked = check_bytes(&article, self.limits).map_err(error);
        let item = checked.map(|()| {
            article.origin = Origin { path: self.input.path.to_owned(), index };
            article
        });
        self.items.push(item);
    }

    /// The feed as a whole, at its end.
    pub(super) fn finish(mut self) -> Feed {
        if !self.full {
            // Of one that has not said anything yet there is nothing to keep.
            if self.item.take_if(|item| item.is_empty()).is_some() {
                self.warn(Some("the feed breaks off at an item".to_owned()));
            } else if self.item.is_some() {
                self.warn_here("the feed breaks off inside of this item".to_owned());
                self.info.breaks_off = true;
            } else if self.stack.iter().any(|frame| frame.context == Context::Channel) {
                self.warn(Some("the feed was never closed; items at its end may be lost".to_owned()));
            }
            self.close_until(|_| false);
            self.info.breaks_off &= self.items.last().is_some_and(Result::is_ok);
        }
        if self.tokens.unclosed {
            self.warn(Some("the markup holds tags or sections that never end".to_owned()));
        }
        self.info.title = self.title.take().map(|(_, title)| title.line()).filter(|title| !title.is_empty());
        self.info.schedule = std::mem::take(&mut self.schedule).finish();
        for article in self.items.iter_mut().flatten() {
            article.source_title = article.source_title.take().or_else(|| self.info.title.clone());
            article.language = article.language.take().or_else(|| self.info.language.clone());
            article.warnings.extend(self.decoded.warning.clone());
        }
        Feed { info: self.info, items: self.items }
    }
}

/// A name as a message may show it.
fn shown(name: &str) -> String {
    name.chars().take(40).filter(|c| !c.is_control()).collect()
}
