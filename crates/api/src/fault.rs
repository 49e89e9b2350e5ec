//! What is wrong with the parameters of a request, told from the schema that describes
//! them: the reader's own words would name its types, not what to write.

use axum::extract::Query as UrlQuery;
use axum::http::Uri;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// The schema of an operation's parameters, as they are read, with nothing to look up.
pub(crate) fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true)
}

/// The first fault of parameters that could not be read as a `P`.
pub(crate) fn of<P: JsonSchema>(uri: &Uri) -> String {
    let schema = P::json_schema(&mut settings().into_generator()).to_value();
    let known = schema["properties"].as_object().cloned().unwrap_or_default();
    let UrlQuery(given) = UrlQuery::<Vec<(String, String)>>::try_from_uri(uri).unwrap_or_default();
    let names = |upto: usize| given.iter().take(upto).map(|(name, _)| name.as_str());
    for (at, (name, value)) in given.iter().enumerate() {
        let Some(parameter) = known.get(name) else { return unknown(name, &known) };
        if names(at).any(|earlier| earlier == name) {
            return format!("`{name}` is given more than once; give it once");
        }
        if let Some(wanted) = wanted(parameter, value) {
            return format!("`{name}` is `{value}`; give {wanted}");
        }
    }
    let mut required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    match required.find(|required| names(given.len()).all(|name| name != *required)) {
        Some(missing) => format!("`{missing}` is missing"),
        None => "the parameters cannot be read".to_owned(),
    }
}

fn unknown(name: &str, known: &Map<String, Value>) -> String {
    let names: Vec<&str> = known.keys().map(String::as_str).collect();
    if names.is_empty() {
        return format!("`{name}` is not known here, where there are no parameters");
    }
    format!("`{name}` is not known here; known are {}", list(&names, "and"))
}

/// What to give in the place of this value, unless it is right.
fn wanted(parameter: &Value, value: &str) -> Option<String> {
    let is_integer = is(&parameter["type"], "integer");
    if is_integer && value.parse::<u16>().is_err() {
        return Some(format!("a whole number from {} to {}", parameter["minimum"], parameter["maximum"]));
    }
    let mut choices = Vec::new();
    collect_choices(parameter, &mut choices);
    (!choices.is_empty() && !choices.contains(&value)).then(|| list(&choices, "or"))
}

/// Whether a schema's `type`, one or several, names this one.
fn is(types: &Value, wanted: &str) -> bool {
    types == wanted || types.as_array().is_some_and(|types| types.iter().any(|one| one == wanted))
}

/// The texts that a schema names one by one, if it does.
fn collect_choices<'a>(schema: &'a Value, choices: &mut Vec<&'a str>) {
    choices.extend(schema["const"].as_str());
    choices.extend(schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str));
    for key in ["oneOf", "anyOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            collect_choices(part, choices);
        }
    }
}

/// "`a`, `b` and `c`".
fn list(names: &[&str], last: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::{Entity, Nothing, Search};

    fn check<P: JsonSchema>(query: &str, expected: &str) {
        let uri = format!("/?{query}").parse().unwrap();
        assert_eq!(of::<P>(&uri), expected, "{query}");
    }

    #[test]
    fn every_fault_says_what_to_write() {
        let known = "known are `cursor`, `limit`, `order` and `q`";
        check::<Search>("lmit=1", &format!("`lmit` is not known here; {known}"));
        check::<Search>("q=a&limit=ten", "`limit` is `ten`; give a whole number from 1 to 1000");
        check::<Search>("limit=", "`limit` is ``; give a whole number from 1 to 1000");
        check::<Search>("order=best", "`order` is `best`; give `relevance`, `newest` or `oldest`");
        check::<Search>("q=a&order=newest&q=b", "`q` is given more than once; give it once");
        check::<Entity>("limit=3", "`name` is missing");
        let types = "give `person`, `organisation`, `place` or `misc`";
        check::<Entity>("name=a&type=animal", &format!("`type` is `animal`; {types}"));
        check::<Nothing>("x=1", "`x` is not known here, where there are no parameters");
    }
}
