//! The environment's part in the configuration.

use std::path::{Path, PathBuf};

use super::Origin;
use super::error::Problem;
use super::limited_file;
use super::reader::{Fault, FaultKind};
use super::tree::{Entry, Node, Value};

const PREFIX: &str = "DATELINE_";
const LEVEL: &str = "__";
const FILE_SUFFIX: &str = "_file";
/// More than any secret needs.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// The name of `variable` with its part at `level` replaced by that of `key`.
pub(super) fn renamed(variable: &str, level: usize, key: &str) -> String {
    let key = normal(key).to_uppercase();
    let parts = variable.strip_prefix(PREFIX).unwrap_or(variable).split(LEVEL).enumerate();
    let parts: Vec<&str> = parts.map(|(at, part)| if at == level { key.as_str() } else { part }).collect();
    format!("{PREFIX}{}", parts.join(LEVEL))
}

/// Keys compare without case and with hyphens as underscores, because a variable's name
/// has no hyphens.
fn normal(key: &str) -> String {
    key.to_lowercase().replace('-', "_")
}

/// Lays every override over the tree. Only that names are well formed is checked here;
/// whether there are such keys is the reader's business.
pub(super) fn apply(
    root: &mut Node,
    env: impl Iterator<Item = (String, String)>,
    problems: &mut Vec<Problem>,
) {
    let mut overrides: Vec<(String, String)> =
        env.filter(|(name, _)| name.strip_prefix(PREFIX).is_some_and(|rest| rest.contains(LEVEL))).collect();
    overrides.sort();
    for (name, text) in overrides {
        let origin = Origin::Environment { name: name.clone() };
        let path: Vec<String> = name[PREFIX.len()..].split(LEVEL).map(normal).collect();
        let value = Node { value: Value::Untyped(text), origin: origin.clone() };
        if path.iter().any(String::is_empty) {
            problems.push(Problem::new("a level of the name is empty", origin));
        } else if let Err(key) = set(root, &path, value) {
            problems.push(Problem::new(format!("`{key}` is not a section"), origin));
        }
    }
}

/// Puts `value` at `path`, making the sections on the way; fails with the key that stands
/// for something other than a section.
fn set(root: &mut Node, path: &[String], value: Node) -> Result<(), String> {
    let (last, parents) = path.split_last().expect("a split gives at least one part");
    let mut node = root;
    for segment in parents {
        let entry = child(node, segment, &value.origin).ok_or_else(|| segment.clone())?;
        node = &mut entry.node;
    }
    let entry = child(node, last, &value.origin).ok_or_else(|| parents.join("."))?;
    entry.origin = value.origin.clone();
    entry.node = value;
    Ok(())
}

/// The entry of a table that has this name, made if it is missing; `None` where `node` is
/// not a table.
fn child<'a>(node: &'a mut Node, name: &str, origin: &Origin) -> Option<&'a mut Entry> {
    let Value::Table(entries) = &mut node.value else { return None };
    let at = entries.iter().position(|entry| normal(&entry.key) == name).unwrap_or_else(|| {
        let node = Node::empty_table(origin.clone());
        entries.push(Entry { key: name.to_owned(), origin: origin.clone(), node });
        entries.len() - 1
    });
    entries.get_mut(at)
}

/// Deals with a variable whose name ends in `_FILE`: where there is no such key, but one
/// without the ending, the value is taken from the file. `None` where the fault is another.
pub(super) fn take_from_file(root: &mut Node, fault: &Fault) -> Option<Result<(), Problem>> {
    let FaultKind::UnknownKey { key, known } = &fault.kind else { return None };
    let Some(Origin::Environment { name }) = &fault.origin else { return None };
    let key = key.strip_suffix(FILE_SUFFIX)?;
    if !known.contains(&key) {
        return None;
    }
    let Value::Untyped(path) = &root.find(&fault.path)?.value else { return None };
    let origin = Origin::EnvironmentFile { name: name.clone(), path: PathBuf::from(path) };
    let mut target = fault.path.clone();
    key.clone_into(target.last_mut()?);
    if let Some(Origin::Environment { name: other }) = root.find(&target).map(|node| &node.origin) {
        let message = format!("{other} is set as well; keep one of the two");
        return Some(Err(Problem::new(message, origin)));
    }
    let text = match limited_file::read(Path::new(path), MAX_FILE_BYTES) {
        Ok(text) => text.trim().to_owned(),
        Err(error) => return Some(Err(Problem::new(format!("cannot read the file: {error}"), origin))),
    };
    root.remove(&fault.path);
    set(root, &target, Node { value: Value::Untyped(text), origin })
        .expect("the parent of the key was just found to be a section");
    Some(Ok(()))
}
