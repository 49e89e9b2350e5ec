//! The OpenAPI 3.1 document, made from the table of operations and the types.

use crate::fault;
use crate::operations::{Operation, operations};
use crate::parameters::ID_PATTERN;
use crate::problem::{MEDIA_TYPE, Problem};
use crate::router::PREFIX;
use dateline_model::schema::generator_below;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut generator = generator_below("/components/schemas");
    let problem = generator.subschema_for::<Problem>().to_value();
    let paths: Map<String, Value> = operations()
        .iter()
        .map(|operation| (operation.path.to_owned(), json!({ "get": described(operation, &mut generator) })))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Dateline",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Read-only access to stored news: dated, tagged, linked",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": PREFIX }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": { "Problem": {
                "description": "Why the request was not answered",
                "content": { MEDIA_TYPE: { "schema": problem } },
            } },
        },
    })
}

fn described(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let answer = (operation.answer)(generator).to_value();
    let fault = json!({ "$ref": "#/components/responses/Problem" });
    let mut responses = json!({
        "200": { "description": "The answer", "content": { "application/json": { "schema": answer } } },
        "400": fault,
        "503": fault,
        "default": fault,
    });
    let parameters = parameters(operation);
    if parameters
        .iter()
        .any(|parameter| ["q", "cursor", "about"].map(Value::from).contains(&parameter["name"]))
    {
        responses["422"] = fault.clone();
    }
    if operation.path.contains("{id}") {
        responses["404"] = fault;
    }
    json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": responses,
    })
}

/// Path parameters, then the properties of the operation's own: as they are read,
/// so that what may be left out is told from what must be there.
fn parameters(operation: &Operation) -> Vec<Value> {
    let schema = (operation.parameters)(&mut fault::settings().into_generator()).to_value();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let path = operation.path.contains("{id}").then(|| {
        json!({
            "name": "id", "in": "path", "required": true,
            "description": "The article: a UUID, or the `uri` of its record",
            "schema": { "type": "string", "pattern": ID_PATTERN },
        })
    });
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let query = properties.into_iter().map(|(name, mut schema)| {
        let object = schema.as_object_mut().map(std::mem::take).unwrap_or_default();
        parameter(&name, required.contains(&json!(name)), object)
    });
    path.into_iter().chain(query).collect()
}

fn parameter(name: &str, required: bool, mut schema: Map<String, Value>) -> Value {
    let description = schema.remove("description").unwrap_or_default();
    dateline_model::schema::drop_null(&mut schema);
    // Left out is what counts as the default; there is no value for that in a URL.
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    json!({ "name": name, "in": "query", "required": required, "description": description, "schema": schema })
}
