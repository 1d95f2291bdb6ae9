use super::problem::Failure;
use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
};
use facematch_contract::{CorrelationId, ErrorCode, FieldError, PartnerId, Problem};
use serde::{Deserialize, de::DeserializeOwned};

/// A JSON body, or a problem that says what is wrong with it.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let Json(body) = Json::from_request(request, state).await.map_err(|e| refused(&e))?;
        Ok(Self(body))
    }
}

fn refused(rejection: &JsonRejection) -> Failure {
    let code = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        _ => ErrorCode::MalformedBody,
    };
    Problem::new(code).with_detail(rejection.body_text()).into()
}

/// The partner and the submission of the path. What is no id names no submission.
pub(super) struct Submission {
    pub(super) partner: PartnerId,
    pub(super) id: CorrelationId,
}

impl<S: Send + Sync> FromRequestParts<S> for Submission {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let none = || Failure::from(ErrorCode::SubmissionNotFound);
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((partner, id)) = path.map_err(|_| none())?;
        Ok(Self { partner: PartnerId(partner), id: id.parse().map_err(|_| none())? })
    }
}

/// The partner of the path.
pub(super) struct Partner(pub(super) PartnerId);

impl<S: Send + Sync> FromRequestParts<S> for Partner {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(partner) = path.map_err(|_| Failure::from(ErrorCode::RouteNotFound))?;
        Ok(Self(PartnerId(partner)))
    }
}

/// `?wait=` in seconds, 0 if absent.
pub(super) struct Wait(pub(super) u32);

#[derive(Deserialize)]
struct WaitQuery {
    #[serde(default)]
    wait: u32,
}

impl<S: Send + Sync> FromRequestParts<S> for Wait {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query = Query::<WaitQuery>::from_request_parts(parts, state).await;
        let Query(query) = query.map_err(|_| not_seconds())?;
        Ok(Self(query.wait))
    }
}

fn not_seconds() -> Failure {
    let message = "must be a whole number of seconds".to_owned();
    let error = FieldError { field: "wait".to_owned(), message };
    Problem::invalid_fields(vec![error]).into()
}
