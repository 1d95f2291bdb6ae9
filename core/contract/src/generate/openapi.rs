use crate::routes::{ENGINE_ERRORS, Operation, ROUTES, Route, TOKEN_ERRORS};
use crate::{
    CallbackEvent, CreateSubmission, CreatedSubmission, ErasureReceipt, ErrorCode, Problem,
    SubmissionResult, SubmissionStatus, TokenRequest, TokenResponse, UploadTargets, limits,
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The OpenAPI 3.1 document of [`ROUTES`], pretty-printed, with a newline at its end.
pub fn openapi_json() -> String {
    let mut schemas = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let paths = paths(&mut schemas);
    let callback = schemas.subschema_for::<CallbackEvent>();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Face Match API",
            "version": "1",
            "description": "1:1 face verification: a selfie against the portrait on an identity card, or against \
                an earlier selfie. See docs/be-api-guide.md for the flow.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "webhooks": { "submission": { "post": {
            "summary": "Signed callback (Standard Webhooks) when a submission is completed or failed",
            "requestBody": json_body(callback.to_value()),
            "responses": { "2XX": { "description": "Received; anything else is retried" } },
        }}},
    });
    document["components"] = json!({
        "schemas": schemas.take_definitions(true),
        "headers": { "CorrelationId": {
            "description": "The submission's correlation id, or a fresh one where there is no submission",
            "schema": { "type": "string", "format": "uuid" },
        }},
        "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            "client": { "type": "http", "scheme": "basic" },
        },
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn paths(schemas: &mut SchemaGenerator) -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.to_lowercase()] = operation(route, schemas);
    }
    Value::Object(paths)
}

fn operation(route: &Route, schemas: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": route.operation,
        "summary": route.summary,
        "security": security(route),
        "responses": responses(route, schemas),
    });
    let parameters = parameters(route);
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(body) = request_body(route.operation, schemas) {
        operation["requestBody"] = body;
    }
    operation
}

fn security(route: &Route) -> Value {
    match route.operation {
        Operation::IssueToken => json!([{ "client": [] }, {}]),
        _ if route.scopes.is_empty() => json!([]),
        _ => json!([{ "bearer": [] }]),
    }
}

fn parameters(route: &Route) -> Vec<Value> {
    let mut parameters = Vec::new();
    if route.path.contains("{id}") {
        parameters.push(json!({ "name": "id", "in": "path", "required": true,
            "description": "Correlation id", "schema": { "type": "string", "format": "uuid" } }));
    }
    if route.operation == Operation::CreateSubmission {
        parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "A fresh random key for each submission; the same one on a retry",
            "schema": { "type": "string", "minLength": 1,
                "maxLength": limits::MAX_IDEMPOTENCY_KEY_CHARS, "pattern": "^[!-~]+$" } }));
    }
    if route.operation == Operation::GetSubmission {
        parameters.push(json!({ "name": "wait", "in": "query", "required": false,
            "description": "Seconds to wait for a final state before answering",
            "schema": { "type": "integer", "minimum": 0, "maximum": limits::MAX_WAIT_S } }));
    }
    parameters
}

fn request_body(operation: Operation, schemas: &mut SchemaGenerator) -> Option<Value> {
    match operation {
        Operation::IssueToken => Some(json!({ "required": true, "content": {
            "application/x-www-form-urlencoded": { "schema": schemas.subschema_for::<TokenRequest>() },
        }})),
        Operation::CreateSubmission => {
            Some(json_body(schemas.subschema_for::<CreateSubmission>().to_value()))
        }
        _ => None,
    }
}

fn responses(route: &Route, schemas: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    responses.insert(route.success.to_string(), success(route.operation, schemas));
    let problem = schemas.subschema_for::<Problem>();
    for (status, codes) in errors_by_status(route) {
        let codes: Vec<_> = codes.iter().map(|code| format!("`{}`", code.as_str())).collect();
        responses.insert(
            status.to_string(),
            json!({ "description": codes.join(", "), "headers": headers(),
                "content": { "application/problem+json": { "schema": problem } } }),
        );
    }
    Value::Object(responses)
}

fn errors_by_status(route: &Route) -> BTreeMap<u16, Vec<ErrorCode>> {
    let token: &[ErrorCode] = if route.scopes.is_empty() { &[] } else { TOKEN_ERRORS };
    let engine: &[ErrorCode] = match route.operation {
        Operation::Health | Operation::OpenApi | Operation::Docs => &[ErrorCode::Overloaded],
        _ => ENGINE_ERRORS,
    };
    let mut by_status = BTreeMap::<u16, Vec<ErrorCode>>::new();
    for code in route.errors.iter().chain(token).chain(engine) {
        by_status.entry(code.status()).or_default().push(*code);
    }
    by_status
}

fn success(operation: Operation, schemas: &mut SchemaGenerator) -> Value {
    let schema = match operation {
        Operation::IssueToken => schema_of::<TokenResponse>(schemas),
        Operation::CreateSubmission => schema_of::<CreatedSubmission>(schemas),
        Operation::RefreshUploads => schema_of::<UploadTargets>(schemas),
        Operation::ConfirmSubmission | Operation::GetSubmission => {
            schema_of::<SubmissionStatus>(schemas)
        }
        Operation::GetResult => schema_of::<SubmissionResult>(schemas),
        Operation::EraseSubmission => schema_of::<ErasureReceipt>(schemas),
        Operation::Health | Operation::Ready => {
            return content("text/plain", json!({ "type": "string" }));
        }
        Operation::OpenApi => return content("application/json", json!({ "type": "object" })),
        Operation::Docs => return content("text/html", json!({ "type": "string" })),
    };
    content("application/json", schema)
}

fn schema_of<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}

fn content(media_type: &str, schema: Value) -> Value {
    json!({ "description": "Success", "headers": headers(),
        "content": { media_type: { "schema": schema } } })
}

fn headers() -> Value {
    json!({ "x-correlation-id": { "$ref": "#/components/headers/CorrelationId" } })
}

fn json_body(schema: Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}
