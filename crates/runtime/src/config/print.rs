//! The effective configuration, for a person to read and for a file to start from.

use std::fmt::Write as _;

use serde::Serialize;
use toml::{Table, Value};

use super::Loaded;
use crate::secret::{UrlParts, hide_in_urls};

/// Every value with its origin as a comment; secrets hidden, those within addresses, too.
pub(super) fn effective<T: Serialize>(loaded: &Loaded<T>) -> String {
    let table = match Table::try_from(&loaded.value) {
        Ok(table) => table,
        Err(error) => return format!("# this configuration cannot be written as TOML: {error}\n"),
    };
    let mut printer = Printer { loaded, text: String::new() };
    printer.table(&table, &mut Vec::new());
    printer.text
}

struct Printer<'a, T> {
    loaded: &'a Loaded<T>,
    text: String,
}

impl<T> Printer<'_, T> {
    /// TOML wants the plain values of a table before its sub-tables.
    fn table(&mut self, table: &Table, path: &mut Vec<String>) {
        for (key, value) in table.iter().filter(|(_, value)| !is_section(value)) {
            path.push(key.clone());
            let origin = self.loaded.origin(&path.join("."));
            path.pop();
            self.line(format_args!("{} = {value}  # {origin}", written_key(key)));
        }
        for (key, value) in table.iter().filter(|(_, value)| is_section(value)) {
            path.push(key.clone());
            self.section(value, path);
            path.pop();
        }
    }

    fn section(&mut self, value: &Value, path: &mut Vec<String>) {
        match value {
            Value::Table(table) => {
                self.heading("[", path, "]");
                self.table(table, path);
            }
            Value::Array(items) => {
                for (index, table) in items.iter().filter_map(Value::as_table).enumerate() {
                    self.heading("[[", path, "]]");
                    path.push(index.to_string());
                    self.array_item(table, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    /// Tables within an item of a list are written inline: their headings would carry the
    /// item's index, which TOML has no words for.
    fn array_item(&mut self, table: &Table, path: &[String]) {
        for (key, value) in table {
            let origin = self.loaded.origin(&format!("{}.{key}", path.join(".")));
            self.line(format_args!("{} = {value}  # {origin}", written_key(key)));
        }
    }

    fn heading(&mut self, open: &str, path: &[String], close: &str) {
        let keys: Vec<String> = path.iter().map(|key| written_key(key)).collect();
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(format_args!("{open}{}{close}", keys.join(".")));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        let line = hide_in_urls(&line.to_string(), UrlParts::Login);
        writeln!(self.text, "{line}").expect("writing to a string does not fail");
    }
}

fn is_section(value: &Value) -> bool {
    match value {
        Value::Table(_) => true,
        Value::Array(items) => !items.is_empty() && items.iter().all(Value::is_table),
        _ => false,
    }
}

/// The key as TOML writes it, in quotes where it needs them: cut from a line with nothing else.
fn written_key(key: &str) -> String {
    let line = Table::from_iter([(key.to_owned(), Value::Boolean(true))]).to_string();
    line.trim_end().trim_end_matches("true").trim_end_matches(" = ").to_owned()
}
