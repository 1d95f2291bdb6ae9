//! What the gateway and the engine say to each other. Internal: not part of the public API.
//!
//! The engine answers errors as a [`crate::Problem`], which the gateway passes on. Paths are under
//! [`BASE_PATH`]; a shared secret in the [`SECRET_HEADER`] opens them where they are served on a socket.

use crate::{CorrelationId, CreateSubmission, ImageDeclaration, Mode, PartnerId, Role, State};
use crate::{Scope, SubmissionStatus, Timestamp, submission::ImageStatus};
use serde::{Deserialize, Serialize};

/// Every path of the engine's API begins with this.
pub const BASE_PATH: &str = "/engine/v1";
/// The header that carries the engine's shared secret.
pub const SECRET_HEADER: &str = "x-engine-secret";
/// `POST`, [`Authenticate`] → [`Authenticated`].
pub const AUTHENTICATE_PATH: &str = "/engine/v1/authenticate";
/// `POST`, [`NewSubmission`] → [`StoredSubmission`].
pub const SUBMISSIONS_PATH: &str = "/engine/v1/submissions";
/// `GET` → 204 when the database can be written and the bucket answers.
pub const READY_PATH: &str = "/engine/v1/ready";

/// What can be asked of one submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `GET` → [`StoredSubmission`]; `?wait=` seconds for a final state.
    Status,
    /// `GET` → [`MissingUploads`].
    Missing,
    /// `POST` → [`StoredSubmission`].
    Confirm,
    /// `GET` → [`crate::SubmissionResult`].
    Result,
    /// `POST` → [`crate::ErasureReceipt`].
    Erase,
    /// `GET` → [`crate::CallbackLog`].
    Callbacks,
    /// `POST` → [`crate::CallbackLog`].
    Redeliver,
}

/// Who a token was made for. The rate of requests is counted apart, so that no page can use up its partner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallerKind {
    /// The partner's backend.
    Partner,
    /// An applicant's browser.
    Browser,
}

impl CallerKind {
    /// The value of a path's `caller` parameter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Browser => "browser",
        }
    }
}

/// Path of an action on one submission of one partner.
pub fn submission_path(partner: &PartnerId, id: CorrelationId, action: Action) -> String {
    let action = match action {
        Action::Status => "status",
        Action::Missing => "missing",
        Action::Confirm => "confirm",
        Action::Result => "result",
        Action::Erase => "erase",
        Action::Callbacks => "callbacks",
        Action::Redeliver => "redeliver",
    };
    format!("{BASE_PATH}/partners/{partner}/submissions/{id}/{action}")
}

/// Path of a look-up among a partner's submissions: `POST`, [`Lookup`] → [`FoundSubmissions`].
pub fn lookup_path(partner: &PartnerId) -> String {
    format!("{BASE_PATH}/partners/{partner}/lookup")
}

/// Key of a photo in the bucket. The presigning key may write below `up/` alone.
pub fn object_key(id: CorrelationId, role: Role) -> String {
    format!("up/{id}/{}", role.as_str())
}

/// A client's credentials.
#[derive(Serialize, Deserialize)]
pub struct Authenticate {
    /// The partner's id.
    pub client_id: String,
    /// The partner's secret.
    pub client_secret: String,
}

/// A client that is who it says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authenticated {
    /// The partner.
    pub partner_id: PartnerId,
    /// Scopes that its tokens may have.
    pub scopes: Vec<Scope>,
}

/// A submission to store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSubmission {
    /// Its id, made by the gateway.
    pub correlation_id: CorrelationId,
    /// Whose it is.
    pub partner_id: PartnerId,
    /// The request's `Idempotency-Key`.
    pub idempotency_key: String,
    /// SHA-256 of the request body, 64 hexadecimal digits: tells a replay from a reuse of the key.
    pub request_sha256: String,
    /// The request, validated.
    pub request: CreateSubmission,
}

/// A photo of a stored submission.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredImage {
    /// As declared.
    pub declaration: ImageDeclaration,
    /// Whether confirm has found and pinned it.
    pub pinned: bool,
}

/// A submission as the engine has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredSubmission {
    /// Its id.
    pub correlation_id: CorrelationId,
    /// Whose it is.
    pub partner_id: PartnerId,
    /// Web origins that may use its browser token; empty for any.
    pub allowed_origins: Vec<String>,
    /// What is compared with what.
    pub mode: Mode,
    /// Where it stands.
    pub state: State,
    /// Its photos.
    pub images: Vec<StoredImage>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub updated_at: Timestamp,
    /// When it ends unless it is confirmed.
    pub expires_at: Timestamp,
}

/// A look-up of submissions by the partner's own reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    /// The partner's own name for them.
    pub reference: String,
    /// The last submission of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CorrelationId>,
    /// How many, at most.
    pub limit: u32,
}

/// Submissions of one reference, newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoundSubmissions {
    /// At most as many as were asked for.
    pub submissions: Vec<StoredSubmission>,
    /// Whether there are more.
    pub more: bool,
}

/// A submission that awaits uploads, and the photos that the bucket does not have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MissingUploads {
    /// The submission.
    pub submission: StoredSubmission,
    /// Roles of the photos that are not there.
    pub missing: Vec<Role>,
}

impl From<StoredSubmission> for SubmissionStatus {
    fn from(stored: StoredSubmission) -> Self {
        let status =
            |image: StoredImage| ImageStatus { role: image.declaration.role, pinned: image.pinned };
        Self {
            correlation_id: stored.correlation_id,
            mode: stored.mode,
            state: stored.state,
            images: stored.images.into_iter().map(status).collect(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            expires_at: (stored.state == State::AwaitingUpload).then_some(stored.expires_at),
        }
    }
}
