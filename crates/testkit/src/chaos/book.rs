//! What the pipeline owes: every accepted article in each of its versions, every bad input.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dateline_model::ArticleId;

use crate::TestArticle;

/// The obligations of one run.
#[derive(Debug, Default)]
pub(crate) struct Book {
    entries: Mutex<Entries>,
}

/// What is written in it.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// Versions of each article in the order in which they were accepted.
    pub(crate) articles: BTreeMap<ArticleId, Vec<TestArticle>>,
    /// Marks of inputs that nobody can read; each must be in exactly one kind of letter.
    pub(crate) bad: BTreeSet<String>,
}

impl Book {
    /// The articles were accepted; the same version again adds nothing.
    pub(crate) fn accepted(&self, articles: &[TestArticle]) {
        let mut entries = self.entries();
        for article in articles {
            let versions = entries.articles.entry(article.article_id()).or_default();
            if !versions.contains(article) {
                versions.push(article.clone());
            }
        }
    }

    /// An input that cannot be read was handed over.
    pub(crate) fn bad(&self, mark: String) {
        self.entries().bad.insert(mark);
    }

    pub(crate) fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// All versions of all articles.
    pub(crate) fn versions(&self) -> usize {
        self.articles.values().map(Vec::len).sum()
    }
}
