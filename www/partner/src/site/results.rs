use super::{app::App, fault::Fault, visits::VisitId};
use crate::ClientError;
use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use facematch_contract::{CorrelationId, SubmissionResult, limits};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// How the page asks.
#[derive(Deserialize)]
pub(super) struct How {
    /// Longest wait, in seconds.
    #[serde(default)]
    wait: u64,
}

/// What the page gets. A bank keeps score and thresholds on its side; the demo shows them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    /// Whether the signed callback is here.
    callback: bool,
    result: SubmissionResult,
}

/// `GET /api/results/{id}?wait=20`: the result of this visitor's submission, or 202 while there is none.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    how: Result<Query<How>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let id: CorrelationId = id.parse().map_err(|_| Fault::UnknownSubmission)?;
    let wait = Duration::from_secs(how?.wait.min(limits::MAX_WAIT_S.into()));
    let Some(result) = result(&app, &headers, id, wait).await? else {
        let later = [(header::RETRY_AFTER, "1")];
        return Ok((StatusCode::ACCEPTED, later, Json(())).into_response());
    };
    Ok(Json(Shown { callback: app.inbox.get(id).is_some(), result }).into_response())
}

/// The result of a visitor's submission; `None` while there is none.
///
/// # Errors
/// [`Fault::UnknownSubmission`] when it is none of this visitor's.
pub(super) async fn result(
    app: &App,
    headers: &HeaderMap,
    id: CorrelationId,
    wait: Duration,
) -> Result<Option<SubmissionResult>, Fault> {
    let visit = VisitId::of(headers).ok_or(Fault::UnknownSubmission)?;
    let mut known = app.visits.submission(headers, id).ok_or(Fault::UnknownSubmission)?;
    if known.result.is_none() && has_ended(app, id, wait).await? {
        known.result = Some(app.client.result(id).await?);
        app.visits.note(&visit, id, known.clone());
    }
    Ok(known.result)
}

/// Waits for the callback and polls at the same time: whichever says first that the submission has ended.
async fn has_ended(app: &App, id: CorrelationId, wait: Duration) -> Result<bool, ClientError> {
    tokio::select! {
        Some(_) = app.inbox.wait(id, wait) => Ok(true),
        polled = app.client.wait(id, wait) => match polled {
            Ok(_) => Ok(true),
            Err(ClientError::TookTooLong(_)) => Ok(false),
            Err(error) => Err(error),
        },
    }
}
