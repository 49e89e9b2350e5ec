//! Reading records, those of older schemas too: each step brings a record from
//! one `dateline.schema` to the next. Steps are never changed once released.

use crate::{NewsRecord, RECORD_SCHEMA};
use serde_json::Value;

/// What brings the `dateline` part from schema `n + 1` to `n + 2`, `n` being its place.
const STEPS: &[fn(&mut Value)] = &[];

/// Reads a record from JSON, whichever schema up to [`RECORD_SCHEMA`] it has.
/// One of a newer schema is read as far as it is understood.
///
/// # Errors
/// When it is no record.
pub fn read_record(json: &[u8]) -> Result<NewsRecord, serde_json::Error> {
    let read = serde_json::from_slice::<NewsRecord>(json);
    match read {
        Ok(record) if record.dateline.schema >= RECORD_SCHEMA => Ok(record),
        // What is no JSON at all is not read twice.
        Err(error) if !error.is_data() => Err(error),
        current => match upcast(json)? {
            Some(value) => serde_json::from_value(value),
            None => current,
        },
    }
}

/// The record in the current schema; `None` where it needs no step.
fn upcast(json: &[u8]) -> Result<Option<Value>, serde_json::Error> {
    let mut value: Value = serde_json::from_slice(json)?;
    let found = value.pointer("/dateline/schema").and_then(Value::as_u64);
    let Some(found) = found.and_then(|found| u32::try_from(found).ok()) else { return Ok(None) };
    if found == 0 || found >= RECORD_SCHEMA {
        return Ok(None);
    }
    for (from, step) in (1..RECORD_SCHEMA).zip(STEPS).skip(found as usize - 1) {
        if let Some(dateline) = value.get_mut("dateline") {
            step(dateline);
            dateline["schema"] = (from + 1).into();
        }
    }
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_step_for_each_older_schema() {
        assert_eq!(STEPS.len() + 1, RECORD_SCHEMA as usize);
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for json in ["", "{", "{}", "[]", "null", "{\"dateline\":{\"schema\":0}}", "\u{1}"] {
            assert!(read_record(json.as_bytes()).is_err(), "{json}");
        }
    }
}
