//! Face Match as the website sees it: it stores nothing and decides what it is told to.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post, put},
};
use facematch_contract::{CorrelationId, CreateSubmission};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tokio::net::TcpListener;

const TIME: &str = "2026-11-24T06:13:56.000Z";

/// What the tests look at and set.
#[derive(Default)]
pub(crate) struct FakeApi {
    pub(crate) address: Option<SocketAddr>,
    pub(crate) created: Mutex<Vec<CreateSubmission>>,
    pub(crate) uploaded: Mutex<Vec<(String, Bytes)>>,
    pub(crate) tokens: AtomicU64,
    /// Whether submissions have ended.
    pub(crate) ended: AtomicBool,
    /// What is decided; `match` when empty.
    pub(crate) decision: Mutex<Option<&'static str>>,
    /// Refuses what is created, with this code.
    pub(crate) refuses: Mutex<Option<&'static str>>,
}

impl FakeApi {
    pub(crate) async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = Some(listener.local_addr().unwrap());
        let api = Arc::new(Self { address, ..Self::default() });
        let app = Router::new()
            .route("/v1/token", post(token))
            .route("/v1/submissions", post(create))
            .route("/v1/submissions/{id}", get(status))
            .route("/v1/submissions/{id}/result", get(result))
            .route("/up/{id}/{role}", put(upload))
            .with_state(api.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        api
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address.unwrap())
    }

    fn state(&self) -> &'static str {
        if self.ended.load(Ordering::SeqCst) { "completed" } else { "queued" }
    }
}

async fn token(State(api): State<Arc<FakeApi>>) -> Json<Value> {
    api.tokens.fetch_add(1, Ordering::SeqCst);
    Json(json!({
        "access_token": "partner-token", "token_type": "Bearer", "expires_in": 1800, "scope": "",
    }))
}

async fn create(
    State(api): State<Arc<FakeApi>>,
    Json(submission): Json<CreateSubmission>,
) -> axum::response::Response {
    if let Some(code) = *api.refuses.lock().unwrap() {
        let code = serde_json::from_value::<facematch_contract::ErrorCode>(code.into()).unwrap();
        let problem = facematch_contract::Problem::new(code);
        let status = StatusCode::from_u16(problem.status).unwrap();
        return (status, Json(problem)).into_response();
    }
    let number = api.created.lock().unwrap().len() as u64;
    let id = CorrelationId::from_parts(1_795_000_000_000 + number, &[7; 10]);
    let uploads = submission.images.iter().map(|image| {
        let role = image.role.as_str();
        let url = format!("{}/up/{id}/{role}?X-Amz-Signature=presigned", api.url());
        json!({ "role": role, "method": "PUT", "url": url, "headers": {}, "expiresAt": TIME })
    });
    let answer = json!({
        "correlationId": id, "state": "awaiting_upload", "uploads": uploads.collect::<Vec<_>>(),
        "clientToken": "browser-token", "expiresAt": TIME,
    });
    api.created.lock().unwrap().push(submission);
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn upload(
    State(api): State<Arc<FakeApi>>,
    Path((_, role)): Path<(String, String)>,
    body: Bytes,
) {
    api.uploaded.lock().unwrap().push((role, body));
}

async fn status(State(api): State<Arc<FakeApi>>, Path(id): Path<String>) -> Json<Value> {
    Json(json!({
        "correlationId": id, "mode": "selfie_to_id", "state": api.state(), "images": [],
        "createdAt": TIME, "updatedAt": TIME,
    }))
}

async fn result(State(api): State<Arc<FakeApi>>, Path(id): Path<String>) -> Json<Value> {
    Json(json!({
        "correlationId": id, "mode": "selfie_to_id", "state": "completed",
        "createdAt": TIME, "completedAt": TIME,
        "decision": api.decision.lock().unwrap().unwrap_or("match"), "reasons": [],
        "score": { "cosine": 0.71, "fmr": 1e-6, "fmrRelation": "at_most", "fmrCi95": [0.0, 2e-6] },
        "policy": {
            "matchFmr": 1e-4, "reviewFmr": 1e-2, "matchThreshold": 0.403, "reviewThreshold": 0.251,
        },
        "images": [], "pad": { "status": "not_performed" },
        "versions": {
            "facematch": "0.1.0", "pack": "standard@3", "detector": "d", "embedder": "e",
            "calibration": "c",
        },
    }))
}
