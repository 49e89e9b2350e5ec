//! What IPTC's ninjs 3.1 says of the properties that Dateline writes, in words of
//! our own: a second opinion beside the schema that comes from our types.
//! docs/record.md lists the same constraints for readers.

use serde_json::{Map, Value, json};

/// Root properties of the standard, written by Dateline or not.
const ROOT: &[&str] = &[
    "uri",
    "type",
    "representationType",
    "profile",
    "version",
    "firstCreated",
    "versionCreated",
    "contentCreated",
    "embargoedUntil",
    "pubStatus",
    "urgency",
    "copyrightHolder",
    "copyrightNotice",
    "usageTerms",
    "edNote",
    "language",
    "descriptions",
    "bodies",
    "headlines",
    "people",
    "organisations",
    "places",
    "subjects",
    "events",
    "eventDetails",
    "plannedCoverage",
    "objects",
    "infoSources",
    "title",
    "by",
    "slugline",
    "located",
    "renditions",
    "associations",
    "altIds",
    "trustIndicators",
    "standard",
    "genres",
    "expires",
    "rightsInfo",
    "digitalSourceType",
];

/// The constraints as a JSON Schema, for a record without its extension.
pub(crate) fn schema() -> Value {
    let text = json!({ "type": "string" });
    let uri = json!({ "type": "string", "format": "uri" });
    let instant = json!({ "type": "string", "format": "date-time" });
    let percent = json!({ "type": "integer", "minimum": 0, "maximum": 100 });
    let count = json!({ "type": "integer" });
    let named = [("name", &text), ("rel", &text), ("uri", &uri), ("literal", &text)];
    let texts = list(&[("role", &text), ("contentType", &text), ("value", &text)], &["value"]);
    let point = closed(
        &[
            ("type", &json!({ "enum": ["Point"] })),
            ("coordinates", &json!({ "type": "array", "minItems": 2, "items": { "type": "number" } })),
        ],
        &["type", "coordinates"],
    );
    let mut properties: Map<String, Value> =
        ROOT.iter().map(|name| ((*name).to_owned(), json!(true))).collect();
    let constraints = [
        ("uri", uri.clone()),
        (
            "type",
            json!({ "enum": ["text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"] }),
        ),
        ("version", text.clone()),
        ("firstCreated", instant.clone()),
        ("versionCreated", instant.clone()),
        ("contentCreated", instant),
        ("pubStatus", json!({ "enum": ["usable", "withheld", "canceled"] })),
        ("language", text.clone()),
        ("by", text.clone()),
        ("located", text.clone()),
        ("standard", closed(&[("name", &text), ("version", &text), ("schema", &uri)], &[])),
        ("headlines", texts.clone()),
        ("descriptions", texts),
        (
            "bodies",
            list(
                &[
                    ("role", &text),
                    ("contentType", &text),
                    ("charCount", &count),
                    ("wordCount", &count),
                    ("value", &text),
                ],
                &["value"],
            ),
        ),
        ("people", list(&named, &[])),
        ("organisations", list(&named, &[])),
        ("places", list(&[&named[..], &[("geoJSON", &point)]].concat(), &[])),
        (
            "subjects",
            list(
                &[&named[..], &[("creator", &text), ("relevance", &percent), ("confidence", &percent)]]
                    .concat(),
                &[],
            ),
        ),
        ("infoSources", list(&[("name", &text), ("role", &text), ("uri", &uri), ("literal", &text)], &[])),
        ("altIds", list(&[("role", &text), ("value", &text)], &[])),
        (
            "renditions",
            list(&[("name", &text), ("href", &uri), ("contentType", &text), ("title", &text)], &["name"]),
        ),
    ];
    properties.extend(constraints.map(|(name, constraint)| (name.to_owned(), constraint)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object", "required": ["uri"], "additionalProperties": false, "properties": properties,
    })
}

/// An object with these properties and no others.
fn closed(properties: &[(&str, &Value)], required: &[&str]) -> Value {
    let properties: Map<String, Value> =
        properties.iter().map(|(name, constraint)| ((*name).to_owned(), (*constraint).clone())).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": required })
}

fn list(properties: &[(&str, &Value)], required: &[&str]) -> Value {
    json!({ "type": "array", "items": closed(properties, required) })
}
