use super::{
    app::App,
    fault::Fault,
    results,
    visits::{Customer, VisitId},
};
use crate::{
    PhotoFile,
    random::{hex, random_hex},
};
use axum::{
    Json,
    body::Bytes,
    extract::{
        Path, Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use facematch_contract::{CorrelationId, Decision, Mode};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};

/// Largest selfie that is kept, in bytes: more than the SDK's largest.
pub(super) const MAX_SELFIE_BYTES: usize = 1024 * 1024;

/// Which onboarding makes the customer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Onboarding {
    correlation_id: CorrelationId,
}

/// `POST /api/customers?correlationId=…` with the selfie's bytes: keeps the selfie of an onboarding that ended with a
/// match. Its hash must be the one that was declared then, so nobody enrols a face that was not compared.
pub(super) async fn enroll(
    State(app): State<Arc<App>>,
    query: Result<Query<Onboarding>, QueryRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Fault> {
    let Query(Onboarding { correlation_id }) = query?;
    let bytes = body?;
    let result = results::result(&app, &headers, correlation_id, Duration::ZERO).await?;
    let visit = VisitId::of(&headers).ok_or(Fault::UnknownSubmission)?;
    let submission =
        app.visits.submission(&headers, correlation_id).ok_or(Fault::UnknownSubmission)?;
    let decision = result.map(|result| result.comparison.decision);
    if submission.mode != Mode::SelfieToId || decision != Some(Decision::Match) {
        return Err(Fault::NotAMatch);
    }
    if hex(&Sha256::digest(&bytes)) != submission.selfie_sha256 {
        return Err(Fault::OtherSelfie);
    }
    let selfie = PhotoFile::from_bytes("selfie", bytes.into());
    let id = format!("cus_{}", random_hex());
    app.visits.enroll(&visit, Customer { id: id.clone(), selfie });
    Ok((StatusCode::CREATED, Json(json!({ "customer": id }))))
}

/// `GET /api/customers/current`: the customer that this visitor is, or `null`.
pub(super) async fn current(State(app): State<Arc<App>>, headers: HeaderMap) -> Json<Value> {
    let customer = app.visits.customer(&headers).map(|customer| customer.id);
    Json(json!({ "customer": customer }))
}

/// `GET /api/customers/{id}/selfie`: the stored selfie, for the person who it shows.
pub(super) async fn selfie(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Fault> {
    let customer = app.visits.customer(&headers).filter(|customer| customer.id == id);
    let selfie = customer.ok_or(Fault::UnknownCustomer)?.selfie;
    Ok(([(header::CONTENT_TYPE, selfie.content_type)], selfie.bytes))
}
