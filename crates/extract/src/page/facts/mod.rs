//! What a page states of its article besides the text: linked data, metadata,
//! marked elements. Collected here as it stands; which statement is believed is
//! decided in the files beside this folder.

pub(crate) mod head;
pub(crate) mod linked_data;
pub(crate) mod markup;

use super::content::context::Known;
use crate::html::Document;
use head::Head;
use linked_data::LinkedData;
use markup::Markup;

/// All statements of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts<'a> {
    /// The address that the page was fetched from, where it is known.
    pub(crate) base_url: Option<&'a str>,
    /// `meta`, `link`, `title`.
    pub(crate) head: Head<'a>,
    /// JSON-LD.
    pub(crate) data: LinkedData,
    /// Marked elements.
    pub(crate) markup: Markup,
}

/// Collects them.
pub(crate) fn read<'a>(document: &Document<'a>, base_url: Option<&'a str>) -> Facts<'a> {
    let head = Head::read(document);
    let data = linked_data::read(&head.linked_data);
    Facts { base_url, data, markup: markup::read(document), head }
}

impl Facts<'_> {
    /// What helps to find the text.
    pub(crate) fn known(&self) -> Known {
        let og = self.head.first(&["og:title", "twitter:title"]).map(str::to_owned);
        let titles = og.into_iter().chain(self.head.title.clone()).chain(self.data.titles.iter().cloned());
        Known {
            titles: titles.take(6).collect(),
            description: self.description(),
            body: self.data.body.clone(),
        }
    }

    /// The summary that the page gives of itself.
    pub(crate) fn description(&self) -> Option<String> {
        let meta =
            self.head.first(&["og:description", "description", "twitter:description", "dc.description"]);
        meta.map(str::to_owned).or_else(|| self.data.description.clone())
    }

    /// The name of the publication.
    pub(crate) fn site(&self) -> Option<String> {
        let meta = self.head.first(&["og:site_name", "application-name", "apple-mobile-web-app-title"]);
        meta.map(str::to_owned).or_else(|| self.data.site.clone())
    }
}
