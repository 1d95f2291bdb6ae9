//! Nothing that opens a door, and no photo, is in what the server prints or tells its monitoring, however much it prints.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod common;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{people, process::ServerProcess};
use facematch_contract::{CreateSubmission, CreatedSubmission, Mode};
use facematch_host::Keys;
use facematch_partner::{PhotoFile, Receiver, WebhookSecret};
use reqwest::{Client, Method};
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};
use tokio::net::TcpListener;

/// In the path of a request, which is logged: that it is found shows that the search finds.
const PLANTED: &str = "planted-secret-4711";

/// What must not be printed, and what it is.
type Secrets = Vec<(String, String)>;

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_printed_at_any_level() {
    // Whatever goes to a proxy would be seen by it.
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy_url = format!("http://{}", proxy.local_addr().unwrap());
    let here = match (common::models_are_here(), photos()) {
        (true, Some(photos)) => Some(photos),
        _ => None,
    };
    let roles: &[&str] =
        if here.is_some() { &[] } else { &["--roles", "gateway,bucket,engine,callbacks,sweeper"] };
    let environment =
        [("RUST_LOG", "trace"), ("HTTP_PROXY", &*proxy_url), ("http_proxy", &*proxy_url)];
    let server = ServerProcess::start(roles, &environment).await;
    let photos = here.clone().unwrap_or_else(|| [photo("a"), photo("b")]);

    let mut secrets = keys_of(&server);
    secrets.extend(photo_secrets(&photos));
    secrets.extend(flow(&server, &photos, here.is_some()).await);
    let metrics = Client::new().get(&server.metrics).send().await.unwrap().text().await.unwrap();
    has_the_metrics(&metrics, here.is_some());

    let printed = server.printed();
    for level in ["TRACE", "DEBUG", "INFO"] {
        let count = printed.matches(&format!("\"level\":\"{level}\"")).count();
        println!("lines of level {level}: {count}");
        assert!(count > 10, "{level} is not on");
    }
    let all = printed + "\n" + &metrics;
    assert!(all.contains(PLANTED), "the search does not find what is there");
    assert!(secrets.len() > 20, "{} secrets", secrets.len());
    let mut found = BTreeSet::new();
    for (what, secret) in &secrets {
        assert!(secret.len() >= 16, "{what} is too short to be searched for");
        let lines = all.lines().filter(|line| line.contains(secret.as_str()));
        found.extend(lines.map(|line| format!("{what} by {}", target_of(line))));
    }
    assert!(found.is_empty(), "{found:#?}");
    let nobody = tokio::time::timeout(Duration::from_millis(100), proxy.accept()).await;
    assert!(nobody.is_err(), "something went to the proxy");
}

/// Who has printed a line.
fn target_of(line: &str) -> String {
    let line = serde_json::from_str::<Value>(line).unwrap_or_default();
    line["target"].as_str().unwrap_or("the metrics, or no log").to_owned()
}

fn photos() -> Option<[PhotoFile; 2]> {
    people().map(|[photo, same, _]| [photo, same])
}

fn photo(name: &str) -> PhotoFile {
    PhotoFile::from_bytes(format!("{name}.jpg"), name.repeat(2000).into_bytes())
}

/// All that is in `keys.toml`.
fn keys_of(server: &ServerProcess) -> Secrets {
    let keys = Keys::load(server.data.path()).unwrap();
    let token_keys = keys.token_keys.iter().map(|key| key.split_once(':').unwrap().1.to_owned());
    let mut secrets: Secrets = token_keys.map(|key| ("token key".to_owned(), key)).collect();
    secrets.push(("engine secret".to_owned(), keys.engine_secret));
    secrets.push(("upload key".to_owned(), keys.upload.secret_key));
    secrets.push(("engine key".to_owned(), keys.engine.secret_key));
    secrets.push(("client secret".to_owned(), server.credentials.client_secret.clone()));
    let basic = format!("{}:{}", server.credentials.client_id, server.credentials.client_secret);
    secrets.push(("Basic credentials".to_owned(), STANDARD.encode(basic)));
    let webhook = server.credentials.webhook_secret.strip_prefix("whsec_").unwrap();
    secrets.push(("webhook secret".to_owned(), webhook.to_owned()));
    secrets
}

/// Pieces of the photos, as bytes are printed: as text, in base64, in hexadecimal digits and as a list of numbers.
fn photo_secrets(photos: &[PhotoFile]) -> Secrets {
    let mut secrets = Secrets::new();
    for photo in photos {
        for from in (300..photo.bytes.len() - 48).step_by(photo.bytes.len() / 5) {
            let piece = &photo.bytes[from / 3 * 3..from / 3 * 3 + 24];
            let what = |how: &str| format!("{} as {how}", photo.name);
            secrets.push((what("base64"), STANDARD.encode(piece)));
            secrets.push((what("hex"), piece.iter().map(|byte| format!("{byte:02x}")).collect()));
            let numbers: Vec<_> = piece.iter().map(u8::to_string).collect();
            secrets.push((what("numbers"), numbers.join(", ")));
            secrets.push((what("escaped text"), piece.escape_ascii().to_string()));
        }
    }
    secrets
}

/// Goes the whole way once, and says every secret that it came by.
async fn flow(server: &ServerProcess, photos: &[PhotoFile; 2], is_matched: bool) -> Secrets {
    let http = Client::new();
    let webhook = WebhookSecret::parse(&server.credentials.webhook_secret).unwrap();
    let receiver = Receiver::start(webhook).await.unwrap();
    let credentials = &server.credentials;
    let token = http
        .post(format!("{}/v1/token", server.api))
        .basic_auth(&credentials.client_id, Some(&credentials.client_secret))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let token: Value = token.send().await.unwrap().json().await.unwrap();
    let token = token["access_token"].as_str().unwrap().to_owned();

    let images = Mode::SelfieToSelfie.roles().iter().zip(photos);
    let submission = CreateSubmission {
        mode: Mode::SelfieToSelfie,
        images: images.map(|(role, photo)| photo.declare(*role)).collect(),
        subject: None,
        reference: Some("reference-of-a-person-0815".to_owned()),
        consent_ref: Some("consent-of-a-person-0815".to_owned()),
        callback_url: Some(format!("{}?token=secret-of-the-receiver", receiver.url())),
        policy: None,
    };
    let create = http.post(format!("{}/v1/submissions", server.api)).bearer_auth(&token);
    let create = create.header("idempotency-key", "idempotency-key-0815").json(&submission);
    let created: CreatedSubmission = create.send().await.unwrap().json().await.unwrap();
    let mut secrets = vec![
        ("access token".to_owned(), token.clone()),
        ("signature of the access token".to_owned(), signature_of(&token)),
        ("browser token".to_owned(), created.client_token.clone()),
        ("signature of the browser token".to_owned(), signature_of(&created.client_token)),
        ("reference".to_owned(), "reference-of-a-person-0815".to_owned()),
        ("subject".to_owned(), "subject-of-a-person-0815".to_owned()),
        ("consent reference".to_owned(), "consent-of-a-person-0815".to_owned()),
        ("query of the callback URL".to_owned(), "secret-of-the-receiver".to_owned()),
    ];
    for (target, photo) in created.uploads.iter().zip(photos) {
        let (_, query) = target.url.split_once('?').unwrap();
        let (_, signature) = query.split_once("X-Amz-Signature=").unwrap();
        secrets.push(("presigned query".to_owned(), query.to_owned()));
        secrets.push(("presigned signature".to_owned(), signature.to_owned()));
        let mut put = http.put(&target.url).body(photo.bytes.clone());
        for (name, value) in &target.headers {
            put = put.header(name, value);
        }
        assert_eq!(put.send().await.unwrap().status(), 200);
    }
    let id = created.correlation_id;
    let call = |method, path: String| {
        http.request(method, format!("{}{path}", server.api)).bearer_auth(&token)
    };
    let confirm = call(Method::POST, format!("/v1/submissions/{id}/confirm"));
    assert_eq!(confirm.send().await.unwrap().status(), 202);
    if is_matched {
        assert!(receiver.wait(id, Duration::from_secs(120)).await.is_some(), "a callback comes");
        let result = call(Method::GET, format!("/v1/submissions/{id}/result"));
        assert_eq!(result.send().await.unwrap().status(), 200);
    }
    // What is refused may be printed in more detail than what is not.
    let calls = [
        call(Method::GET, "/v1/submissions?reference=reference-of-a-person-0815".to_owned()),
        call(Method::GET, format!("/v1/submissions/{id}?wait=secret-in-a-query-0815")),
        call(Method::GET, format!("/v1/{PLANTED}")),
        call(Method::GET, "/v1/baselines/subject-of-a-person-0815".to_owned()),
        http.put(created.uploads[0].url.replace("/selfie?", "/another?")).body("x"),
        http.put(&created.uploads[0].url).body("x"),
        call(Method::GET, format!("/v1/submissions/{id}/callbacks")),
        call(Method::DELETE, format!("/v1/submissions/{id}")),
        http.get(format!("{}/v1/submissions/{id}", server.api)).bearer_auth(format!("{token}x")),
    ];
    for request in calls {
        request.send().await.unwrap();
    }
    secrets.push(("a query".to_owned(), "secret-in-a-query-0815".to_owned()));
    secrets
}

fn signature_of(token: &str) -> String {
    token.rsplit('.').next().unwrap().to_owned()
}

/// The control of the metrics: they are there, and they count.
fn has_the_metrics(metrics: &str, is_matched: bool) {
    let mut wanted = vec![
        r#"facematch_http_requests_total{method="POST",route="/v1/submissions",status="201"} 1"#,
        r#"facematch_http_requests_total{method="GET",route="none",status="404"} 1"#,
        r#"facematch_http_request_seconds_count{route="/v1/token"} 1"#,
        r#"facematch_bucket_requests_total{method="PUT",status="200"} 2"#,
        "facematch_queue_age_seconds",
        "facematch_lease_expiries_total 0",
        "facematch_dead_letters_total 0",
        "facematch_outbox_age_seconds",
        "facematch_retention_lag_seconds",
        "# EOF",
    ];
    if is_matched {
        wanted.push(r#"facematch_match_stage_seconds_count{stage="embed"} 1"#);
        wanted.push(r#"facematch_callbacks_total{outcome="delivered"} 1"#);
        wanted.push(r#"facematch_decisions_total{decision="match"} 1"#);
    }
    for line in wanted {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_api_serves_no_metrics() {
    let roles = ["--roles", "gateway,bucket,engine"];
    let server = ServerProcess::start(&roles, &[]).await;
    let get = |url: String| async move { Client::new().get(url).send().await.unwrap().status() };
    assert_eq!(get(format!("{}/metrics", server.api)).await, 404);
    assert_eq!(get(server.metrics.clone()).await, 200);
    assert_eq!(get(server.metrics.replace("/metrics", "/")).await, 404);
}
