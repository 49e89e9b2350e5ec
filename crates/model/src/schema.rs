//! The JSON Schema of the record, made from the types that read and write it
//! (feature `schema`): `config/record.schema.json`.
//!
//! The part of the standard is as closed as the standard is, so that a property
//! that ninjs does not know cannot slip in. The part under `dateline` is open: a
//! later Dateline may add to it, and readers pass over what they do not know.

use crate::NewsRecord;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{Schema, json_schema};
use serde_json::{Map, Value};

/// What the schema says of itself.
const NOTE: &str = "An enriched record: an IPTC ninjs 3.1 news item with one extension under the key `dateline`. \
     Generated from the types of crates/model; see docs/record.md.";

/// The schema of a record as this program writes it (JSON Schema 2020-12).
#[must_use]
pub fn record_schema() -> Value {
    let mut schema = generator().into_root_schema_for::<NewsRecord>();
    schema.insert("title".to_owned(), "Dateline record".into());
    schema.insert("description".to_owned(), NOTE.into());
    schema.to_value()
}

/// Makes schemas of values as they are written: what may be left out need not be
/// there, and nothing is ever `null`.
#[must_use]
pub fn generator() -> SchemaGenerator {
    generator_below("/$defs")
}

/// The same for a document that keeps definitions at another place, given as a
/// JSON pointer.
#[must_use]
pub fn generator_below(definitions: &'static str) -> SchemaGenerator {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = definitions.into();
    settings.transforms.push(Box::new(|schema: &mut Schema| {
        if let Some(object) = schema.as_object_mut() {
            drop_null(object);
        }
    }));
    settings.into_generator()
}

/// An absent value is left out, so `null` is no value of an optional property.
pub fn drop_null(object: &mut Map<String, Value>) {
    for key in ["properties", "$defs", "items"] {
        match object.get_mut(key) {
            Some(Value::Object(parts)) if key == "items" => drop_null(parts),
            Some(Value::Object(parts)) => {
                parts.values_mut().filter_map(Value::as_object_mut).for_each(drop_null);
            }
            _ => {}
        }
    }
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|one| one != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            object.extend(only);
        }
    }
}

/// A `GeoJSON` point (RFC 7946).
pub(crate) fn geo_json_point(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "additionalProperties": false,
        "required": ["type", "coordinates"],
        "properties": {
            "type": { "const": "Point" },
            "coordinates": {
                "description": "Longitude, latitude, in degrees.",
                "type": "array",
                "prefixItems": [
                    { "type": "number", "minimum": -180, "maximum": 180 },
                    { "type": "number", "minimum": -90, "maximum": 90 }
                ],
                "items": false,
                "minItems": 2
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// As it stands in the file.
    fn written() -> String {
        let mut text = serde_json::to_string_pretty(&record_schema()).unwrap();
        text.push('\n');
        text
    }

    #[test]
    fn the_published_schema_is_the_one_of_the_types() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/record.schema.json");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, written()).unwrap();
        }
        let published = std::fs::read_to_string(&path).unwrap();
        assert!(published == written(), "run: UPDATE_DOCS=1 cargo test -p dateline-model schema");
    }

    #[test]
    fn it_is_a_schema_that_knows_no_null_and_no_link_of_the_source_code() {
        let mut compiler = boon::Compiler::new();
        compiler.add_resource("record.schema.json", record_schema()).unwrap();
        compiler.compile("record.schema.json", &mut boon::Schemas::new()).unwrap();
        let text = written();
        assert!(!text.contains("\"null\"") && !text.contains("[`"), "{text}");
    }
}
