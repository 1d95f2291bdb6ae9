use crate::routes::{ENGINE_ERRORS, Operation, ROUTES, Route, TOKEN_ERRORS};
use crate::{
    CallbackEvent, CallbackLog, CreateSubmission, CreatedSubmission, ErasureReceipt, ErrorCode,
    Health, Mode, Problem, Role, SubmissionPage, SubmissionResult, SubmissionStatus, TokenRequest,
    TokenResponse, UploadTargets, limits, submission::NO_CONTROL,
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Types that requests carry: there `null` may stand for a field that is left out. The server itself leaves it out.
const REQUESTS: [&str; 2] = ["CreateSubmission", "TokenRequest"];

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
    let mut definitions = schemas.take_definitions(true);
    for (name, schema) in &mut definitions {
        if !REQUESTS.contains(&name.as_str()) {
            forbid_null(schema);
        }
    }
    document["components"] = json!({
        "schemas": definitions,
        "headers": header_definitions(),
        "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            "client": { "type": "http", "scheme": "basic" },
        },
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// Takes `null` out of every type that may be it.
fn forbid_null(schema: &mut Value) {
    let is_null = |value: &Value| value == "null" || value["type"] == "null";
    match schema {
        Value::Object(fields) => {
            for name in ["type", "anyOf"] {
                let Some(Value::Array(choices)) = fields.get_mut(name) else { continue };
                choices.retain(|choice| !is_null(choice));
                let [only] = choices.as_slice() else { continue };
                let only = only.clone();
                fields.remove(name);
                match only {
                    Value::Object(only) => fields.extend(only),
                    only => drop(fields.insert(name.to_owned(), only)),
                }
            }
            fields.values_mut().for_each(forbid_null);
        }
        Value::Array(entries) => entries.iter_mut().for_each(forbid_null),
        _ => (),
    }
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
    if route.operation == Operation::ListSubmissions {
        parameters.push(json!({ "name": "reference", "in": "query", "required": true,
            "description": "Your own name for the submissions, as given at their creation",
            "schema": { "type": "string", "minLength": 1,
                "maxLength": limits::MAX_REFERENCE_CHARS, "pattern": NO_CONTROL } }));
        parameters.push(json!({ "name": "limit", "in": "query", "required": false,
            "description": "Submissions on a page",
            "schema": { "type": "integer", "minimum": 1, "maximum": limits::MAX_PAGE,
                "default": limits::DEFAULT_PAGE } }));
        parameters.push(json!({ "name": "cursor", "in": "query", "required": false,
            "description": "`nextCursor` of the page before",
            "schema": { "type": "string", "format": "uuid" } }));
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
            "application/x-www-form-urlencoded": {
                "schema": schemas.subschema_for::<TokenRequest>(),
                "example": { "grant_type": "client_credentials" },
            },
        }})),
        Operation::CreateSubmission => {
            let mut body = json_body(schemas.subschema_for::<CreateSubmission>().to_value());
            body["content"]["application/json"]["example"] = example_submission();
            Some(body)
        }
        _ => None,
    }
}

fn example_submission() -> Value {
    let image = |role: Role| {
        json!({ "role": role, "contentType": "image/jpeg", "sizeBytes": 183_204,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" })
    };
    json!({
        "mode": Mode::SelfieToId,
        "images": [image(Role::Selfie), image(Role::IdPortrait)],
        "reference": "order-4711",
        "callbackUrl": "https://hooks.example.com/face-match",
    })
}

/// What can be asked about a submission that was created: every operation with its id in the path.
fn links() -> Value {
    let mut links = Map::new();
    for route in ROUTES.iter().filter(|route| route.path.contains("{id}")) {
        links.insert(
            format!("{:?}", route.operation),
            json!({ "operationId": route.operation,
                "parameters": { "id": "$response.body#/correlationId" } }),
        );
    }
    Value::Object(links)
}

fn responses(route: &Route, schemas: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    let mut success = success(route.operation, schemas);
    if route.operation == Operation::CreateSubmission {
        success["links"] = links();
    }
    responses.insert(route.success.to_string(), success);
    let problem = schemas.subschema_for::<Problem>();
    for (status, codes) in errors_by_status(route) {
        let names: Vec<_> = codes.iter().map(|code| format!("`{}`", code.as_str())).collect();
        responses.insert(
            status.to_string(),
            json!({ "description": names.join(", "), "headers": error_headers(&codes),
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
        Operation::ListSubmissions => schema_of::<SubmissionPage>(schemas),
        Operation::GetCallbacks | Operation::RedeliverCallback => schema_of::<CallbackLog>(schemas),
        Operation::Health | Operation::Ready => schema_of::<Health>(schemas),
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
    json!({ "x-correlation-id": { "$ref": "#/components/headers/CorrelationId" },
        "RateLimit": { "$ref": "#/components/headers/RateLimit" },
        "RateLimit-Policy": { "$ref": "#/components/headers/RateLimitPolicy" } })
}

fn error_headers(codes: &[ErrorCode]) -> Value {
    let mut headers = headers();
    if codes.iter().any(|code| code.retryable()) {
        headers["Retry-After"] = json!({ "$ref": "#/components/headers/RetryAfter" });
    }
    headers
}

fn header_definitions() -> Value {
    let text =
        |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    json!({
        "CorrelationId": {
            "description": "The submission's correlation id, or a fresh one where there is no submission",
            "schema": { "type": "string", "format": "uuid" },
        },
        "RateLimit": text("What is left of the quota: `r` requests, full again in `t` seconds \
            (draft-ietf-httpapi-ratelimit-headers). Absent where nothing is counted"),
        "RateLimitPolicy": text("The quota: `q` requests in `w` seconds"),
        "RetryAfter": {
            "description": "Seconds until the request may be repeated",
            "schema": { "type": "integer", "minimum": 0 },
        },
    })
}

fn json_body(schema: Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}
