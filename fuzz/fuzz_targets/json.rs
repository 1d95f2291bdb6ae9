//! Any bytes as a request's body, or as what our parts say to one another. The first byte says where they go.

#![no_main]

use facematch_contract::engine::{
    Authenticate, FoundSubmissions, Lookup, MissingUploads, NewBaseline, NewSubmission,
    StoredSubmission, Subject,
};
use facematch_contract::limits::{
    IMAGE_TYPES, MAX_BODY_BYTES, MAX_IMAGE_BYTES, MAX_REFERENCE_CHARS,
};
use facematch_contract::{CreateSubmission, Problem, RegisterBaseline};
use facematch_fuzz::{PublicApi, seeds};
use http::Request;
use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fuzz_target!(init: begin(), |bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    match first {
        b'b' => try_baseline(body),
        b't' => try_form(body),
        b'c' => try_contract(body),
        _ => try_submission(body),
    }
});

/// Were the good bodies refused, nothing would be tried.
fn begin() {
    let good = PublicApi::good_submission();
    let answer = PublicApi::new().send_json(("POST", "/v1/submissions"), good.as_bytes());
    assert_eq!(answer.status(), 201);
    seeds::write(bodies());
}

fn try_submission(body: &[u8]) {
    let api = PublicApi::new();
    let line = ("POST", "/v1/submissions");
    let answer = api.send_json(line, body);
    if answer.status() != 201 {
        return assert!([400, 413, 422].contains(&answer.status().as_u16()));
    }
    assert!(body.len() <= MAX_BODY_BYTES);
    check_limits(&api.stored());
    let again = api.send_json(line, body);
    assert_eq!(answer.body(), again.body(), "a replay has the same answer");
}

/// What is stored keeps to the contract, as it says it in words.
fn check_limits(stored: &CreateSubmission) {
    assert_eq!(stored.images.len(), stored.mode.roles().len());
    for image in &stored.images {
        assert!(IMAGE_TYPES.contains(&image.content_type.as_str()));
        assert!((1..=MAX_IMAGE_BYTES).contains(&image.size_bytes));
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        assert!(image.sha256.len() == 64 && image.sha256.bytes().all(is_digit));
    }
    let names = [&stored.subject, &stored.reference, &stored.consent_ref];
    for name in names.into_iter().flatten() {
        assert!((1..=MAX_REFERENCE_CHARS).contains(&name.chars().count()));
    }
    if let Some(policy) = stored.policy {
        assert!(policy.match_fmr > 0.0 && policy.match_fmr <= policy.review_fmr);
    }
}

fn try_baseline(body: &[u8]) {
    let answer = PublicApi::new().send_json(("PUT", "/v1/baselines/s1"), body);
    let is_read = serde_json::from_slice::<RegisterBaseline>(body).is_ok();
    assert_eq!(answer.status() == 200, is_read && body.len() <= MAX_BODY_BYTES);
}

fn try_form(body: &[u8]) {
    let api = PublicApi::new();
    let request = Request::post("/v1/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.to_vec())
        .expect("a request");
    if api.send(request).status() != 200 {
        return;
    }
    // Another reader of forms finds the same credentials in it.
    let pairs: Vec<_> = form_urlencoded::parse(body).collect();
    let value = |name: &str| {
        let mut found = pairs.iter().filter(|pair| pair.0 == name).map(|pair| pair.1.as_ref());
        (found.next(), found.next())
    };
    let client = value("client_id").0.expect("a client").to_owned();
    assert!(["p1", "p2"].contains(&client.as_str()));
    assert_eq!(value("client_secret"), (Some(format!("s-{client}").as_str()), None));
    assert_eq!(value("grant_type"), (Some("client_credentials"), None));
}

/// What is read is written so that it is read again.
fn try_contract(body: &[u8]) {
    same_again::<CreateSubmission>(body);
    same_again::<RegisterBaseline>(body);
    same_again::<Problem>(body);
    same_again::<NewSubmission>(body);
    same_again::<NewBaseline>(body);
    same_again::<StoredSubmission>(body);
    same_again::<FoundSubmissions>(body);
    same_again::<MissingUploads>(body);
    same_again::<Authenticate>(body);
    same_again::<Subject>(body);
    same_again::<Lookup>(body);
}

fn same_again<T: Serialize + DeserializeOwned>(body: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(body) else { return };
    let once = serde_json::to_string(&value).expect("JSON");
    let again: T = serde_json::from_str(&once).expect("what we write we can read");
    assert_eq!(serde_json::to_string(&again).expect("JSON"), once);
}

fn bodies() -> Vec<String> {
    let good = PublicApi::good_submission();
    let mut full: Value = serde_json::from_str(&good).expect("JSON");
    for (name, value) in [
        ("subject", json!("customer 7")),
        ("reference", json!("order 1")),
        ("consentRef", json!("consent-1")),
        ("callbackUrl", json!("https://hooks.example.com/x")),
        ("policy", json!({"matchFmr": 1e-4, "reviewFmr": 1e-2})),
    ] {
        full[name] = value;
    }
    let id = "019a0000-0000-7000-8000-000000000001";
    let register = json!({"correlationId": id});
    let stored = json!({
        "correlation_id": id, "partner_id": "p1", "allowed_origins": [], "mode": "selfie_to_id",
        "state": "awaiting_upload", "images": [], "created_at": 1, "updated_at": 1, "expires_at": 2
    });
    let problem = Problem::new(facematch_contract::ErrorCode::InvalidClient);
    let form = "client_id=p1&client_secret=s-p1&scope=submissions%3Aread";
    vec![
        format!("s{good}"),
        format!("s{full}"),
        format!("s{}", full.to_string().replace("selfie_to_id", "selfie_to_baseline")),
        format!("b{register}"),
        format!("tgrant_type=client_credentials&{form}"),
        format!("tgrant_type=client_credentials&{}", form.replace("p1", "p2")),
        format!("c{full}"),
        format!("c{register}"),
        format!("c{stored}"),
        format!("c{}", serde_json::to_string(&problem).expect("JSON")),
        format!("c{}", json!({"client_id": "p1", "client_secret": "s"})),
        format!("c{}", json!({"reference": "order 1", "limit": 20, "after": id})),
        format!("c{}", json!({"submission": stored, "missing": ["selfie"]})),
    ]
}
