//! More requests than the server takes: the rest is told to come back, what was taken is done, and memory stays flat.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod common;

use common::process::ServerProcess;
use futures_util::future::join_all;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

const CLIENTS: usize = 150;
const ROUNDS: usize = 4;
/// What buffers of so many connections may take, and far less than so many requests would.
const MAX_GROWTH_BYTES: u64 = 32 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_turned_away_and_what_was_taken_is_done() {
    let roles = "gateway,bucket,engine,callbacks,sweeper";
    let arguments = ["--roles", roles, "--max-concurrent", "8", "--partner-rate", "300"];
    let server =
        ServerProcess::start(&arguments, &[("RUST_LOG", "warn,facematch_host=info")]).await;
    let http = Client::new();
    let token = token(&http, &server).await;

    burst(&http, &server, &token, 1).await;
    let before = server.resident_bytes();
    let start = Instant::now();
    let answers = burst(&http, &server, &token, ROUNDS).await;
    let (after, took) = (server.resident_bytes(), start.elapsed());

    let mut by_status = BTreeMap::<u16, usize>::new();
    for (status, _) in &answers {
        *by_status.entry(*status).or_default() += 1;
    }
    println!("{} requests from {CLIENTS} clients in {took:?}: {by_status:?}", answers.len());
    println!("memory of the server before {before:?}, after {after:?} bytes");
    assert!(by_status.keys().all(|status| [201, 429, 503].contains(status)), "{by_status:?}");
    for status in [201, 429, 503] {
        assert!(by_status.contains_key(&status), "{status} was never answered: {by_status:?}");
    }
    if let (Some(before), Some(after)) = (before, after) {
        assert!(after < before + MAX_GROWTH_BYTES, "{before} → {after}");
    }
    let taken = answers.into_iter().filter_map(|(_, id)| id);
    all_are_there(&server, &taken.collect::<Vec<_>>()).await;
}

async fn token(http: &Client, server: &ServerProcess) -> String {
    let request = http
        .post(format!("{}/v1/token", server.api))
        .basic_auth(&server.credentials.client_id, Some(&server.credentials.client_secret))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// So many creates from each client, one after the other, each again until the server has room for it: status, and id of
/// what was taken.
async fn burst(
    http: &Client,
    server: &ServerProcess,
    token: &str,
    rounds: usize,
) -> Vec<(u16, Option<String>)> {
    let client = |client: usize| async move {
        let mut answers = Vec::new();
        for round in 0..rounds {
            let key = format!("{rounds}-{client}-{round}");
            loop {
                answers.push(answer(create(http, server, token, &key)).await);
                if answers.last().is_none_or(|(status, _)| *status != 503) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        answers
    };
    join_all((0..CLIENTS).map(client)).await.concat()
}

fn create(http: &Client, server: &ServerProcess, token: &str, key: &str) -> RequestBuilder {
    let image = |role: &str| json!({ "role": role, "contentType": "image/jpeg", "sizeBytes": 3, "sha256": "ab".repeat(32) });
    let body = json!({ "mode": "selfie_to_id", "images": [image("selfie"), image("id_portrait")] });
    let request = http.post(format!("{}/v1/submissions", server.api)).bearer_auth(token);
    request.header("idempotency-key", key).json(&body)
}

async fn answer(request: RequestBuilder) -> (u16, Option<String>) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let retry_after = response.headers().contains_key("retry-after");
    let is_problem = response.headers()["content-type"] == "application/problem+json";
    let body: Value = response.json().await.unwrap();
    if status == 201 {
        return (status, body["correlationId"].as_str().map(str::to_owned));
    }
    assert!(is_problem && retry_after && body["retryable"] == true, "{body}");
    (status, None)
}

async fn all_are_there(server: &ServerProcess, taken: &[String]) {
    let path = server.data.path().join("facematch.sqlite");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    for id in taken {
        let find = sqlx::query_scalar("SELECT count(*) FROM submissions WHERE id = $1").bind(id);
        let found: i64 = find.fetch_one(&pool).await.unwrap();
        assert_eq!(found, 1, "{id} was acknowledged");
    }
    pool.close().await;
}
