//! What the pages call: onboarding, result, customer, step-up; each visitor in a session of its own.

use crate::world::{Visitor, WEBHOOK_SECRET, World, begin, refusal};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use facematch_contract::{Mode, Role};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant, SystemTime},
};

const SELFIE: &[u8] = b"\xff\xd8 a selfie";

#[tokio::test]
async fn onboarding_gives_the_page_what_it_needs_and_no_secret() {
    let world = World::start().await;
    let visitor = world.visitor();
    let body = begin(&[(Role::IdPortrait, b"card"), (Role::Selfie, SELFIE)]);
    let response = visitor.post("/api/onboarding", &body).await;
    assert_eq!(response.status(), 201);
    let text = response.text().await.unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["apiUrl"], world.api.url());
    assert_eq!(answer["clientToken"], "browser-token");
    let roles: Vec<_> = answer["uploads"].as_array().unwrap().iter().map(|u| &u["role"]).collect();
    assert_eq!(roles, ["id_portrait", "selfie"]);
    for secret in ["partner-token", "the-client-secret", "whsec_"] {
        assert!(!text.contains(secret), "{secret}");
    }

    visitor.onboard(SELFIE).await;
    assert_eq!(world.api.tokens.load(Ordering::SeqCst), 1, "the token is cached");
    let created = world.api.created.lock().unwrap();
    assert_eq!(created[0].mode, Mode::SelfieToId);
    let callback = created[0].callback_url.as_deref();
    assert_eq!(callback, Some(format!("{}/callback", world.site.url()).as_str()));
    assert!(created[0].consent_ref.is_some());
    assert_ne!(created[0].reference, created[1].reference);
}

#[tokio::test]
async fn a_page_that_begins_wrong_is_told_why() {
    let world = World::start().await;
    let visitor = world.visitor();
    let both = begin(&[(Role::Selfie, SELFIE), (Role::IdPortrait, b"card")]);
    let mut refused = both.clone();
    refused["consent"] = json!(false);
    let large = json!({ "consent": true, "images": [], "padding": "x".repeat(20_000) });
    let cases = [
        (refused, (422, "no_consent")),
        (begin(&[(Role::Selfie, SELFIE)]), (422, "wrong_photos")),
        (begin(&[(Role::Selfie, SELFIE), (Role::Selfie, b"two")]), (422, "wrong_photos")),
        (json!({ "images": [] }), (422, "malformed_request")),
        (json!([]), (422, "malformed_request")),
        (large, (413, "body_too_large")),
    ];
    for (body, (status, code)) in cases {
        let response = visitor.post("/api/onboarding", &body).await;
        assert_eq!(refusal(response).await, (status, code.to_owned()), "{body:.80}");
    }
    let text = visitor.request(Method::POST, "/api/onboarding").body("words");
    assert_eq!(refusal(visitor.send(text).await).await.0, 415);
    assert!(world.api.created.lock().unwrap().is_empty());
}

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let world = World::start().await;
    let visitor = world.visitor();
    let both = begin(&[(Role::Selfie, SELFIE), (Role::IdPortrait, b"card")]);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://elsewhere.example"),
        ("origin", "null"),
    ] {
        let request = visitor.request(Method::POST, "/api/onboarding").header(name, value);
        let response = visitor.send(request.json(&both)).await;
        assert_eq!(refusal(response).await, (403, "other_site".to_owned()), "{name}: {value}");
    }
    assert!(world.api.created.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_apis_refusals_arrive_without_its_secrets() {
    let world = World::start().await;
    let both = begin(&[(Role::Selfie, SELFIE), (Role::IdPortrait, b"card")]);
    let cases = [
        // Ours to mend, not the visitor's: the page need not know more than that it is not its fault.
        ("invalid_client", 502, false),
        ("invalid_request", 422, false),
        ("engine_unavailable", 503, true),
    ];
    for (code, status, retryable) in cases {
        *world.api.refuses.lock().unwrap() = Some(code);
        let response = world.visitor().post("/api/onboarding", &both).await;
        assert_eq!(response.status(), status, "{code}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!((&problem["code"], &problem["retryable"]), (&json!(code), &json!(retryable)));
    }
}

#[tokio::test]
async fn a_result_is_shown_to_its_own_visitor_alone() {
    let world = World::start().await;
    world.api.ended.store(true, Ordering::SeqCst);
    let (anna, budi) = (world.visitor(), world.visitor());
    let id = anna.onboard(SELFIE).await;
    budi.onboard(b"another selfie").await;
    let path = format!("/api/results/{id}");
    let own: Value = anna.get(&path).await.json().await.unwrap();
    assert_eq!(own["result"]["decision"], "match");
    assert_eq!(own["result"]["pad"]["status"], "not_performed");
    assert_eq!(own["callback"], false);
    let unknown = (404, "submission_not_found".to_owned());
    assert_eq!(refusal(budi.get(&path).await).await, unknown);
    assert_eq!(refusal(world.visitor().get(&path).await).await, unknown);
    assert_eq!(refusal(anna.get("/api/results/no-id").await).await, unknown);
    assert_eq!(refusal(anna.get(&format!("{path}?wait=long")).await).await.0, 400);
}

#[tokio::test]
async fn a_wait_ends_with_the_signed_callback_or_with_its_time() {
    let world = World::start().await;
    let visitor = world.visitor();
    let id = visitor.onboard(SELFIE).await;
    let early = visitor.get(&format!("/api/results/{id}?wait=0")).await;
    assert_eq!(early.status(), 202);

    assert_eq!(callback(&visitor, &id, "whsec_AAAA").await, 400, "a forged callback");
    assert_eq!(visitor.get(&format!("/api/results/{id}?wait=0")).await.status(), 202);

    let path = format!("/api/results/{id}?wait=20");
    let start = Instant::now();
    let (shown, ()) = tokio::join!(visitor.get(&path), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(callback(&visitor, &id, WEBHOOK_SECRET).await, 204);
    });
    assert!(start.elapsed() < Duration::from_secs(5), "the poll alone would have gone on");
    let shown: Value = shown.json().await.unwrap();
    assert_eq!((&shown["callback"], &shown["result"]["decision"]), (&json!(true), &json!("match")));
}

#[tokio::test]
async fn only_the_selfie_that_matched_makes_a_customer() {
    let world = World::start().await;
    let (anna, budi) = (world.visitor(), world.visitor());
    let id = anna.onboard(SELFIE).await;
    let path = format!("/api/customers?correlationId={id}");
    let not_a_match = (409, "not_a_match".to_owned());
    assert_eq!(
        refusal(anna.post_photo(&path, SELFIE.into()).await).await,
        not_a_match,
        "no result"
    );
    world.api.ended.store(true, Ordering::SeqCst);
    let unknown = (404, "submission_not_found".to_owned());
    assert_eq!(refusal(budi.post_photo(&path, SELFIE.into()).await).await, unknown);
    let other = anna.post_photo(&path, b"another face".into()).await;
    assert_eq!(refusal(other).await, (422, "other_selfie".to_owned()));
    let large = anna.post_photo(&path, vec![0; 1024 * 1024 + 1]).await;
    assert_eq!(refusal(large).await, (413, "body_too_large".to_owned()));
    let nameless = anna.post_photo("/api/customers", SELFIE.into()).await;
    assert_eq!(refusal(nameless).await, (400, "malformed_request".to_owned()));
    assert_eq!(anna.post_photo(&path, SELFIE.into()).await.status(), 201);

    *world.api.decision.lock().unwrap() = Some("review");
    let id = anna.onboard(SELFIE).await;
    let path = format!("/api/customers?correlationId={id}");
    assert_eq!(refusal(anna.post_photo(&path, SELFIE.into()).await).await, not_a_match);
}

#[tokio::test]
async fn step_up_compares_with_the_stored_selfie_which_stays_here() {
    let world = World::start().await;
    world.api.ended.store(true, Ordering::SeqCst);
    let (anna, budi) = (world.visitor(), world.visitor());
    let customer = anna.enrol(SELFIE).await;
    budi.onboard(b"another selfie").await;
    let current: Value = anna.get("/api/customers/current").await.json().await.unwrap();
    assert_eq!(current["customer"], customer);
    let stored = format!("/api/customers/{customer}/selfie");
    let response = anna.get(&stored).await;
    assert_eq!(response.headers()["content-type"], "image/jpeg");
    assert_eq!(response.bytes().await.unwrap(), SELFIE);

    let mut body = begin(&[(Role::Selfie, b"a new selfie")]);
    body["customer"] = json!(customer);
    let unknown = (404, "customer_not_found".to_owned());
    assert_eq!(refusal(budi.post("/api/step-up", &body).await).await, unknown);
    assert_eq!(refusal(budi.get(&stored).await).await, unknown);
    let nobody: Value = budi.get("/api/customers/current").await.json().await.unwrap();
    assert_eq!(nobody, json!({ "customer": null }));

    let response = anna.post("/api/step-up", &body).await;
    assert_eq!(response.status(), 201);
    let answer: Value = response.json().await.unwrap();
    let roles: Vec<_> = answer["uploads"].as_array().unwrap().iter().map(|u| &u["role"]).collect();
    assert_eq!(roles, ["selfie"], "the page uploads its own photo only");
    let uploaded = world.api.uploaded.lock().unwrap();
    assert_eq!(*uploaded, [("reference_selfie".to_owned(), SELFIE.into())]);
}

/// Face Match's callback about a submission, signed with `secret`; gives the status of the answer.
async fn callback(visitor: &Visitor<'_>, id: &str, secret: &str) -> u16 {
    let body = json!({
        "type": "submission.completed", "timestamp": "2026-11-24T06:13:58.200Z",
        "correlationId": id, "state": "completed",
    });
    let body = body.to_string();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let time = now.as_secs().to_string();
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(format!("msg_1.{time}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    let request = visitor.request(Method::POST, "/callback").header("webhook-id", "msg_1");
    let request = request.header("webhook-timestamp", time).header("webhook-signature", signature);
    visitor.send(request.body(body)).await.status().as_u16()
}
