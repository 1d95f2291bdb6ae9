//! What a request costs in the gateway component, against the same domain code called natively.
//!
//! `cargo xtask bench gateway` runs it, on Linux. Each gateway is behind hyper on a thread of its own, whose processor time
//! is read; the engine behind both is the same few lines, so nothing waits for a disk. Batches take turns. The call
//! alone, without HTTP, is timed too: there the native code has next to nothing to do.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[path = "gateway_cost/engine.rs"]
mod engine;
#[path = "gateway_cost/http.rs"]
mod http;
#[path = "gateway_cost/native.rs"]
mod native;
#[path = "gateway_cost/wasm.rs"]
mod wasm;

use self::http::{Answer, Client};
use ::http::Request;
use facematch_contract::CreatedSubmission;
use native::Native;
use std::{hint::black_box, time::Instant};
use wasm::Wasm;

/// Requests of one kind, sent again and again.
struct Case {
    name: &'static str,
    request: Request<Vec<u8>>,
}

const BATCHES: usize = 31;
const REQUESTS: usize = 200;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (native, wasm) = runtime.block_on(async { (Native::new(), Wasm::new()) });
    let cases = runtime.block_on(cases(&native));
    let together = http::CONNECTIONS;
    println!(
        "{BATCHES} batches of {REQUESTS} requests in turns, over HTTP {together} at a time; median µs per request (quartiles)\n"
    );
    heading("HTTP request, processor time of the server");
    let (mut natively, mut in_wasm) = (Client::of(Native::new), Client::of(Wasm::new));
    // Each server keeps a submission of its own, which the native one's token opens at both.
    for case in &cases {
        let batch = |client: &mut Client| {
            let start = client.server_us();
            for _ in 0..REQUESTS / http::CONNECTIONS {
                client.send(&case.request);
            }
            client.server_us() - start
        };
        row(case.name, || batch(&mut natively), || batch(&mut in_wasm));
    }
    println!();
    heading("call alone");
    for case in &cases {
        let native = || runtime.block_on(called(&native, &case.request));
        row(case.name, native, || runtime.block_on(called(&wasm, &case.request)));
    }
}

fn heading(what: &str) {
    println!("| {what} | native | wasm component | ratio |\n|---|---|---|---|");
}

/// A batch of calls, in microseconds.
async fn called(gateway: &impl Answer, request: &Request<Vec<u8>>) -> f64 {
    let start = Instant::now();
    for _ in 0..REQUESTS {
        let response = black_box(gateway.answer(request.clone()).await);
        assert!(response.status().is_success(), "{}", response.status());
    }
    start.elapsed().as_secs_f64() * 1e6
}

/// Lets both take turns and prints their medians.
fn row(name: &str, mut native: impl FnMut() -> f64, mut wasm: impl FnMut() -> f64) {
    let (mut natively, mut in_wasm) = (vec![], vec![]);
    for _ in 0..BATCHES {
        natively.push(native());
        in_wasm.push(wasm());
    }
    let (a, b) = (quartiles(&mut natively), quartiles(&mut in_wasm));
    println!("| {name} | {} | {} | {:.1} |", text(a), text(b), b[1] / a[1]);
}

async fn cases(native: &Native) -> Vec<Case> {
    let post = |path: &str| Request::post(format!("http://gateway.invalid{path}"));
    let form = "grant_type=client_credentials&client_id=p1&client_secret=a-secret-of-some-length";
    let token = post("/v1/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.as_bytes().to_vec())
        .unwrap();
    let answer: serde_json::Value =
        serde_json::from_slice(native.answer(token.clone()).await.body()).unwrap();
    let bearer = format!("Bearer {}", answer["access_token"].as_str().unwrap());
    let create = post("/v1/submissions")
        .header("authorization", &bearer)
        .header("content-type", "application/json")
        .header("idempotency-key", "one")
        .body(engine::submission_body())
        .unwrap();
    let created: CreatedSubmission =
        serde_json::from_slice(native.answer(create.clone()).await.body()).unwrap();
    let get = |path: &str| {
        let request = Request::get(format!("http://gateway.invalid{path}"));
        request.header("authorization", &bearer).body(vec![]).unwrap()
    };
    let status = get(&format!("/v1/submissions/{}", created.correlation_id));
    vec![
        Case { name: "GET /healthz", request: get("/healthz") },
        Case { name: "POST /v1/token", request: token },
        Case { name: "POST /v1/submissions, two presigned URLs", request: create },
        Case { name: "GET /v1/submissions/{id}", request: status },
    ]
}

/// Microseconds for one request.
fn quartiles(batches: &mut [f64]) -> [f64; 3] {
    batches.sort_by(f64::total_cmp);
    [1, 2, 3].map(|part| batches[batches.len() * part / 4] / REQUESTS as f64)
}

fn text([low, middle, high]: [f64; 3]) -> String {
    format!("{middle:.1} ({low:.1}–{high:.1})")
}
