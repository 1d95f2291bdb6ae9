//! Tokens that are not ours, or not for this: each opens nothing. The control is that the untouched token opens.

use crate::world::{Api, NOW_MS};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// The key of the tests' gateway.
const KEY: [u8; 32] = [7; 32];
const NOW_S: i64 = NOW_MS / 1000;

/// The parts of a token, to be changed and put together again.
struct Token {
    header: Value,
    payload: Value,
}

impl Token {
    fn of(text: &str) -> Self {
        let part = |n: usize| {
            let bytes = URL_SAFE_NO_PAD.decode(text.split('.').nth(n).unwrap()).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        };
        Self { header: part(0), payload: part(1) }
    }

    fn header(mut self, name: &str, value: Value) -> Self {
        self.header[name] = value;
        self
    }

    fn claim(mut self, name: &str, value: Value) -> Self {
        self.payload[name] = value;
        self
    }

    /// The token with a true signature by `key`.
    fn signed_by(&self, key: &[u8]) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&self.header), part(&self.payload));
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
        mac.update(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }
}

/// Status and code of a call with a token.
async fn open(api: &Api, id: &str, token: &str) -> (u16, String) {
    let answer = api.call(&format!("GET /v1/submissions/{id}"), token).await;
    let code = if answer.status == 200 { String::new() } else { answer.code().to_owned() };
    (answer.status, code)
}

#[tokio::test]
async fn every_token_that_is_not_ours_is_a_401() {
    let api = Api::new();
    let (good, id, browser) = api.submission().await;
    for good in [&good, &browser] {
        assert_eq!(open(&api, &id, good).await.0, 200, "the control");
        let token = || Token::of(good);
        assert_eq!(open(&api, &id, &token().signed_by(&KEY)).await.0, 200, "the control");
        let (message, tag) = good.rsplit_once('.').unwrap();
        let none = token().header("alg", json!("none")).signed_by(&KEY);
        let none = none.rsplit_once('.').unwrap().0.to_owned();
        let invalid = [
            ("alg none, no signature", format!("{none}.")),
            ("alg none, the good signature", format!("{none}.{tag}")),
            ("alg none, no third part", none.clone()),
            ("alg HS384", token().header("alg", json!("HS384")).signed_by(&KEY)),
            ("alg RS256", token().header("alg", json!("RS256")).signed_by(&KEY)),
            ("another key", token().signed_by(&[8; 32])),
            ("an empty key", token().signed_by(&[])),
            ("an unknown kid", token().header("kid", json!("k9")).signed_by(&KEY)),
            ("a path as kid", token().header("kid", json!("../../dev/null")).signed_by(&[])),
            ("no kid", token().header("kid", Value::Null).signed_by(&KEY)),
            ("a key in the header", token().header("jwk", json!({"kty": "oct"})).signed_by(&KEY)),
            ("another type", token().header("typ", json!("JWT")).signed_by(&KEY)),
            ("not yet issued", token().claim("iat", json!(NOW_S + 61)).signed_by(&KEY)),
            ("not yet valid", token().claim("nbf", json!(NOW_S + 61)).signed_by(&KEY)),
            ("another audience", token().claim("aud", json!("other-api")).signed_by(&KEY)),
            ("several audiences", token().claim("aud", json!(["facematch-api"])).signed_by(&KEY)),
            ("another issuer", token().claim("iss", json!("https://evil.example")).signed_by(&KEY)),
            ("no end", token().claim("exp", Value::Null).signed_by(&KEY)),
            ("no signature", format!("{message}.")),
            ("two parts", message.to_owned()),
            ("four parts", format!("{good}.{tag}")),
        ];
        for (what, token) in invalid {
            let got = open(&api, &id, &token).await;
            assert_eq!(got, (401, "token_invalid".to_owned()), "{what}");
        }
        let expired = token().claim("exp", json!(NOW_S)).signed_by(&KEY);
        assert_eq!(open(&api, &id, &expired).await, (401, "token_expired".to_owned()));
    }
}

#[tokio::test]
async fn no_part_of_a_token_will_do() {
    let api = Api::new();
    let (good, id, _) = api.submission().await;
    for length in 0..good.len() {
        assert_eq!(open(&api, &id, &good[..length]).await.0, 401, "{length} bytes");
    }
    assert_eq!(open(&api, &id, &good).await.0, 200, "the control");
}

#[tokio::test]
async fn a_thousand_flipped_bits_open_nothing() {
    let api = Api::new();
    let (good, id, browser) = api.submission().await;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64; // xorshift64: the same flips in every run.
    for good in [good, browser] {
        for _ in 0..1000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let bit = usize::try_from(state % (good.len() as u64 * 8)).unwrap();
            let mut token = good.clone().into_bytes();
            token[bit / 8] ^= 1 << (bit % 8);
            let mut request = http::Request::get(format!("/v1/submissions/{id}"));
            let header = [b"Bearer ".as_slice(), &token].concat();
            let Ok(header) = http::HeaderValue::from_bytes(&header) else {
                continue; // No server would get such a header: it ends a line.
            };
            request = request.header("authorization", header);
            let answer = api.gateway.handle(request.body(Vec::new()).unwrap()).await;
            assert_eq!(answer.status(), 401, "bit {bit}");
        }
        assert_eq!(open(&api, &id, &good).await.0, 200, "the control");
    }
}

#[tokio::test]
async fn two_signing_keys_live_side_by_side_until_the_old_one_is_retired() {
    let api = Api::new();
    let (old_token, id, _) = api.submission().await;
    let old = format!("k1:{}", STANDARD.encode(KEY));
    let new = format!("k2:{}", STANDARD.encode([8; 32]));
    for (keys, old_lives) in [(format!("{new},{old}"), true), (new.clone(), false)] {
        let api = api.with_keys(&keys);
        let new_token = api.token("p1", "").await;
        assert_eq!(Token::of(&new_token).header["kid"], "k2");
        assert_eq!(open(&api, &id, &new_token).await.0, 200);
        assert_eq!(open(&api, &id, &old_token).await.0 == 200, old_lives, "{keys}");
    }
}
