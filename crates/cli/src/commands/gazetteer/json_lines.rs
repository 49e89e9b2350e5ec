//! Lists as JSON lines: one object an item, with the names of the columns.

use super::row::Parts;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    kind: String,
    #[serde(default)]
    class: String,
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    id: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    geo: Option<(f64, f64)>,
    #[serde(default)]
    weight: Option<u8>,
}

/// The row of one line.
pub(super) fn row(line: &str) -> Result<Option<String>, String> {
    let item: Item = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let Item { kind, class, name, aliases, id, country: area, geo, weight } = item;
    Ok(Some(Parts { kind, class, name, aliases, id, area, geo, weight }.line()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_becomes_a_row() {
        let line = r#"{"kind":"organisation","class":"club","name":"TSV Oberau","aliases":["Oberau"],"country":"DE","weight":60}"#;
        assert_eq!(row(line).unwrap().unwrap(), "organisation\tclub\tTSV Oberau\tOberau\t\tDE\t\t60");
        assert!(row(r#"{"kind":"person"}"#).unwrap_err().contains("name"));
        assert!(row(r#"{"kind":"person","name":"A","nane":"B"}"#).unwrap_err().contains("nane"));
    }
}
