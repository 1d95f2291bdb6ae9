//! An engine that answers at once, the same to both gateways.

use axum::{Router, body::Bytes, response::IntoResponse, routing::any};
use facematch_contract::engine::{
    AUTHENTICATE_PATH, Authenticated, NewSubmission, SUBMISSIONS_PATH,
};
use facematch_contract::engine::{StoredImage, StoredSubmission};
use facematch_contract::{PartnerId, Scope, State, Timestamp};
use http::{Method, StatusCode, Uri};
use std::sync::{Arc, Mutex};

/// The gateway's variables.
pub(crate) const VARIABLES: &[(&str, &str)] = &[
    ("engine_secret", "between-us"),
    ("token_keys", "k1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="),
    ("token_issuer", "https://api.example.com"),
    ("bucket_url", "https://s3.example.com"),
    ("bucket_name", "photos"),
    ("upload_access_key", "upload"),
    ("upload_secret_key", "hunter2"),
];

/// What a partner sends to create a submission.
pub(crate) fn submission_body() -> Vec<u8> {
    let image = |role: &str, digit: &str| {
        let sha256 = digit.repeat(64);
        serde_json::json!({"role": role, "contentType": "image/jpeg", "sizeBytes": 5, "sha256": sha256})
    };
    let images = [image("selfie", "a"), image("id_portrait", "b")];
    serde_json::to_vec(&serde_json::json!({"mode": "selfie_to_id", "images": images})).unwrap()
}

/// The engine: it keeps the one submission that was created first.
pub(crate) fn router() -> Router {
    let kept = Arc::new(Mutex::new(None));
    Router::new().fallback(any(move |method: Method, uri: Uri, body: Bytes| {
        let kept = Arc::clone(&kept);
        async move {
            answer(&method, &uri, &body, &kept).unwrap_or(StatusCode::NOT_FOUND.into_response())
        }
    }))
}

fn answer(
    method: &Method,
    uri: &Uri,
    body: &[u8],
    kept: &Mutex<Option<Bytes>>,
) -> Option<axum::response::Response> {
    let mut kept = kept.lock().unwrap();
    match uri.path() {
        AUTHENTICATE_PATH => {
            let scopes = Scope::PARTNER.to_vec();
            let partner = Authenticated { partner_id: PartnerId("p1".to_owned()), scopes };
            Some(serde_json::to_vec(&partner).unwrap().into_response())
        }
        SUBMISSIONS_PATH => {
            let stored = kept.get_or_insert_with(|| stored(body));
            Some(stored.clone().into_response())
        }
        _ if method == Method::GET => kept.clone().map(IntoResponse::into_response),
        _ => None,
    }
}

fn stored(body: &[u8]) -> Bytes {
    let new: NewSubmission = serde_json::from_slice(body).unwrap();
    let now = Timestamp(1_795_414_436_789);
    let images = new.request.images.iter().cloned();
    let images = images.map(|declaration| StoredImage { declaration, pinned: false });
    let stored = StoredSubmission {
        correlation_id: new.correlation_id,
        partner_id: new.partner_id,
        allowed_origins: vec![],
        mode: new.request.mode,
        state: State::AwaitingUpload,
        images: images.collect(),
        created_at: now,
        updated_at: now,
        expires_at: now.plus_seconds(100_000_000),
    };
    serde_json::to_vec(&stored).unwrap().into()
}
