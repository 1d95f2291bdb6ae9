use super::*;
use base64::engine::general_purpose::STANDARD;
use facematch_contract::{CorrelationId, PartnerId, Scope};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp(1_795_414_436_789);
const SECRET: [u8; 32] = [7; 32];
const OLD_SECRET: [u8; 32] = [8; 32];

fn issuer() -> Issuer {
    let text = format!("new:{},old:{}", STANDARD.encode(SECRET), STANDARD.encode(OLD_SECRET));
    Issuer { name: "https://api.example.com".to_owned(), keys: Keyring::parse(&text).unwrap() }
}

fn claims() -> Claims {
    let id = CorrelationId::from_parts(1, &[1; 10]);
    Claims::of_partner(PartnerId("p1".to_owned()), &[Scope::ResultsRead], id, NOW)
}

fn payload() -> Value {
    serde_json::to_value(Claims { iss: issuer().name, ..claims() }).unwrap()
}

fn header() -> Value {
    json!({"alg": "HS256", "typ": "at+jwt", "kid": "new"})
}

/// A token with a true signature over whatever it says.
fn sign(header: &Value, payload: &Value, secret: &[u8]) -> String {
    sign_message(&format!("{}.{}", encode(header), encode(payload)), secret)
}

fn sign_message(message: &str, secret: &[u8]) -> String {
    let ring = Keyring::parse(&format!("any:{}", STANDARD.encode(secret))).unwrap();
    let tag = URL_SAFE_NO_PAD.encode(ring.signing().sign(message));
    format!("{message}.{tag}")
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

fn verify(token: &str) -> Result<Caller, TokenFault> {
    issuer().verify(token, NOW)
}

#[test]
fn a_token_comes_back_as_it_was_issued() {
    assert_eq!(verify(&issuer().issue(claims())), Ok(claims().into()));
    let by_old = sign(&with(header(), "kid", json!("old")), &payload(), &OLD_SECRET);
    assert_eq!(verify(&by_old), Ok(claims().into()));
}

#[test]
fn a_header_that_is_not_ours_is_refused_even_when_signed() {
    let cases = [
        ("alg", json!("none")),
        ("alg", json!("hs256")),
        ("alg", json!("HS512")),
        ("alg", json!("RS256")),
        ("typ", json!("JWT")),
        ("typ", json!("AT+JWT")),
        ("kid", json!("other")),
        ("kid", json!("old")), // Its key did not sign this.
        ("kid", json!("")),
        ("crit", json!(["exp"])),
        ("jwk", json!({"kty": "oct"})),
        ("alg", Value::Null),
    ];
    for (name, value) in cases {
        let token = sign(&with(header(), name, value.clone()), &payload(), &SECRET);
        assert_eq!(verify(&token), Err(TokenFault::Invalid), "{name}: {value}");
    }
}

#[test]
fn claims_that_are_not_ours_are_refused_even_when_signed() {
    let now = NOW.unix_s();
    let cases = [
        ("iss", json!("https://other.example.com"), Err(TokenFault::Invalid)),
        ("aud", json!("other-api"), Err(TokenFault::Invalid)),
        ("aud", json!(["facematch-api"]), Err(TokenFault::Invalid)),
        ("iat", json!(now + 61), Err(TokenFault::Invalid)),
        ("iat", json!(i64::MAX), Err(TokenFault::Invalid)),
        ("iat", json!(now + 60), Ok(claims().into())),
        ("nbf", json!(now + 61), Err(TokenFault::Invalid)),
        ("nbf", json!("soon"), Err(TokenFault::Invalid)),
        ("exp", json!(now), Err(TokenFault::Expired)),
        ("exp", json!(i64::MIN), Err(TokenFault::Expired)),
        ("exp", json!(now + 1), Ok(claims().into())),
        ("exp", json!("2099"), Err(TokenFault::Invalid)),
        ("exp", json!(1e300), Err(TokenFault::Invalid)),
        ("sid", json!("not-an-id"), Err(TokenFault::Invalid)),
        ("sub", Value::Null, Err(TokenFault::Invalid)),
    ];
    for (name, value, want) in cases {
        let token = sign(&header(), &with(payload(), name, value.clone()), &SECRET);
        assert_eq!(verify(&token), want, "{name}: {value}");
    }
}

#[test]
fn claims_that_nobody_reads_are_utf8_too() {
    let with_unknown_claim = |value: &[u8]| {
        let mut json = serde_json::to_vec(&payload()).unwrap();
        json.pop();
        let json = [&json, &b",\"new\":\""[..], value, b"\"}"].concat();
        let payload = URL_SAFE_NO_PAD.encode(json);
        sign_message(&format!("{}.{payload}", encode(&header())), &SECRET)
    };
    assert_eq!(verify(&with_unknown_claim("é".as_bytes())), Ok(claims().into()));
    assert_eq!(verify(&with_unknown_claim(b"\xcf")), Err(TokenFault::Invalid));
}

#[test]
fn texts_that_are_no_token_are_refused() {
    let good = issuer().issue(claims());
    let (message, tag) = good.rsplit_once('.').unwrap();
    let unsigned = encode(&with(header(), "alg", json!("none")));
    let payload = encode(&payload());
    let cases = [
        String::new(),
        "..".to_owned(),
        message.to_owned(),
        format!("{message}."),
        format!("{good}."),
        format!("{good}="),
        format!("{good}.{tag}"),
        format!("{unsigned}.{payload}."),
        format!("{unsigned}.{payload}.{tag}"),
        good.replace('.', ","),
        format!(" {good}"),
        "é.é.é".to_owned(),
        "a".repeat(MAX_TOKEN_BYTES + 1),
    ];
    for token in cases {
        assert_eq!(verify(&token), Err(TokenFault::Invalid), "{token}");
    }
    for length in 0..good.len() {
        assert_eq!(verify(&good[..length]), Err(TokenFault::Invalid), "{length} bytes");
    }
}

#[test]
fn another_key_does_not_verify() {
    let token = sign(&header(), &payload(), &[9; 32]);
    assert_eq!(verify(&token), Err(TokenFault::Invalid));
}

#[test]
fn no_flipped_bit_verifies() {
    let good = issuer().issue(claims()).into_bytes();
    let mut state = 0x2545_f491_4f6c_dd1d_u64; // xorshift64: the same flips in every run.
    for _ in 0..1000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bit = usize::try_from(state % (good.len() as u64 * 8)).unwrap();
        let mut token = good.clone();
        token[bit / 8] ^= 1 << (bit % 8);
        let token = String::from_utf8_lossy(&token);
        assert_eq!(verify(&token), Err(TokenFault::Invalid), "bit {bit}");
    }
}
