//! The public routes, in one table: the gateway dispatches on it and the OpenAPI document is written from it.

use crate::{ErrorCode, Scope};

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "schema", derive(serde::Serialize), serde(rename_all = "camelCase"))]
pub enum Operation {
    /// Credentials for a token.
    IssueToken,
    /// Declare photos, get upload URLs.
    CreateSubmission,
    /// The partner's submissions of one reference.
    ListSubmissions,
    /// Fresh URLs for what is not uploaded yet.
    RefreshUploads,
    /// All is uploaded: pin and queue.
    ConfirmSubmission,
    /// Where it stands; can wait.
    GetSubmission,
    /// Get submission details.
    GetResult,
    /// Erase photos and result.
    EraseSubmission,
    /// The delivery log of its callbacks.
    GetCallbacks,
    /// Send its callback again.
    RedeliverCallback,
    /// Make a submission's selfie the baseline of a subject.
    RegisterBaseline,
    /// Whether a subject has a baseline, and how its attempts stand.
    GetBaseline,
    /// Destroy a subject's baseline.
    DeleteBaseline,
    /// The process is alive.
    Health,
    /// Database and bucket behind it can be used.
    Ready,
    /// The OpenAPI document.
    OpenApi,
    /// The OpenAPI document for people.
    Docs,
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// What it does.
    pub operation: Operation,
    /// HTTP method.
    pub method: &'static str,
    /// Path; `{id}` stands for a correlation id, `{subject}` for the partner's own name of a person.
    pub path: &'static str,
    /// One line for the documentation.
    pub summary: &'static str,
    /// Scopes of which the token must have one; empty where no token is needed.
    pub scopes: &'static [Scope],
    /// Status of success.
    pub success: u16,
    /// Codes that are particular to this route.
    pub errors: &'static [ErrorCode],
}

impl Route {
    /// Whether a web page may call it: the routes that the browser's token opens.
    pub fn is_for_browsers(&self) -> bool {
        self.scopes.contains(&Scope::Capture)
    }

    /// Whether `path` has the shape of this route's; `{id}` and `{subject}` take any one segment.
    pub fn is_at(&self, path: &str) -> bool {
        let (mut wanted, mut given) = (self.path.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some("{id}" | "{subject}"), Some(name)) if !name.is_empty() => {}
                (Some(wanted), Some(given)) if wanted == given => {}
                _ => return false,
            }
        }
    }
}

/// Below it lie baselines, each under its partner's name of a person.
const BASELINES: &str = "/v1/baselines/";

/// `path` as it may be logged: without the partner's name of a person, which is sealed wherever it is stored.
pub fn without_subject(path: &str) -> &str {
    // With all that follows: a slash that should have been encoded belongs to the name.
    if path.starts_with(BASELINES) { "/v1/baselines/{subject}" } else { path }
}

/// Every public route.
pub const ROUTES: &[Route] = &[
    Route {
        operation: Operation::IssueToken,
        method: "POST",
        path: "/v1/token",
        summary: "Get an access token (OAuth 2.0 client credentials)",
        scopes: &[],
        success: 200,
        errors: &[
            ErrorCode::InvalidClient,
            ErrorCode::UnsupportedGrantType,
            ErrorCode::InvalidScope,
            ErrorCode::MalformedBody,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::BodyTooLarge,
        ],
    },
    Route {
        operation: Operation::CreateSubmission,
        method: "POST",
        path: "/v1/submissions",
        summary: "Declare the photos and get presigned upload URLs",
        scopes: &[Scope::SubmissionsWrite],
        success: 201,
        errors: &[
            ErrorCode::MalformedBody,
            ErrorCode::InvalidRequest,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::BodyTooLarge,
            ErrorCode::IdempotencyKeyRequired,
            ErrorCode::IdempotencyKeyReused,
            ErrorCode::BaselineNotFound,
            ErrorCode::BaselineOutdated,
            ErrorCode::SubjectDelayed,
            ErrorCode::SubjectLocked,
        ],
    },
    Route {
        operation: Operation::ListSubmissions,
        method: "GET",
        path: "/v1/submissions",
        summary: "Find your submissions by `reference`, newest first",
        scopes: &[Scope::SubmissionsRead],
        success: 200,
        errors: &[ErrorCode::InvalidRequest],
    },
    Route {
        operation: Operation::RefreshUploads,
        method: "POST",
        path: "/v1/submissions/{id}/uploads",
        summary: "Get fresh presigned URLs for what is not uploaded yet",
        scopes: &[Scope::SubmissionsWrite, Scope::Capture],
        success: 200,
        errors: &[
            ErrorCode::SubmissionNotFound,
            ErrorCode::WrongState,
            ErrorCode::SubmissionExpired,
            ErrorCode::SubmissionErased,
            ErrorCode::OriginNotAllowed,
            ErrorCode::StorageUnavailable,
        ],
    },
    Route {
        operation: Operation::ConfirmSubmission,
        method: "POST",
        path: "/v1/submissions/{id}/confirm",
        summary: "Say that all photos are uploaded; idempotent",
        scopes: &[Scope::SubmissionsWrite, Scope::Capture],
        success: 202,
        errors: &[
            ErrorCode::SubmissionNotFound,
            ErrorCode::UploadMissing,
            ErrorCode::UploadMismatch,
            ErrorCode::SubmissionExpired,
            ErrorCode::SubmissionErased,
            ErrorCode::OriginNotAllowed,
            ErrorCode::StorageUnavailable,
        ],
    },
    Route {
        operation: Operation::GetSubmission,
        method: "GET",
        path: "/v1/submissions/{id}",
        summary: "Get the status; `wait` long-polls",
        scopes: &[Scope::SubmissionsRead, Scope::Capture],
        success: 200,
        errors: &[
            ErrorCode::SubmissionNotFound,
            ErrorCode::InvalidRequest,
            ErrorCode::OriginNotAllowed,
        ],
    },
    Route {
        operation: Operation::GetResult,
        method: "GET",
        path: "/v1/submissions/{id}/result",
        summary: "Get the submission's details: decision, score, faces, versions",
        scopes: &[Scope::ResultsRead],
        success: 200,
        errors: &[
            ErrorCode::SubmissionNotFound,
            ErrorCode::ResultNotReady,
            ErrorCode::SubmissionExpired,
            ErrorCode::SubmissionErased,
        ],
    },
    Route {
        operation: Operation::EraseSubmission,
        method: "DELETE",
        path: "/v1/submissions/{id}",
        summary: "Erase photos and result, with a receipt; idempotent",
        scopes: &[Scope::SubmissionsErase],
        success: 200,
        errors: &[ErrorCode::SubmissionNotFound, ErrorCode::StorageUnavailable],
    },
    Route {
        operation: Operation::GetCallbacks,
        method: "GET",
        path: "/v1/submissions/{id}/callbacks",
        summary: "Get the delivery log of the submission's callback",
        scopes: &[Scope::SubmissionsRead],
        success: 200,
        errors: &[ErrorCode::SubmissionNotFound, ErrorCode::SubmissionErased],
    },
    Route {
        operation: Operation::RedeliverCallback,
        method: "POST",
        path: "/v1/submissions/{id}/callbacks/redeliver",
        summary: "Send the submission's callback again, with the same `webhook-id`",
        scopes: &[Scope::SubmissionsWrite],
        success: 202,
        errors: &[
            ErrorCode::SubmissionNotFound,
            ErrorCode::SubmissionErased,
            ErrorCode::CallbackNotFound,
        ],
    },
    Route {
        operation: Operation::RegisterBaseline,
        method: "PUT",
        path: "/v1/baselines/{subject}",
        summary: "Make the selfie of a completed submission the baseline of a subject; unlocks it too",
        scopes: &[Scope::SubmissionsWrite],
        success: 200,
        errors: &[
            ErrorCode::MalformedBody,
            ErrorCode::InvalidRequest,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::BodyTooLarge,
            ErrorCode::SubmissionNotFound,
            ErrorCode::ResultNotReady,
            ErrorCode::BaselineUnfit,
            ErrorCode::SubmissionExpired,
            ErrorCode::SubmissionErased,
        ],
    },
    Route {
        operation: Operation::GetBaseline,
        method: "GET",
        path: "/v1/baselines/{subject}",
        summary: "Get a subject's baseline without its template, and how its attempts stand",
        scopes: &[Scope::SubmissionsRead],
        success: 200,
        errors: &[ErrorCode::InvalidRequest, ErrorCode::SubjectNotFound],
    },
    Route {
        operation: Operation::DeleteBaseline,
        method: "DELETE",
        path: "/v1/baselines/{subject}",
        summary: "Destroy a subject's baseline, with a receipt; idempotent",
        scopes: &[Scope::SubmissionsErase],
        success: 200,
        errors: &[ErrorCode::InvalidRequest],
    },
    Route {
        operation: Operation::Health,
        method: "GET",
        path: "/healthz",
        summary: "Whether the gateway is alive",
        scopes: &[],
        success: 200,
        errors: &[],
    },
    Route {
        operation: Operation::Ready,
        method: "GET",
        path: "/readyz",
        summary: "Whether database and bucket can be used and the models are loaded",
        scopes: &[],
        success: 200,
        errors: &[ErrorCode::StorageUnavailable],
    },
    Route {
        operation: Operation::OpenApi,
        method: "GET",
        path: "/openapi.json",
        summary: "This document",
        scopes: &[],
        success: 200,
        errors: &[],
    },
    Route {
        operation: Operation::Docs,
        method: "GET",
        path: "/docs",
        summary: "This document, for people",
        scopes: &[],
        success: 200,
        errors: &[],
    },
];

/// Codes that any route with a token may answer with.
pub const TOKEN_ERRORS: &[ErrorCode] = &[
    ErrorCode::TokenMissing,
    ErrorCode::TokenInvalid,
    ErrorCode::TokenExpired,
    ErrorCode::InsufficientScope,
];

/// Codes that any route that reaches the engine may answer with.
pub const ENGINE_ERRORS: &[ErrorCode] = &[
    ErrorCode::RateLimited,
    ErrorCode::Overloaded,
    ErrorCode::EngineUnavailable,
    ErrorCode::Internal,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_person_is_left_for_the_log() {
        for route in ROUTES {
            let asked = route.path.replace("{subject}", "siti");
            assert!(route.is_at(&asked), "{asked}");
            assert_eq!(without_subject(&asked), route.path);
        }
        for odd in ["/v1/baselines/si/ti", "/v1/baselines/siti/", "/v1/baselines//siti"] {
            assert_eq!(without_subject(odd), "/v1/baselines/{subject}");
        }
    }
}
