//! Any text as a bearer token. It opens a submission only if it is one that was issued, or if it is rightly signed and says
//! what such a token has to say.

#![no_main]

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use facematch_fuzz::{PublicApi, seeds, sign_token};
use http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde_json::{Value, json};

const MAX_SKEW_S: i64 = 60;

thread_local! {
    static API: PublicApi = PublicApi::new();
}

fuzz_target!(init: API.with(begin), |bytes: &[u8]| {
    API.with(|api| match bytes.split_first() {
        // Two lines of JSON, to get behind the signature.
        Some((b'!', parts)) => try_parts(api, parts),
        _ => try_token(api, bytes),
    });
});

/// Were the good tokens refused, nothing would be tried.
fn begin(api: &PublicApi) {
    for token in [&api.partner_token, &api.browser_token] {
        assert_eq!(open(api, token.as_bytes()), Some(200));
        let (header, payload) = (part(token, 0), part(token, 1));
        assert_eq!(sign_token(header.as_bytes(), payload.as_bytes()), *token);
    }
    seeds::write(tokens(api));
}

fn open(api: &PublicApi, token: &[u8]) -> Option<u16> {
    let header = HeaderValue::from_bytes(&[b"Bearer ", token].concat()).ok()?;
    let request = Request::get(format!("/v1/submissions/{}", api.submission));
    let request = request.header("authorization", header).body(Vec::new()).expect("a request");
    Some(api.send(request).status().as_u16())
}

fn try_token(api: &PublicApi, token: &[u8]) {
    let Some(status) = open(api, token) else { return };
    let issued = [&api.partner_token, &api.browser_token];
    let is_issued = issued.iter().any(|known| known.as_bytes() == token.trim_ascii());
    assert_eq!(status, if is_issued { 200 } else { 401 });
}

fn try_parts(api: &PublicApi, parts: &[u8]) {
    let at = parts.iter().position(|&byte| byte == b'\n').unwrap_or(parts.len());
    let (header, payload) = (&parts[..at], parts.get(at + 1..).unwrap_or_default());
    if !is_of_a_partner(payload) {
        return;
    }
    if open(api, sign_token(header, payload).as_bytes()) != Some(200) {
        return;
    }
    let header: Value = serde_json::from_slice(header).expect("a header");
    assert_eq!(header, json!({"alg": "HS256", "typ": "at+jwt", "kid": "k1"}));
    assert!(std::str::from_utf8(payload).is_ok(), "JSON is UTF-8");
    let claims: Claims = serde_json::from_slice(payload).expect("claims");
    assert_eq!((&*claims.iss, &*claims.aud), (PublicApi::ISSUER, "facematch-api"));
    assert_eq!(claims.sub, "p1");
    assert!(claims.exp > PublicApi::NOW_S);
    for begin in [Some(claims.iat), claims.nbf].into_iter().flatten() {
        assert!(begin <= PublicApi::NOW_S + MAX_SKEW_S);
    }
    let scopes: Vec<&str> = claims.scope.split(' ').collect();
    assert!(scopes.contains(&"submissions:read") || scopes.contains(&"capture"));
    match claims.sid {
        Some(id) => assert!(id.eq_ignore_ascii_case(&api.submission)),
        None => assert!(!scopes.contains(&"capture")),
    }
}

/// What a token says, and besides it anything that has the form of JSON: also what a `Value` cannot hold, such as `1e999`.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
    nbf: Option<i64>,
    scope: String,
    sid: Option<String>,
}

/// We sign for no partner but our own, whose ids we made. What names none has to be refused.
fn is_of_a_partner(payload: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    let is_id = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    serde_json::from_slice::<Subject>(payload).map_or(true, |subject| is_id(&subject.sub))
}

fn tokens(api: &PublicApi) -> Vec<String> {
    let mut tokens = vec![String::new(), "a.b.c".to_owned()];
    for token in [&api.partner_token, &api.browser_token] {
        let (header, payload) = (part(token, 0), part(token, 1));
        tokens.push(format!("!{header}\n{payload}"));
        tokens.push(format!("!{}\n{payload}", header.replace("HS256", "none")));
        tokens.push(format!("!{header}\n{}", payload.replacen('{', "{\"new\":[\"é\"],", 1)));
        tokens.push(token.rsplit_once('.').expect("three parts").0.to_owned());
        tokens.push(token.clone());
    }
    tokens
}

fn part(token: &str, index: usize) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(index).expect("a part"));
    String::from_utf8(bytes.expect("base64")).expect("JSON")
}
