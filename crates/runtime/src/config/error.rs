//! What is wrong with a configuration, told so that it can be put right.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::Origin;
use super::environment::renamed;
use super::reader::{Fault, FaultKind};

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or not readable.
    #[error("cannot read the configuration file {}", path.display())]
    Read {
        /// The file that was asked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file or the environment says something wrong.
    #[error("{}", listed(problems))]
    Invalid {
        /// Every fault that was found, in the order of finding.
        problems: Vec<Problem>,
    },
}

impl ConfigError {
    /// The single faults; none where the file could not be read.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Read { .. } => &[],
            Self::Invalid { problems } => problems,
        }
    }
}

fn listed(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    match lines.as_slice() {
        [line] => line.clone(),
        lines => format!("{} faults in the configuration:\n  {}", lines.len(), lines.join("\n  ")),
    }
}

/// One fault and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    message: String,
    remedy: Option<String>,
    origin: Origin,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>, origin: Origin) -> Self {
        Self { message: message.into(), remedy: None, origin }
    }

    fn with_remedy(mut self, remedy: String) -> Self {
        self.remedy = Some(remedy);
        self
    }

    /// Where the faulty text stands.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(super) fn from_fault(fault: &Fault) -> Self {
        let origin = fault.origin.clone().unwrap_or_default();
        let (last, parents) =
            fault.path.split_last().map_or(("", [].as_slice()), |(last, parents)| (last, parents));
        let section = section(parents);
        match &fault.kind {
            FaultKind::UnknownKey { key, known } => {
                let remedy = key_remedy(key, known, parents, &origin);
                Self::new(format!("unknown key `{key}` {section}"), origin).with_remedy(remedy)
            }
            FaultKind::UnknownVariant { name, known } => {
                let remedy = suggestion(name, known, |name| format!("`{name}`"));
                Self::new(format!("unknown value `{name}` for `{last}` {section}"), origin)
                    .with_remedy(remedy)
            }
            FaultKind::MissingKey(key) => {
                Self::new(format!("the key `{key}` is missing {}", self::section(&fault.path)), origin)
            }
            FaultKind::Other(message) if last.is_empty() => Self::new(message.clone(), origin),
            FaultKind::Other(message) => {
                Self::new(format!("wrong value for `{last}` {section}: {message}"), origin)
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Origin::File { path, .. } = &self.origin {
            write!(formatter, "{}: ", path.display())?;
        }
        formatter.write_str(&self.message)?;
        match &self.origin {
            Origin::Default => {}
            Origin::File { line, column, .. } => write!(formatter, ", line {line} column {column}")?,
            Origin::CommandLine { option } => write!(formatter, ", set by {option}")?,
            Origin::Environment { name } => write!(formatter, ", set by {name}")?,
            Origin::EnvironmentFile { name, path } => {
                write!(formatter, ", set by {name} from {}", path.display())?;
            }
        }
        self.remedy.as_ref().map_or(Ok(()), |remedy| write!(formatter, "; {remedy}"))
    }
}

fn section(path: &[String]) -> String {
    if path.is_empty() { "at the top level".to_owned() } else { format!("in [{}]", path.join(".")) }
}

/// Suggests a key in the form in which it was written: a variable for a variable.
fn key_remedy(key: &str, known: &[&str], parents: &[String], origin: &Origin) -> String {
    suggestion(key, known, |name| match origin {
        Origin::Environment { name: variable } => renamed(variable, parents.len(), name),
        _ => format!("`{name}`"),
    })
}

fn suggestion(name: &str, known: &[&str], show: impl Fn(&str) -> String) -> String {
    match nearest(name, known) {
        Some(candidate) => format!("did you mean {}?", show(candidate)),
        None if known.is_empty() => "nothing is known here".to_owned(),
        None => {
            let names: Vec<String> = known.iter().map(|name| show(name)).collect();
            format!("known here: {}", names.join(", "))
        }
    }
}

/// The known name closest to `name`, if it is close enough to be a slip of the keyboard or
/// one of the two begins with the other.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let tolerance = (name.chars().count() / 3).max(1);
    let closest = known.iter().map(|&candidate| (edit_distance(name, candidate), candidate)).min()?;
    if closest.0 <= tolerance {
        return Some(closest.1);
    }
    known.iter().copied().find(|candidate| {
        name.len().min(candidate.len()) >= 3 && (candidate.starts_with(name) || name.starts_with(candidate))
    })
}

/// Levenshtein's distance, in which exchanging two neighbours also counts as one step.
fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_a_slip_away() {
        const KNOWN: &[&str] = &["servers", "stream", "max_pending", "tls"];
        let check = |name: &str, expected: Option<&str>| assert_eq!(nearest(name, KNOWN), expected, "{name}");
        check("serverz", Some("servers"));
        check("sevrers", Some("servers"));
        check("server", Some("servers"));
        check("max-pending", Some("max_pending"));
        check("max", Some("max_pending"));
        check("tls_enabled", Some("tls"));
        check("tsl", Some("tls"));
        check("colour", None);
        check("", None);
    }
}
