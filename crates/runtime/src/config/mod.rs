//! Configuration: one TOML file, overridden by the environment.
//!
//! Each owner of a section declares a struct with `#[serde(default, deny_unknown_fields)]`
//! and documents its defaults there; the binary puts the sections together. [`load`] reads
//! the file and the variables into such a struct. Every fault is told with its line and
//! column, or the variable's name, and with the nearest right key; as many as possible are
//! told at once.
//!
//! `DATELINE_<SECTION>__<KEY>` overrides a key, with two underscores between levels and one
//! within names: `DATELINE_NATS__MAX_PENDING=500` is `max_pending` in `[nats]`. Lists are
//! separated by commas. `DATELINE_<SECTION>__<KEY>_FILE` takes the value from the file that
//! it names, which is how secrets stay out of the environment. Variables without a double
//! underscore are none of this module's business.
//!
//! ```
//! use dateline_runtime::config;
//! use dateline_runtime::units::HumanDuration;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Default, Serialize, Deserialize)]
//! #[serde(default, deny_unknown_fields)]
//! struct Config {
//!     nats: Nats,
//! }
//!
//! #[derive(Debug, Default, Serialize, Deserialize)]
//! #[serde(default, deny_unknown_fields)]
//! struct Nats {
//!     servers: Vec<String>,
//!     wait: HumanDuration,
//! }
//!
//! let env = |name: &str, text: &str| std::iter::once((name.to_owned(), text.to_owned()));
//! let loaded = config::load::<Config>(None, env("DATELINE_NATS__WAIT", "5m")).unwrap();
//! assert_eq!(
//!     loaded.print(),
//!     "[nats]\nservers = []  # default\nwait = \"5m\"  # env DATELINE_NATS__WAIT\n",
//! );
//!
//! let wrong = config::load::<Config>(None, env("DATELINE_NATS__SERVER", "a")).unwrap_err();
//! assert_eq!(
//!     wrong.to_string(),
//!     "unknown key `server` in [nats], set by DATELINE_NATS__SERVER; did you mean DATELINE_NATS__SERVERS?",
//! );
//! ```

mod changes;
mod environment;
mod error;
mod limited_file;
mod print;
mod reader;
mod tree;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use changes::Change;
pub use error::{ConfigError, Problem};
use reader::{Fault, FaultKind, Reader};
use tree::Node;

/// More than any configuration needs.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// Nobody set it.
    #[default]
    Default,
    /// A place in the configuration file; line and column count from 1, columns in characters.
    File {
        /// The file, as it was given.
        path: PathBuf,
        /// Line in the file.
        line: usize,
        /// Column in the line.
        column: usize,
    },
    /// An option of the command line.
    CommandLine {
        /// The option, such as `--data-dir`.
        option: &'static str,
    },
    /// An environment variable.
    Environment {
        /// The variable's name.
        name: String,
    },
    /// The file that an environment variable names.
    EnvironmentFile {
        /// The variable's name, which ends in `_FILE`.
        name: String,
        /// The file that it names.
        path: PathBuf,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File { path, line, .. } => write!(formatter, "{}:{line}", path.display()),
            Self::CommandLine { option } => write!(formatter, "option {option}"),
            Self::Environment { name } => write!(formatter, "env {name}"),
            Self::EnvironmentFile { name, path } => write!(formatter, "env {name} ({})", path.display()),
        }
    }
}

/// A configuration together with the origin of each of its values.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// The configuration itself.
    pub value: T,
    /// Origins by dotted key; what is missing here is a default.
    pub origins: BTreeMap<String, Origin>,
}

impl<T> Loaded<T> {
    /// Where the value of a dotted key (`nats.servers`) came from: its own origin, else that
    /// of the list or section that it was set with.
    #[must_use]
    pub fn origin(&self, key: &str) -> Origin {
        let parents = key.char_indices().rev().filter(|&(_, c)| c == '.').map(|(at, _)| &key[..at]);
        std::iter::once(key).chain(parents).find_map(|key| self.origins.get(key)).cloned().unwrap_or_default()
    }

    /// Notes that an option of the command line has replaced the value of a dotted key.
    pub fn set_by_option(&mut self, key: &str, option: &'static str) {
        let items = format!("{key}.");
        self.origins.retain(|set, _| !set.starts_with(&items));
        self.origins.insert(key.to_owned(), Origin::CommandLine { option });
    }
}

impl<T: Serialize> Loaded<T> {
    /// The effective configuration as TOML, each value followed by a comment that tells its
    /// origin. Secrets print as [`REDACTED`](crate::secret::REDACTED).
    #[must_use]
    pub fn print(&self) -> String {
        print::effective(self)
    }

    /// What `next` says otherwise, by key. A secret that has changed is not among it: both
    /// are written as [`REDACTED`](crate::secret::REDACTED).
    #[must_use]
    pub fn changes(&self, next: &Self) -> Vec<Change> {
        changes::between(&self.value, &next.value)
    }
}

/// Reads `file`, if there is one, and lays the `DATELINE_` variables of `env` over it.
///
/// # Errors
/// [`ConfigError::Read`] when the file cannot be read, [`ConfigError::Invalid`] with every
/// fault that could be found when it or the environment says something wrong.
pub fn load<T>(
    file: Option<&Path>,
    env: impl Iterator<Item = (String, String)>,
) -> Result<Loaded<T>, ConfigError>
where
    T: DeserializeOwned + Serialize + Default,
{
    let mut problems = Vec::new();
    let mut root = match file {
        Some(path) => {
            let text = limited_file::read(path, MAX_FILE_BYTES)
                .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
            tree::parse(&text, path)?
        }
        None => Node::empty_table(Origin::Default),
    };
    environment::apply(&mut root, env, &mut problems);
    let value = read(&mut root, &mut problems);
    match value {
        Some(value) if problems.is_empty() => Ok(Loaded { value, origins: root.origins() }),
        _ => Err(ConfigError::Invalid { problems }),
    }
}

/// Reads the tree, and goes on after each fault without the value that caused it, so that
/// one run tells them all. Ends because each round takes a node out of the tree.
fn read<T: DeserializeOwned + Default>(root: &mut Node, problems: &mut Vec<Problem>) -> Option<T> {
    if root.is_empty() {
        return Some(T::default());
    }
    let mut cut = Vec::new();
    loop {
        let fault = match T::deserialize(Reader::new(root)) {
            Ok(value) => return Some(value),
            Err(fault) => fault.located(root),
        };
        match environment::take_from_file(root, &fault) {
            Some(Ok(())) => continue,
            Some(Err(problem)) => problems.push(problem),
            // A key may be missing because the round before took it out.
            None if fault.is_missing_key() && cut.contains(&fault.path) => {}
            None => problems.push(Problem::from_fault(&fault)),
        }
        cut.extend(fault.path.split_last().map(|(_, section)| section.to_vec()));
        if !root.remove(&fault.path) {
            return None;
        }
    }
}

impl Fault {
    fn is_missing_key(&self) -> bool {
        matches!(self.kind, FaultKind::MissingKey(_))
    }

    /// Points a fault about an unknown key at that key. Enums with a tag are buffered by
    /// serde before their keys are looked at, so that the fault arrives at the section.
    fn located(mut self, root: &Node) -> Self {
        if let FaultKind::UnknownKey { key, .. } = &self.kind
            && self.path.last() != Some(key)
            && let Some(entry) = root.find(&self.path).and_then(|node| node.entry(key))
        {
            self.origin = Some(entry.origin.clone());
            self.path.push(key.clone());
        }
        self
    }
}

#[cfg(test)]
mod tests;
