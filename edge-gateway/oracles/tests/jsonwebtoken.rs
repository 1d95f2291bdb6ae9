//! The usual JWT crate reads our tokens, and we read its.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use facematch_contract::{
    CorrelationId, ErrorCode, PartnerId, Problem, Scope, engine::Authenticated,
};
use facematch_gateway::{
    Config, Gateway,
    ports::{Clock, Engine, EngineDown, Log, Random},
};
use http::{Request, Response};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Value, json};
use std::error::Error;

const SECRET: [u8; 32] = [7; 32];
const NOW_UNIX_S: i64 = 1_795_414_436;

/// An engine that knows one partner and no submission.
struct World;

impl Clock for World {
    fn now_unix_ms(&self) -> i64 {
        NOW_UNIX_S * 1000
    }
}

impl Random for World {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(1);
    }
}

impl Log for World {
    fn fault(&self, _: CorrelationId, fault: &dyn Error) {
        panic!("{fault}");
    }
}

impl Engine for World {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, EngineDown> {
        let partner =
            Authenticated { partner_id: PartnerId("p1".into()), scopes: Scope::PARTNER.to_vec() };
        let (status, content_type, body) = match request.uri().path().ends_with("/authenticate") {
            true => (200, "application/json", serde_json::to_vec(&partner)),
            false => {
                let problem = Problem::new(ErrorCode::SubmissionNotFound);
                (404, "application/problem+json", serde_json::to_vec(&problem))
            }
        };
        let response = Response::builder().status(status).header("content-type", content_type);
        Ok(response.body(body.unwrap()).unwrap())
    }
}

fn gateway() -> Gateway<World> {
    let variable = |name: &str| {
        let value = match name {
            "token_keys" => format!("k1:{}", STANDARD.encode(SECRET)),
            "token_issuer" => "https://api.example.com".into(),
            "bucket_url" => "https://s3.example.com".into(),
            "bucket_name" => "facematch".into(),
            "upload_access_key" | "upload_secret_key" | "engine_secret" => "x".into(),
            _ => return None,
        };
        Some(value)
    };
    Gateway::new(Config::from_variables(variable).unwrap(), World)
}

async fn our_token() -> String {
    let request = Request::post("/v1/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(b"grant_type=client_credentials&client_id=p1&client_secret=s".to_vec());
    let answer = gateway().handle(request.unwrap()).await;
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    answer["access_token"].as_str().expect("a token").to_owned()
}

/// What the crate reads in a token of ours.
async fn read() -> jsonwebtoken::TokenData<Value> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_audience(&["facematch-api"]);
    rules.set_issuer(&["https://api.example.com"]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // It would read the machine's clock.
    rules.validate_exp = false;
    let key = DecodingKey::from_secret(&SECRET);
    jsonwebtoken::decode(our_token().await, &key, &rules).unwrap()
}

#[tokio::test]
async fn the_crate_reads_our_tokens() {
    let token = read().await;
    assert_eq!(
        (token.header.typ.as_deref(), token.header.kid.as_deref()),
        (Some("at+jwt"), Some("k1"))
    );
    assert_eq!(token.claims["sub"], "p1");
    assert_eq!(token.claims["iat"], json!(NOW_UNIX_S));
    assert_eq!(token.claims["exp"], json!(NOW_UNIX_S + 1800));
}

#[tokio::test]
async fn we_read_the_crates_tokens_and_refuse_those_of_another_key() {
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some("k1".to_owned());
    let claims = read().await.claims;
    for (secret, status) in [(SECRET, 404), ([8; 32], 401)] {
        let key = EncodingKey::from_secret(&secret);
        let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
        let request = Request::get("/v1/submissions/019a0000-0000-7000-8000-000000000000")
            .header("authorization", format!("Bearer {token}"))
            .body(Vec::new());
        let answer = gateway().handle(request.unwrap()).await;
        assert_eq!(answer.status(), status, "{}", String::from_utf8_lossy(answer.body()));
    }
}
