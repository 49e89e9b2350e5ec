//! What two readings of a configuration say differently.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use toml::{Table, Value};

/// A key whose value is another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The dotted key, such as `nats.servers`. A list counts as one value.
    pub key: String,
    /// What it was; `None` when it was not set.
    pub before: Option<Value>,
    /// What it is; `None` when it is not set any more.
    pub after: Option<Value>,
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = |value: &Option<Value>| value.as_ref().map_or("unset".to_owned(), Value::to_string);
        write!(formatter, "{}: {} -> {}", self.key, written(&self.before), written(&self.after))
    }
}

/// In the order of the keys.
pub(super) fn between<T: Serialize>(before: &T, after: &T) -> Vec<Change> {
    let (mut before, mut after) = (values(before), values(after));
    before.retain(|key, value| match after.get(key) {
        Some(same) if same == value => {
            after.remove(key);
            false
        }
        _ => true,
    });
    let keys: BTreeSet<String> = before.keys().chain(after.keys()).cloned().collect();
    let change = |key: String| Change { before: before.remove(&key), after: after.remove(&key), key };
    keys.into_iter().map(change).collect()
}

/// The values of a configuration by dotted key.
fn values<T: Serialize>(config: &T) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    // What cannot be written as TOML cannot be printed either; it then differs in nothing.
    collect(Table::try_from(config).unwrap_or_default(), "", &mut values);
    values
}

fn collect(table: Table, within: &str, values: &mut BTreeMap<String, Value>) {
    for (key, value) in table {
        let key = if within.is_empty() { key } else { format!("{within}.{key}") };
        match value {
            Value::Table(table) => collect(table, &key, values),
            value => drop(values.insert(key, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named() {
        let check = |before: &str, after: &str, expected: &[&str]| {
            let read = |text: &str| text.parse::<Table>().unwrap();
            let told: Vec<String> =
                between(&read(before), &read(after)).iter().map(Change::to_string).collect();
            assert_eq!(told, expected, "{before} {after}");
        };
        check("a = 1", "a = 1", &[]);
        check("a = 1", "a = 2", &["a: 1 -> 2"]);
        check("[log]\nlevel = \"info\"", "[log]\nlevel = \"warn\"", &["log.level: \"info\" -> \"warn\""]);
        check(
            "b = [1, 2]\nc = 1",
            "b = [1]\na = true",
            &["a: unset -> true", "b: [1, 2] -> [1]", "c: 1 -> unset"],
        );
    }
}
