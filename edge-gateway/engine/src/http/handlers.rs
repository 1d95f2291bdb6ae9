use super::{
    json::{Body, Submission, Wait},
    problem::Failure,
};
use crate::{Engine, EngineError};
use axum::{Json, extract::State, http::StatusCode};
use facematch_contract::{
    ErasureReceipt, SubmissionResult,
    engine::{Authenticate, Authenticated, MissingUploads, NewSubmission, StoredSubmission},
};
use std::sync::Arc;

type Shared = State<Arc<Engine>>;
type Answer<T> = Result<Json<T>, Failure>;

pub(super) async fn authenticate(
    State(engine): Shared,
    Body(credentials): Body<Authenticate>,
) -> Answer<Authenticated> {
    answer(engine.authenticate(&credentials.client_id, &credentials.client_secret).await)
}

pub(super) async fn create(
    State(engine): Shared,
    Body(new): Body<NewSubmission>,
) -> Answer<StoredSubmission> {
    answer(engine.create(&new).await)
}

pub(super) async fn ready(State(engine): Shared) -> Result<StatusCode, Failure> {
    engine.store().ready().await.map_err(EngineError::from)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn status(
    State(engine): Shared,
    Submission { partner, id }: Submission,
    Wait(wait_s): Wait,
) -> Answer<StoredSubmission> {
    answer(engine.wait_final(&partner, id, wait_s).await)
}

pub(super) async fn missing(
    State(engine): Shared,
    Submission { partner, id }: Submission,
) -> Answer<MissingUploads> {
    answer(engine.missing(&partner, id).await)
}

pub(super) async fn confirm(
    State(engine): Shared,
    Submission { partner, id }: Submission,
) -> Answer<StoredSubmission> {
    answer(engine.confirm(&partner, id).await)
}

pub(super) async fn result(
    State(engine): Shared,
    Submission { partner, id }: Submission,
) -> Answer<SubmissionResult> {
    answer(engine.result(&partner, id).await)
}

pub(super) async fn erase(
    State(engine): Shared,
    Submission { partner, id }: Submission,
) -> Answer<ErasureReceipt> {
    answer(engine.erase(&partner, id).await)
}

fn answer<T>(result: Result<T, EngineError>) -> Answer<T> {
    Ok(Json(result?))
}
