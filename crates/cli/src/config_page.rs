//! docs/config.md: every key with its default and its meaning, made from the schema.
//! `UPDATE_DOCS=1 cargo test -p dateline-cli config_page` writes it.

use crate::config;
use serde_json::{Map, Value};
use std::fmt::Write;

const HEAD: &str = "# Configuration

Every key with its default. Made from the types: change a key's description there, then
`UPDATE_DOCS=1 cargo test -p dateline-cli config_page`. [config/dateline.toml](../config/dateline.toml) is the same as a
file to start from, with more words; `dateline config schema` prints the JSON Schema for editors.

`dateline` reads the file that `--config` or `DATELINE_CONFIG` names, else `./dateline.toml`, else nothing. The variable
`DATELINE_NATS__ACK_TIMEOUT` sets `ack_timeout` of `[nats]`; `DATELINE_NATS__PASSWORD_FILE` reads `password` from the file
that it names. `dateline config check` names every fault with line, column and the nearest right key; `dateline config
print` shows what is in force and where each value came from. SIGHUP makes a running process read it again: what is wrong is
refused, `log.level` alone changes at once, for anything else the roles stop in order and begin anew.
";

/// A section: its keys first, then the sections below it.
struct Page<'a> {
    root: &'a Value,
    text: String,
    keys: Vec<String>,
}

fn page(schema: &Value) -> Page<'_> {
    let mut page = Page { root: schema, text: HEAD.to_owned(), keys: Vec::new() };
    page.section("", schema, false);
    page
}

/// Every key that is a value, dotted.
pub(crate) fn keys(schema: &Value) -> Vec<String> {
    page(schema).keys
}

impl<'a> Page<'a> {
    fn section(&mut self, path: &str, schema: &'a Value, list: bool) {
        let Some(properties) = schema["properties"].as_object() else { return };
        let (sections, values): (Vec<_>, Vec<_>) =
            properties.iter().partition(|(_, value)| self.table_of(value).is_some());
        if !values.is_empty() {
            let title = match (path, list) {
                ("", _) => "At the top".to_owned(),
                (_, true) => format!("`[[{path}]]`, any number of them"),
                _ => format!("`[{path}]`"),
            };
            writeln!(self.text, "\n## {title}\n\n{}\n", description(schema)).unwrap();
            self.text.push_str("| key | default | meaning |\n|---|---|---|\n");
        }
        for (name, value) in values {
            self.row(name, value);
            self.keys.push(dotted(path, name));
        }
        for (name, value) in sections {
            let (table, list) = self.table_of(value).unwrap();
            self.section(&dotted(path, name), table, list);
        }
    }

    fn row(&mut self, name: &str, value: &'a Value) {
        let default = match &value["default"] {
            Value::Null => "none".to_owned(),
            default => format!("`{default}`"),
        };
        let meaning = format!("{}{}", description(value), self.choices(value));
        writeln!(self.text, "| `{name}` | {default} | {} |", meaning.replace('|', "\\|")).unwrap();
    }

    /// What an enumeration may be, with what each means.
    fn choices(&self, value: &'a Value) -> String {
        let value = self.resolved(value);
        let names = value["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let described = value["oneOf"].as_array().into_iter().flatten().filter_map(|one| {
            Some(format!("`{}`: {}", one["const"].as_str()?, lower_first(&description(one))))
        });
        let all: Vec<String> = names.map(|name| format!("`{name}`")).chain(described).collect();
        if all.is_empty() { String::new() } else { format!(" {}", all.join(" ")) }
    }

    /// The table that a value is, or is a list of.
    fn table_of(&self, value: &'a Value) -> Option<(&'a Value, bool)> {
        let table = self.resolved(value);
        if table["properties"].is_object() {
            return Some((table, false));
        }
        let item = self.resolved(&table["items"]);
        item["properties"].is_object().then_some((item, true))
    }

    fn resolved(&self, value: &'a Value) -> &'a Value {
        let reference = value["$ref"].as_str().or_else(|| {
            let one = value["anyOf"].as_array().or_else(|| value["allOf"].as_array())?.first()?;
            one["$ref"].as_str()
        });
        match reference.and_then(|reference| reference.strip_prefix('#')) {
            Some(pointer) => self.root.pointer(pointer).unwrap_or(value),
            None => value,
        }
    }
}

fn dotted(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A description on one line, without its links into the code.
fn description(value: &Value) -> String {
    let empty = Map::new();
    let text = value.as_object().unwrap_or(&empty).get("description").and_then(Value::as_str);
    text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ").replace(['[', ']'], "")
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[test]
fn the_page_is_true() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/config.md");
    let schema = config::schema();
    let made = page(&schema);
    assert!(made.keys.len() > 50 && made.keys.iter().any(|key| key == "telemetry.otlp.endpoint"));
    let undescribed: Vec<&str> = made.text.lines().filter(|line| line.ends_with("|  |")).collect();
    assert_eq!(undescribed, Vec::<&str>::new(), "describe them where they are declared");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &made.text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == made.text, "docs/config.md is out of date; see the top of this file");
}
