use super::{
    json::{Body, Partner, Submission, Wait},
    problem::Failure,
    quota,
};
use crate::{Engine, EngineError, rate::Caller};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use facematch_contract::{
    CallbackLog, ErasureReceipt, SubmissionResult,
    engine::{
        Authenticate, FoundSubmissions, Lookup, MissingUploads, NewSubmission, StoredSubmission,
    },
};
use std::sync::Arc;

type Shared = State<Arc<Engine>>;
type Answer<T> = Result<Json<T>, Failure>;

/// Only a client that is who it says is counted: nobody else can use up its quota.
pub(super) async fn authenticate(
    State(engine): Shared,
    Body(credentials): Body<Authenticate>,
) -> Result<Response, Failure> {
    let client = engine.authenticate(&credentials.client_id, &credentials.client_secret).await?;
    let caller = Caller::Partner(client.partner_id.clone());
    Ok(quota::within(&engine, caller, async { Json(client).into_response() }).await)
}

pub(super) async fn create(State(engine): Shared, Body(new): Body<NewSubmission>) -> Response {
    let caller = Caller::Partner(new.partner_id.clone());
    let created = async { answer(engine.create(&new).await).into_response() };
    quota::within(&engine, caller, created).await
}

pub(super) async fn look_up(
    State(engine): Shared,
    Partner(partner): Partner,
    Body(lookup): Body<Lookup>,
) -> Answer<FoundSubmissions> {
    answer(engine.look_up(&partner, &lookup).await)
}

pub(super) async fn ready(State(engine): Shared) -> Result<StatusCode, Failure> {
    engine.ready().await?;
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

pub(super) async fn callbacks(
    State(engine): Shared,
    Submission { partner, id }: Submission,
) -> Answer<CallbackLog> {
    answer(engine.callback_log(&partner, id).await)
}

pub(super) async fn redeliver(
    State(engine): Shared,
    Submission { partner, id }: Submission,
) -> Answer<CallbackLog> {
    answer(engine.redeliver(&partner, id).await)
}

fn answer<T>(result: Result<T, EngineError>) -> Answer<T> {
    Ok(Json(result?))
}
