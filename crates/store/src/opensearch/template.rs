//! What the index is like. Both products know everything that is used here.

use serde_json::{Value, json};

/// The index template: fields as they are searched, nothing guessed from what comes.
///
/// The record itself is kept and not indexed. The alias `NAME-current` leaves out
/// retracted articles: searches should use it.
pub(super) fn of(index: &str) -> Value {
    let keyword = json!({ "type": "keyword", "ignore_above": 2000 });
    let text = json!({ "type": "text" });
    let date =
        json!({ "type": "date", "format": "strict_date_optional_time_nanos", "ignore_malformed": true });
    let number = json!({ "type": "float" });
    let name = json!({ "type": "text", "fields": { "exact": keyword } });
    let entity = json!({ "properties": {
        "type": keyword, "name": name, "uri": keyword, "mentions": { "type": "integer" },
        "salience": number, "confidence": number,
        "location": { "type": "geo_point", "ignore_malformed": true },
    }});
    let speaks_of = json!({ "properties": {
        "type": keyword, "value": keyword, "begin": date, "end": date, "text": keyword,
    }});
    let properties = json!({
        "id": keyword, "version": keyword, "order": keyword, "retracted": { "type": "boolean" },
        "ingested": date, "published": date, "published_value": keyword,
        "language": keyword, "source": keyword, "url": keyword,
        "title": text, "summary": text, "body": text,
        "entities": entity, "dates": speaks_of,
        "record": { "type": "object", "enabled": false },
    });
    json!({
        "index_patterns": [index],
        "template": {
            "mappings": { "dynamic": false, "properties": properties },
            "aliases": { format!("{index}-current"): { "filter": { "term": { "retracted": false } } } },
        },
    })
}
