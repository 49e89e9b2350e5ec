//! The configuration as a tree in which every value knows where it came from.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::Error as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Origin;
use super::error::{ConfigError, Problem};
use super::reader::Fault;

/// A value with its origin.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// What a node holds. Dates are kept as their text.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Text from the environment: what type it has is for the reader to say.
    Untyped(String),
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Array(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key of a table, the place of the key, and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) origin: Origin,
    pub(super) node: Node,
}

impl Node {
    pub(super) fn empty_table(origin: Origin) -> Self {
        Self { value: Value::Table(Vec::new()), origin }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(&self.value, Value::Table(entries) if entries.is_empty())
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    pub(super) fn find(&self, path: &[String]) -> Option<&Node> {
        path.iter().try_fold(self, |node, segment| match &node.value {
            Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
            _ => node.entry(segment).map(|entry| &entry.node),
        })
    }

    pub(super) fn find_mut(&mut self, path: &[String]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, segment| match &mut node.value {
            Value::Array(items) => items.get_mut(segment.parse::<usize>().ok()?),
            Value::Table(entries) => {
                entries.iter_mut().find(|entry| entry.key == *segment).map(|entry| &mut entry.node)
            }
            _ => None,
        })
    }

    /// Takes the node at `path` out of the tree; says whether there was one.
    pub(super) fn remove(&mut self, path: &[String]) -> bool {
        let Some((last, parents)) = path.split_last() else { return false };
        match self.find_mut(parents).map(|node| &mut node.value) {
            Some(Value::Table(entries)) => {
                let before = entries.len();
                entries.retain(|entry| entry.key != *last);
                entries.len() < before
            }
            Some(Value::Array(items)) => {
                let index = last.parse().ok().filter(|&index: &usize| index < items.len());
                index.map(|index| items.remove(index)).is_some()
            }
            _ => false,
        }
    }

    /// The origin of every value and list, by dotted key.
    pub(super) fn origins(&self) -> BTreeMap<String, Origin> {
        let mut origins = BTreeMap::new();
        self.collect_origins(String::new(), &mut origins);
        origins
    }

    fn collect_origins(&self, key: String, origins: &mut BTreeMap<String, Origin>) {
        let child = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
        match &self.value {
            Value::Table(entries) => {
                for entry in entries {
                    entry.node.collect_origins(child(&entry.key), origins);
                }
                return;
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.collect_origins(child(&index.to_string()), origins);
                }
            }
            _ => {}
        }
        origins.insert(key, self.origin.clone());
    }
}

/// Reads a TOML document; all its syntax errors are told at once.
pub(super) fn parse(text: &str, path: &Path) -> Result<Node, ConfigError> {
    let source = Source { text, path };
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors
        .iter()
        .map(|error| {
            let at = source.origin(error.span().map_or(0, |span| span.start));
            Problem::new(format!("not valid TOML: {}", error.message().trim_end()), at)
        })
        .collect();
    let root = source.table(document.get_ref(), source.origin(0), &mut problems);
    if problems.is_empty() { Ok(root) } else { Err(ConfigError::Invalid { problems }) }
}

/// The text of a file, to tell lines and columns from byte offsets.
struct Source<'a> {
    text: &'a str,
    path: &'a Path,
}

impl Source<'_> {
    fn origin(&self, offset: usize) -> Origin {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Origin::File {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    fn node(&self, spanned: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) -> Node {
        let origin = self.origin(spanned.span().start);
        let value = match spanned.get_ref() {
            DeValue::Table(table) => return self.table(table, origin, problems),
            DeValue::Array(items) => {
                Value::Array(items.iter().map(|item| self.node(item, problems)).collect())
            }
            DeValue::String(text) => Value::String(text.clone().into_owned()),
            DeValue::Boolean(flag) => Value::Boolean(*flag),
            DeValue::Datetime(datetime) => Value::String(datetime.to_string()),
            DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).map_or_else(
                |_| {
                    let fault = Fault::custom("the number does not fit 64 bits").at(&origin);
                    problems.push(Problem::from_fault(&fault));
                    Value::Integer(0)
                },
                Value::Integer,
            ),
        };
        Node { value, origin }
    }

    fn table(&self, table: &DeTable<'_>, origin: Origin, problems: &mut Vec<Problem>) -> Node {
        let entries = table.iter().map(|(key, value)| Entry {
            key: key.get_ref().clone().into_owned(),
            origin: self.origin(key.span().start),
            node: self.node(value, problems),
        });
        Node { value: Value::Table(entries.collect()), origin }
    }
}
