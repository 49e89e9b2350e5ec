//! Reading records, those of older schemas too: each step brings a record from
//! one `dateline.schema` to the next. Steps are never changed once released.

use crate::{NewsRecord, RECORD_SCHEMA};
use serde_json::Value;

/// What brings the `dateline` part from schema `n + 1` to `n + 2`, `n` being its place.
const STEPS: &[fn(&mut Value)] = &[];

/// A record that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRecord {
    /// The record.
    pub record: NewsRecord,
    /// Whether it says more or other than its JSON did, which was of an older schema.
    pub is_raised: bool,
}

/// Reads a record from JSON, whichever schema up to [`RECORD_SCHEMA`] it has.
/// One of a newer schema is read as far as it is understood.
///
/// # Errors
/// When it is no record.
pub fn read_record(json: &[u8]) -> Result<NewsRecord, serde_json::Error> {
    // Looked at once as a whole, text need not be looked at string by string.
    let read = match std::str::from_utf8(json) {
        Ok(text) => read_text(text),
        Err(_) => raise(serde_json::from_slice(json), json),
    };
    read.map(|read| read.record)
}

/// The same from text, telling whether the schema was an older one.
///
/// # Errors
/// When it is no record.
pub fn read_text(json: &str) -> Result<ReadRecord, serde_json::Error> {
    raise(serde_json::from_str(json), json.as_bytes())
}

/// Brings what was read from this JSON to the current schema.
fn raise(read: Result<NewsRecord, serde_json::Error>, json: &[u8]) -> Result<ReadRecord, serde_json::Error> {
    let as_it_is = |record| ReadRecord { record, is_raised: false };
    match read {
        Ok(record) if record.dateline.schema >= RECORD_SCHEMA => Ok(as_it_is(record)),
        // What is no JSON at all is not read twice.
        Err(error) if !error.is_data() => Err(error),
        current => match upcast(json)? {
            Some(value) => serde_json::from_value(value).map(|record| ReadRecord { record, is_raised: true }),
            None => current.map(as_it_is),
        },
    }
}

/// The record in the current schema; `None` where it needs no step.
fn upcast(json: &[u8]) -> Result<Option<Value>, serde_json::Error> {
    Ok(raised(serde_json::from_slice(json)?, STEPS))
}

/// Takes the steps that a record is short of. One of schema 0, or of none, is no
/// record that Dateline ever wrote.
fn raised(mut value: Value, steps: &[fn(&mut Value)]) -> Option<Value> {
    let found = value.pointer("/dateline/schema").and_then(Value::as_u64)?;
    let done = usize::try_from(found).ok()?.checked_sub(1)?;
    let missing = steps.get(done..).filter(|missing| !missing.is_empty())?;
    let dateline = value.get_mut("dateline")?;
    for (step, schema) in missing.iter().zip(found + 1..) {
        step(dateline);
        dateline["schema"] = schema.into();
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn there_is_a_step_for_each_older_schema() {
        assert_eq!(STEPS.len() + 1, RECORD_SCHEMA as usize);
    }

    #[test]
    fn a_record_takes_the_steps_that_it_is_short_of() {
        let steps: [fn(&mut Value); 2] = [
            |dateline| dateline["second"] = dateline["first"].take(),
            |dateline| dateline["third"] = json!([dateline["second"].take()]),
        ];
        let check = |before: Value, expected: Option<Value>| {
            let after = raised(json!({ "uri": "a", "dateline": before.clone() }), &steps);
            assert_eq!(
                after,
                expected.map(|dateline| json!({ "uri": "a", "dateline": dateline })),
                "{before}"
            );
        };
        let newest = json!({ "schema": 3, "first": null, "second": null, "third": ["x"] });
        check(json!({ "schema": 1, "first": "x" }), Some(newest.clone()));
        check(json!({ "schema": 2, "first": null, "second": "x" }), Some(newest));
        for as_it_is in
            [json!({ "schema": 3 }), json!({ "schema": 4 }), json!({ "schema": 0 }), json!({}), json!([])]
        {
            check(as_it_is, None);
        }
    }

    /// Records as released programs stored them. They are never changed: what
    /// was stored once is read for ever.
    fn samples() -> Vec<(String, Value)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let sample = |file: std::path::PathBuf| {
            let value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            (file.file_name().unwrap().to_string_lossy().into_owned(), value)
        };
        files.map(sample).collect()
    }

    #[test]
    fn stored_records_of_every_schema_are_read() {
        let samples = samples();
        for schema in 1..=RECORD_SCHEMA {
            let of_schema = format!("schema-{schema}");
            assert!(samples.iter().any(|(name, _)| name.starts_with(&of_schema)), "no sample of {of_schema}");
        }
        for (name, sample) in samples {
            let record = read_record(sample.to_string().as_bytes()).unwrap();
            assert_eq!(record.dateline.schema, RECORD_SCHEMA, "{name}");
            for span in record.dateline.entities.iter().flat_map(|entity| &entity.mentions) {
                let slice: String = record.field(&span.field).unwrap().chars().collect::<Vec<_>>()
                    [span.start as usize..span.end as usize]
                    .iter()
                    .collect();
                assert_eq!(slice, span.text, "{name}");
            }
            if sample["dateline"]["schema"] == RECORD_SCHEMA {
                // A number may be written with other digits of the same f32.
                let again = serde_json::to_value(&record).unwrap();
                assert_eq!(read_record(again.to_string().as_bytes()).unwrap(), record, "{name}");
                assert_eq!(keys(&again), keys(&sample), "{name}: nothing is lost on the way");
            }
        }
    }

    #[test]
    fn what_a_newer_program_adds_is_passed_over() {
        let (_, mut sample) = samples().remove(0);
        sample["dateline"]["schema"] = 99.into();
        sample["dateline"]["invented"] = json!({ "later": true });
        assert_eq!(read_record(sample.to_string().as_bytes()).unwrap().dateline.schema, 99);
    }

    /// The paths of everything in it.
    fn keys(value: &Value) -> Vec<String> {
        let inner = |(key, value): (String, &Value)| {
            let below = keys(value).into_iter().map(|below| format!("{key}/{below}")).collect::<Vec<_>>();
            if below.is_empty() { vec![key] } else { below }
        };
        match value {
            Value::Object(object) => {
                object.iter().map(|(key, value)| (key.clone(), value)).flat_map(inner).collect()
            }
            Value::Array(items) => {
                items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).flat_map(inner).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for json in ["", "{", "{}", "[]", "null", "{\"dateline\":{\"schema\":0}}", "\u{1}"] {
            assert!(read_record(json.as_bytes()).is_err(), "{json}");
        }
    }
}
