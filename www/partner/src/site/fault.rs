use super::customers::MAX_SELFIE_BYTES;
use crate::ClientError;
use axum::{
    extract::rejection::{BytesRejection, JsonRejection, QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use facematch_contract::Role;
use serde_json::json;

/// Why a page's call was refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// Another site's page, or a form, made the call.
    #[error("The call comes from another site")]
    OtherSite,
    /// The body or the query is not what this call takes.
    #[error("The request cannot be read")]
    Unreadable(StatusCode, String),
    /// The person has not agreed.
    #[error("The person has not agreed to the comparison")]
    NoConsent,
    /// The photos are not one of each of these roles.
    #[error("These are not the photos that are compared")]
    WrongPhotos(&'static [Role]),
    /// There is no such submission, or it is another visitor's.
    #[error("There is no such submission in this session")]
    UnknownSubmission,
    /// There is no such customer, or it is another visitor's.
    #[error("There is no such customer in this session")]
    UnknownCustomer,
    /// Only a match makes a customer.
    #[error("The submission is no onboarding that ended with a match")]
    NotAMatch,
    /// The selfie is not the one that was compared.
    #[error("The selfie is not the one that was compared")]
    OtherSelfie,
    /// Face Match refused, or cannot be reached.
    #[error("Face Match did not answer as hoped")]
    Api(#[from] ClientError),
}

impl Fault {
    fn code(&self) -> &str {
        match self {
            Self::OtherSite => "other_site",
            Self::Unreadable(StatusCode::PAYLOAD_TOO_LARGE, _) => "body_too_large",
            Self::Unreadable(..) => "malformed_request",
            Self::NoConsent => "no_consent",
            Self::WrongPhotos(_) => "wrong_photos",
            Self::UnknownSubmission => "submission_not_found",
            Self::UnknownCustomer => "customer_not_found",
            Self::NotAMatch => "not_a_match",
            Self::OtherSelfie => "other_selfie",
            Self::Api(ClientError::Refused(problem)) => problem.code.as_str(),
            Self::Api(_) => "api_unreachable",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::OtherSite => StatusCode::FORBIDDEN,
            Self::Unreadable(status, _) => *status,
            Self::NoConsent | Self::WrongPhotos(_) | Self::OtherSelfie => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::UnknownSubmission | Self::UnknownCustomer => StatusCode::NOT_FOUND,
            Self::NotAMatch => StatusCode::CONFLICT,
            Self::Api(ClientError::Refused(problem)) => match problem.status {
                // The visitor's doing, or a matter of waiting; anything else is between the two servers.
                status @ (409 | 410 | 422 | 503) => {
                    StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY)
                }
                _ => StatusCode::BAD_GATEWAY,
            },
            Self::Api(_) => StatusCode::BAD_GATEWAY,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Unreadable(StatusCode::PAYLOAD_TOO_LARGE, _) => {
                Some(format!("a selfie has at most {MAX_SELFIE_BYTES} bytes, other bodies 16 KiB"))
            }
            Self::Unreadable(_, detail) => Some(detail.clone()),
            Self::WrongPhotos(roles) => {
                let names: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
                Some(format!("one photo each: {}", names.join(", ")))
            }
            // The API's texts are written for partners and name no secret; a URL could be presigned.
            Self::Api(ClientError::Refused(problem)) => Some(problem.title.clone()),
            _ => None,
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Api(ClientError::Refused(problem)) => problem.retryable,
            Self::Api(_) => true,
            _ => false,
        }
    }
}

impl From<JsonRejection> for Fault {
    fn from(rejection: JsonRejection) -> Self {
        Self::Unreadable(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for Fault {
    fn from(rejection: QueryRejection) -> Self {
        Self::Unreadable(rejection.status(), rejection.body_text())
    }
}

impl From<BytesRejection> for Fault {
    fn from(rejection: BytesRejection) -> Self {
        Self::Unreadable(rejection.status(), rejection.body_text())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let status = self.status();
        if let Self::Api(error) = &self {
            // Codes and ids only: no photo, token or URL ever reaches the log.
            anstream::eprintln!("a call to Face Match failed: {error}");
        }
        let problem = json!({
            "type": format!("urn:facematch-partner:error:{}", self.code()),
            "title": self.to_string(),
            "status": status.as_u16(),
            "code": self.code(),
            "detail": self.detail(),
            "retryable": self.retryable(),
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, problem.to_string()).into_response()
    }
}
