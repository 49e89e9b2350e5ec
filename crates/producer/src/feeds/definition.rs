//! What a polled source is: an entry of a list such as config/feeds.toml.

use dateline_model::{Source, SourceKind, SubjectToken};
use dateline_runtime::units::HumanDuration;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use url::Url;

/// One polled source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceDefinition {
    /// Its name; the id in subjects, state and metrics is made of it.
    pub name: String,
    /// Address of the feed or news sitemap.
    pub url: String,
    /// Language of items that state none (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Where its news comes from, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Whether the page of each new item is fetched for its full text.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pages: bool,
    /// Shortest interval between two polls, instead of the general one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_interval: Option<HumanDuration>,
    /// Longest interval between two polls, instead of the general one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_interval: Option<HumanDuration>,
    /// Whether it is left alone for now.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paused: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A list of sources, as it stands in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceList {
    /// The sources.
    #[serde(rename = "source", default)]
    pub sources: Vec<SourceDefinition>,
}

/// A list of sources that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SourceListError {
    /// The file cannot be read.
    #[error("could not read the list of sources {path}; check producer.feeds.files")]
    Read {
        /// Which file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// Its content is wrong.
    #[error("{path} is no list of sources; compare it with config/feeds.toml")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Where and what.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// An entry is wrong.
    #[error("the source `{name}` cannot be polled: {why}")]
    Entry {
        /// Its name.
        name: String,
        /// What is wrong and what to do.
        why: String,
    },
}

impl SourceDefinition {
    /// A source of which only the name and the address are known.
    #[must_use]
    pub fn new(name: &str, url: &str) -> Self {
        Self {
            name: name.to_owned(),
            url: url.to_owned(),
            language: None,
            region: None,
            pages: false,
            min_interval: None,
            max_interval: None,
            paused: false,
        }
    }

    /// Its id in subjects, state and metrics.
    #[must_use]
    pub fn id(&self) -> SubjectToken {
        SubjectToken::new(&self.name)
    }

    /// What its articles name as their source.
    #[must_use]
    pub fn source(&self) -> Source {
        Source::new(&self.name, SourceKind::Feed)
    }

    /// Checks the entry by itself; gives its address.
    ///
    /// # Errors
    /// When it has no name or no web address, or its intervals contradict each other.
    pub fn check(&self) -> Result<Url, SourceListError> {
        let fail = |why: String| SourceListError::Entry { name: self.name.clone(), why };
        if self.name.trim().is_empty() {
            return Err(fail(format!("{} has no name; give it one", self.url)));
        }
        let url = Url::parse(self.url.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| fail(format!("`{}` is no http or https address", self.url)))?;
        match (self.min_interval, self.max_interval) {
            (Some(min), Some(max)) if min > max => {
                Err(fail("its min_interval is longer than its max_interval".to_owned()))
            }
            _ => Ok(url),
        }
    }
}

impl SourceList {
    /// Reads a list from TOML and checks every entry.
    ///
    /// # Errors
    /// When the file cannot be read, or an entry is wrong or not the only one of its name.
    pub fn read(path: &Path) -> Result<Self, SourceListError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SourceListError::Read { path: path.to_owned(), source })?;
        let list: Self = toml::from_str(&text)
            .map_err(|source| SourceListError::Parse { path: path.to_owned(), source: Box::new(source) })?;
        list.check()?;
        Ok(list)
    }

    /// Checks every entry, and that no two have the same id.
    ///
    /// # Errors
    /// When one is wrong or not the only one of its name.
    pub fn check(&self) -> Result<(), SourceListError> {
        let mut names: HashMap<SubjectToken, &str> = HashMap::new();
        for source in &self.sources {
            source.check()?;
            if let Some(other) = names.insert(source.id(), &source.name) {
                let why = format!("`{other}` has the same id `{}`; rename one of them", source.id());
                return Err(SourceListError::Entry { name: source.name.clone(), why });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<usize, &str>) {
        let read = toml::from_str::<SourceList>(text).map_err(|error| error.to_string());
        let checked =
            read.and_then(|list| list.check().map(|()| list.sources.len()).map_err(|e| e.to_string()));
        match (checked, expected) {
            (Ok(count), Ok(wanted)) => assert_eq!(count, wanted, "{text}"),
            (Err(error), Err(part)) => assert!(error.contains(part), "{text}: {error}"),
            (checked, _) => panic!("{text}: {checked:?}"),
        }
    }

    #[test]
    fn lists_are_checked() {
        check("", Ok(0));
        check("[[source]]\nname = \"A\"\nurl = \"https://a.example/rss\"", Ok(1));
        check("[[source]]\nname = \"A\"", Err("url"));
        check("[[source]]\nname = \"A\"\nurl = \"https://a.example/\"\npage = true", Err("page"));
        check("[[source]]\nname = \"A\"\nurl = \"a.example\"", Err("no http or https address"));
        check("[[source]]\nname = \"A\"\nurl = \"ftp://a.example/\"", Err("no http or https address"));
        check("[[source]]\nname = \" \"\nurl = \"https://a.example/\"", Err("has no name"));
        check(
            "[[source]]\nname = \"A B\"\nurl = \"https://a.example/\"\n[[source]]\nname = \"a-b\"\nurl = \"https://b.example/\"",
            Err("same id"),
        );
        check(
            "[[source]]\nname = \"A\"\nurl = \"https://a.example/\"\nmin_interval = \"2h\"\nmax_interval = \"1h\"",
            Err("min_interval"),
        );
    }

    #[test]
    fn the_shipped_list_is_sound() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/feeds.toml");
        let list = SourceList::read(Path::new(path)).unwrap();
        assert!(list.sources.len() >= 50, "{}", list.sources.len());
        assert!(list.sources.iter().all(|source| source.language.is_some() && source.region.is_some()));
    }
}
