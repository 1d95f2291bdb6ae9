//! Every error code of the contract, from a real server, by a request that deserves it.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod common;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{TestServer, WITHOUT_MATCHER, settings};
use facematch_contract::{Decision, ErrorCode, MatchResult, Problem};
use facematch_engine::{Template, failed_result};
use facematch_host::{Keys, RoleName, ServeOptions, Server};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{collections::HashSet, time::Duration};
use tokio::net::TcpListener;

/// A partner's view of one server, and the codes that it has seen.
struct Caller {
    server: TestServer,
    http: Client,
    token: String,
    seen: HashSet<ErrorCode>,
}

impl Caller {
    async fn new(server: TestServer) -> Self {
        let http = Client::new();
        let mut caller = Self { server, http, token: String::new(), seen: HashSet::new() };
        caller.token = caller.new_token("").await;
        caller
    }

    /// A token with the scopes of a form field such as `&scope=results:read`.
    async fn new_token(&self, scope: &str) -> String {
        let answer = self.token_request(&format!("grant_type=client_credentials{scope}"));
        let credentials = &self.server.credentials;
        let answer = answer.basic_auth(&credentials.client_id, Some(&credentials.client_secret));
        let answer: Value = answer.send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    fn token_request(&self, form: &str) -> RequestBuilder {
        self.raw(Method::POST, "/v1/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned())
    }

    fn raw(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.server.api))
    }

    fn with_token(&self, method: Method, path: &str) -> RequestBuilder {
        self.raw(method, path).bearer_auth(&self.token)
    }

    fn create(&self, key: &str, body: &Value) -> RequestBuilder {
        self.with_token(Method::POST, "/v1/submissions").header("idempotency-key", key).json(body)
    }

    /// A new submission: its id and its answer.
    async fn created(&self, key: &str) -> (String, Value) {
        let answer = self.create(key, &good_body()).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let answer: Value = answer.json().await.unwrap();
        (answer["correlationId"].as_str().unwrap().to_owned(), answer)
    }

    async fn refused(&mut self, request: RequestBuilder, want: ErrorCode) {
        let problem = problem(request.send().await.unwrap()).await;
        assert_eq!(problem.code, want, "{problem:?}");
        self.seen.insert(want);
    }

    async fn sql(&self, statement: &'static str) {
        let path = self.server.data.path().join("facematch.sqlite");
        let pool =
            sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        sqlx::query(statement).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

/// Reads a problem and checks what all problems have in common.
async fn problem(response: Response) -> Problem {
    let status = response.status().as_u16();
    let header = |name: &str| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let (content_type, id) = (header("content-type"), header("x-correlation-id"));
    let retry_after = header("retry-after");
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(content_type.as_deref(), Some("application/problem+json"), "{problem:?}");
    assert_eq!((problem.status, problem.code.status()), (status, status), "{problem:?}");
    assert_eq!(problem.correlation_id, id, "{problem:?}");
    assert!(id.is_some() && !problem.hint.is_empty(), "{problem:?}");
    assert!(!problem.retryable || retry_after.is_some(), "{problem:?}");
    problem
}

fn good_body() -> Value {
    let image = |role: &str| {
        json!({ "role": role, "contentType": "image/jpeg", "sizeBytes": 3,
            // SHA-256 of "abc".
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" })
    };
    json!({ "mode": "selfie_to_id", "images": [image("selfie"), image("id_portrait")] })
}

async fn upload(caller: &Caller, created: &Value) {
    for target in created["uploads"].as_array().unwrap() {
        let mut put = caller.http.put(target["url"].as_str().unwrap()).body("abc");
        for (name, value) in target["headers"].as_object().unwrap() {
            put = put.header(name, value.as_str().unwrap());
        }
        assert_eq!(put.send().await.unwrap().status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_code_is_given_by_the_request_that_deserves_it() {
    let mut caller = Caller::new(TestServer::start_without_matcher().await).await;
    token_endpoint(&mut caller).await;
    tokens(&mut caller).await;
    creation(&mut caller).await;
    paths(&mut caller).await;
    states(&mut caller).await;
    baselines(&mut caller).await;
    let mut seen = caller.seen;
    caller.server.stop().await;
    seen.extend(faults_of_ours().await);
    let missing: Vec<_> = ErrorCode::ALL.iter().filter(|code| !seen.contains(code)).collect();
    assert!(missing.is_empty(), "no request gave {missing:?}");
}

async fn token_endpoint(caller: &mut Caller) {
    use ErrorCode as E;
    let id = caller.server.credentials.client_id.clone();
    let secret = caller.server.credentials.client_secret.clone();
    let cases = [
        ("grant_type=client_credentials", Some((id.as_str(), "wrong")), E::InvalidClient),
        ("grant_type=client_credentials", Some(("pt_nobody", "wrong")), E::InvalidClient),
        ("grant_type=password", Some((id.as_str(), secret.as_str())), E::UnsupportedGrantType),
        ("grant_type=client_credentials&scope=everything", Some((&id, &secret)), E::InvalidScope),
        (
            "grant_type=client_credentials&client_id=x&client_secret=y",
            Some((&id, &secret)),
            E::MalformedBody,
        ),
        ("", Some((&id, &secret)), E::MalformedBody),
    ];
    for (form, credentials, want) in cases {
        let mut request = caller.token_request(form);
        if let Some((id, secret)) = credentials {
            request = request.basic_auth(id, Some(secret));
        }
        caller.refused(request, want).await;
    }
}

async fn tokens(caller: &mut Caller) {
    use ErrorCode as E;
    let path = "/v1/submissions/019a0000-0000-7000-8000-000000000000";
    caller.refused(caller.raw(Method::GET, path), E::TokenMissing).await;
    for token in ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        caller.refused(caller.raw(Method::GET, path).bearer_auth(token), E::TokenInvalid).await;
    }
    let expired = forged(caller, &json!({ "exp": 1_000_000_000 }));
    caller.refused(caller.raw(Method::GET, path).bearer_auth(expired), E::TokenExpired).await;
    let narrow = caller.new_token("&scope=results:read").await;
    caller.refused(caller.raw(Method::GET, path).bearer_auth(narrow), E::InsufficientScope).await;
    let (id, created) = caller.created("client-token").await;
    let browser = created["clientToken"].as_str().unwrap().to_owned();
    let result = format!("/v1/submissions/{id}/result");
    let request = caller.raw(Method::GET, &result).bearer_auth(&browser);
    caller.refused(request, E::InsufficientScope).await;
    let (other, _) = caller.created("other").await;
    let other = format!("/v1/submissions/{other}");
    let request = caller.raw(Method::GET, &other).bearer_auth(&browser);
    caller.refused(request, E::SubmissionNotFound).await;
    origins(caller).await;
}

/// A token of ours with some claims replaced, signed with the server's own key.
fn forged(caller: &Caller, claims: &Value) -> String {
    let part = |n: usize| caller.token.split('.').nth(n).unwrap().to_owned();
    let mut payload: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part(1)).unwrap()).unwrap();
    for (name, value) in claims.as_object().unwrap() {
        payload[name] = value.clone();
    }
    let keys = Keys::load_or_create(caller.server.data.path()).unwrap();
    let (_, secret) = keys.token_keys[0].split_once(':').unwrap();
    let secret = base64::engine::general_purpose::STANDARD.decode(secret).unwrap();
    let signed = format!("{}.{}", part(0), URL_SAFE_NO_PAD.encode(payload.to_string()));
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&secret).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

async fn origins(caller: &mut Caller) {
    let credentials =
        common::add_partner(caller.server.data.path(), &["https://app.example.com"]).await;
    let mine = std::mem::replace(&mut caller.server.credentials, credentials);
    let my_token = std::mem::take(&mut caller.token);
    caller.token = caller.new_token("").await;
    let (id, created) = caller.created("origin").await;
    let path = format!("/v1/submissions/{id}");
    let get = |origin| {
        caller
            .raw(Method::GET, &path)
            .bearer_auth(created["clientToken"].as_str().unwrap())
            .header("origin", origin)
    };
    assert_eq!(get("https://app.example.com").send().await.unwrap().status(), 200);
    let refused = get("https://evil.example.com");
    caller.refused(refused, ErrorCode::OriginNotAllowed).await;
    caller.server.credentials = mine;
    caller.token = my_token;
    // The other partner's submission does not exist for this one.
    let request = caller.with_token(Method::GET, &path);
    caller.refused(request, ErrorCode::SubmissionNotFound).await;
}

async fn creation(caller: &mut Caller) {
    use ErrorCode as E;
    let post = || caller.with_token(Method::POST, "/v1/submissions");
    let typed = |body: &str| {
        post()
            .header("idempotency-key", "x")
            .header("content-type", "application/json")
            .body(body.to_owned())
    };
    let requests = [
        (typed("{"), E::MalformedBody),
        (typed("{\"mode\": \"face_to_voice\", \"images\": []}"), E::MalformedBody),
        (typed(&" ".repeat(20_000)), E::BodyTooLarge),
        (
            post().header("idempotency-key", "x").header("content-type", "text/plain").body("{}"),
            E::UnsupportedMediaType,
        ),
        (post().json(&good_body()), E::IdempotencyKeyRequired),
    ];
    for (request, want) in requests {
        caller.refused(request, want).await;
    }
    let baseline = json!({ "mode": "selfie_to_baseline", "subject": "s", "images": [good_body()["images"][0]] });
    caller.refused(caller.create("baseline", &baseline), E::BaselineNotFound).await;
    invalid_fields(caller).await;
    caller.created("replayed").await;
    let mut other = good_body();
    other["reference"] = json!("another");
    caller.refused(caller.create("replayed", &other), E::IdempotencyKeyReused).await;
}

async fn invalid_fields(caller: &mut Caller) {
    let cases = [
        ("/images/0/sizeBytes", json!(0), "images[0].sizeBytes"),
        ("/images/0/sizeBytes", json!(12_582_913), "images[0].sizeBytes"),
        ("/images/1/contentType", json!("image/gif"), "images[1].contentType"),
        ("/images/1/sha256", json!("abc"), "images[1].sha256"),
        ("/images/1/role", json!("selfie"), "images"),
        ("/callbackUrl", json!("http://hooks.example.com/"), "callbackUrl"),
        ("/callbackUrl", json!("https://10.0.0.1/"), "callbackUrl"),
        ("/reference", json!("x".repeat(129)), "reference"),
        ("/policy", json!({ "matchFmr": 0.5, "reviewFmr": 0.5 }), "policy"),
    ];
    for (pointer, value, field) in cases {
        let mut body = good_body();
        match body.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => body[&pointer[1..]] = value,
        }
        let problem = problem(caller.create("invalid", &body).send().await.unwrap()).await;
        assert_eq!(problem.code, ErrorCode::InvalidRequest, "{field}: {problem:?}");
        assert!(
            problem.errors.iter().any(|error| error.field.starts_with(field)),
            "{field}: {problem:?}"
        );
        caller.seen.insert(problem.code);
    }
}

async fn paths(caller: &mut Caller) {
    use ErrorCode as E;
    caller.refused(caller.raw(Method::GET, "/v1/nothing"), E::RouteNotFound).await;
    caller.refused(caller.raw(Method::PUT, "/v1/token"), E::MethodNotAllowed).await;
    for id in ["019a0000-0000-7000-8000-000000000000", "1", "%00", "..%2f..", "'; DROP TABLE x"] {
        let path = format!("/v1/submissions/{}", id.replace(' ', "%20"));
        caller.refused(caller.with_token(Method::GET, &path), E::SubmissionNotFound).await;
    }
    let (id, _) = caller.created("wait").await;
    for wait in ["21", "-1", "x"] {
        let path = format!("/v1/submissions/{id}?wait={wait}");
        caller.refused(caller.with_token(Method::GET, &path), E::InvalidRequest).await;
    }
}

async fn states(caller: &mut Caller) {
    use ErrorCode as E;
    let at = |id: &str, action: &str| format!("/v1/submissions/{id}{action}");
    let (id, created) = caller.created("states").await;
    caller.refused(caller.with_token(Method::GET, &at(&id, "/result")), E::ResultNotReady).await;
    caller.refused(caller.with_token(Method::POST, &at(&id, "/confirm")), E::UploadMissing).await;
    upload(caller, &created).await;
    let confirm = || caller.with_token(Method::POST, &at(&id, "/confirm"));
    assert_eq!(confirm().send().await.unwrap().status(), 202);
    assert_eq!(confirm().send().await.unwrap().status(), 202, "confirm is idempotent");
    caller.refused(caller.with_token(Method::POST, &at(&id, "/uploads")), E::WrongState).await;
    let redeliver = caller.with_token(Method::POST, &at(&id, "/callbacks/redeliver"));
    caller.refused(redeliver, E::CallbackNotFound).await;

    let erase = caller.with_token(Method::DELETE, &at(&id, ""));
    assert_eq!(erase.send().await.unwrap().status(), 200);
    for request in [Method::GET, Method::POST].map(|method| {
        let action = if method == Method::GET { "/result" } else { "/confirm" };
        caller.with_token(method, &at(&id, action))
    }) {
        caller.refused(request, E::SubmissionErased).await;
    }

    let (id, created) = caller.created("mismatch").await;
    upload(caller, &created).await;
    // The bucket lets no other file in, so the declaration is changed behind the server's back.
    caller.sql("UPDATE images SET size_bytes = 4").await;
    caller.refused(caller.with_token(Method::POST, &at(&id, "/confirm")), E::UploadMismatch).await;

    let (id, _) = caller.created("expired").await;
    caller.sql("UPDATE submissions SET expires_at = 1 WHERE idempotency_key = 'expired'").await;
    for action in ["/confirm", "/uploads"] {
        caller
            .refused(caller.with_token(Method::POST, &at(&id, action)), E::SubmissionExpired)
            .await;
    }
}

async fn baselines(caller: &mut Caller) {
    use ErrorCode as E;
    let path = "/v1/baselines/siti%20rahayu";
    caller.refused(caller.with_token(Method::GET, path), E::SubjectNotFound).await;
    caller.refused(caller.with_token(Method::GET, "/v1/baselines/%00"), E::InvalidRequest).await;
    let put = |caller: &Caller, body: &Value| caller.with_token(Method::PUT, path).json(body);
    let unknown = json!({ "correlationId": "019a0000-0000-7000-8000-000000000000" });
    for (body, want) in [(json!({}), E::MalformedBody), (unknown, E::SubmissionNotFound)] {
        caller.refused(put(caller, &body), want).await;
    }
    let unfit = ended(caller, "unfit", Decision::NoMatch).await;
    let matched = ended(caller, "matched", Decision::Match).await;
    caller.refused(put(caller, &json!({ "correlationId": unfit })), E::BaselineUnfit).await;
    let registered = put(caller, &json!({ "correlationId": matched })).send().await.unwrap();
    let registered: Value = registered.json().await.unwrap();
    assert_eq!(registered["subject"], "siti rahayu");

    let attempt = json!({ "mode": "selfie_to_baseline", "subject": "siti rahayu",
        "images": [good_body()["images"][0]] });
    let later = "UPDATE baselines SET failures = 5, delayed_until = 9999999999999";
    let cases = [
        ("UPDATE baselines SET pack = 'other@1'", E::BaselineOutdated),
        ("UPDATE baselines SET pack = 'standard@3', failures = 10", E::SubjectLocked),
        (later, E::SubjectDelayed),
    ];
    for (statement, want) in cases {
        caller.sql(statement).await;
        caller.refused(caller.create("attempt", &attempt), want).await;
    }
    let deleted = caller.with_token(Method::DELETE, path).send().await.unwrap();
    assert_eq!(deleted.status(), 200);
}

/// A submission that ended with this decision, without the networks.
async fn ended(caller: &Caller, key: &str, decision: Decision) -> String {
    let (id, created) = caller.created(key).await;
    upload(caller, &created).await;
    let confirm = caller.with_token(Method::POST, &format!("/v1/submissions/{id}/confirm"));
    assert_eq!(confirm.send().await.unwrap().status(), 202);
    let engine = caller.server.engine();
    let job = engine.claim("test", 60).await.unwrap().expect("what was confirmed");
    assert_eq!(job.lease.correlation_id.to_string(), id);
    let policy = json!({ "matchFmr": 1e-4, "reviewFmr": 1e-2, "matchThreshold": 0.4, "reviewThreshold": 0.3 });
    let versions = json!({ "facematch": "0", "pack": "standard@3", "detector": "d", "embedder": "e", "calibration": "c" });
    let result = failed_result(
        serde_json::from_value(policy).unwrap(),
        serde_json::from_value(versions).unwrap(),
    );
    let result = MatchResult { decision, ..result };
    let template = Template { pack: "standard@3".to_owned(), bytes: vec![1; 512] };
    engine.complete_with_template(job.lease, &result, Some(&template)).await.unwrap();
    id
}

/// Codes of our own faults, each from a server that has it.
async fn faults_of_ours() -> HashSet<ErrorCode> {
    let codes = [
        storage_unavailable().await,
        gateway_with_engine(&closed_port().await).await,
        gateway_with_engine(&garbage_server().await).await,
        overloaded().await,
        rate_limited().await,
    ];
    assert_eq!(
        codes,
        [
            ErrorCode::StorageUnavailable,
            ErrorCode::EngineUnavailable,
            ErrorCode::Internal,
            ErrorCode::Overloaded,
            ErrorCode::RateLimited,
        ]
    );
    codes.into()
}

async fn storage_unavailable() -> ErrorCode {
    let options = ServeOptions {
        roles: Some(vec![RoleName::Gateway, RoleName::Engine]),
        bucket_url: Some(closed_port().await),
        ..ServeOptions::default()
    };
    let server = TestServer::start_in(tempfile::tempdir().unwrap(), options).await;
    let caller = Caller::new(server).await;
    let (id, _) = caller.created("k").await;
    let confirm = caller.with_token(Method::POST, &format!("/v1/submissions/{id}/confirm"));
    problem(confirm.send().await.unwrap()).await.code
}

async fn gateway_with_engine(engine_url: &str) -> ErrorCode {
    common::install_crypto();
    let data = tempfile::tempdir().unwrap();
    Keys::load_or_create(data.path()).unwrap();
    let options = ServeOptions {
        roles: Some(vec![RoleName::Gateway]),
        engine_url: Some(engine_url.to_owned()),
        bucket_url: Some("http://127.0.0.1:1".to_owned()),
        ..ServeOptions::default()
    };
    let server = Server::start(&settings(data.path(), options)).await.unwrap();
    let url = format!("http://{}/v1/token", server.addresses().api.unwrap());
    let request = Client::new().post(url).basic_auth("pt_x", Some("y"));
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let code = problem(request.send().await.unwrap()).await.code;
    server.stop().await;
    code
}

async fn overloaded() -> ErrorCode {
    let options = ServeOptions {
        roles: Some(WITHOUT_MATCHER.to_vec()),
        max_concurrent: Some(1),
        ..ServeOptions::default()
    };
    let server = TestServer::start_in(tempfile::tempdir().unwrap(), options).await;
    let caller = Caller::new(server).await;
    let (id, _) = caller.created("k").await;
    let poll = caller.with_token(Method::GET, &format!("/v1/submissions/{id}?wait=3"));
    let poll = tokio::spawn(poll.send());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let code = problem(caller.raw(Method::GET, "/docs").send().await.unwrap()).await.code;
    assert_eq!(caller.raw(Method::GET, "/healthz").send().await.unwrap().status(), 200);
    assert_eq!(poll.await.unwrap().unwrap().status(), 200, "what was accepted is answered");
    code
}

async fn rate_limited() -> ErrorCode {
    let options = ServeOptions {
        roles: Some(WITHOUT_MATCHER.to_vec()),
        partner_rate: Some(2),
        ..ServeOptions::default()
    };
    let server = TestServer::start_in(tempfile::tempdir().unwrap(), options).await;
    let caller = Caller::new(server).await;
    let created = caller.create("k", &good_body()).send().await.unwrap();
    let header = |name: &str| created.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("ratelimit-policy"), r#""partner";q=2;w=60"#);
    assert!(header("ratelimit").starts_with(r#""partner";r=0;t="#));
    let refused = caller.create("k2", &good_body()).send().await.unwrap();
    let wait_s: u32 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait_s), "{wait_s}");
    problem(refused).await.code
}

/// An address on which nobody listens.
async fn closed_port() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// A server whose answers no engine would give.
async fn garbage_server() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::Router::new().fallback(async || "<html>It works!</html>");
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}
