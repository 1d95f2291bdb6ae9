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

/// What can be asked of a partner's baselines. Subjects are in bodies, so that no path or log holds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaselineAction {
    /// `POST`, [`NewBaseline`] → [`crate::Baseline`].
    Register,
    /// `POST`, [`Subject`] → [`crate::Baseline`].
    Get,
    /// `POST`, [`Subject`] → [`crate::BaselineReceipt`].
    Delete,
}

/// Path of an action on the baselines of one partner.
pub fn baseline_path(partner: &PartnerId, action: BaselineAction) -> String {
    let action = match action {
        BaselineAction::Register => "register",
        BaselineAction::Get => "get",
        BaselineAction::Delete => "delete",
    };
    format!("{BASE_PATH}/partners/{partner}/baselines/{action}")
}

/// A person, by the partner's own name.
#[derive(Serialize, Deserialize)]
pub struct Subject {
    /// The name.
    pub subject: String,
}

/// A baseline to register.
#[derive(Serialize, Deserialize)]
pub struct NewBaseline {
    /// The partner's own name for the person.
    pub subject: String,
    /// The submission whose selfie it is made from.
    pub correlation_id: CorrelationId,
}

/// Key of a photo in the bucket. The presigning key may write below `up/` alone.
pub fn object_key(id: CorrelationId, role: Role) -> String {
    format!("up/{id}/{}", role.as_str())
}

/// The photo that a key in the bucket names, or `None` if it names none.
pub fn photo_of(object_key: &str) -> Option<(CorrelationId, Role)> {
    let (id, role) = object_key.strip_prefix("up/")?.split_once('/')?;
    let id = id.parse().ok()?;
    let roles = [Role::Selfie, Role::IdPortrait, Role::ReferenceSelfie];
    let role = roles.into_iter().find(|known| known.as_str() == role)?;
    // An id has several spellings; only ours is a key.
    (self::object_key(id, role) == object_key).then_some((id, role))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_found_by_its_own_key_alone() {
        let id = CorrelationId::from_parts(1_700_000_000_000, &[0xab; 10]);
        for role in [Role::Selfie, Role::IdPortrait, Role::ReferenceSelfie] {
            assert_eq!(photo_of(&object_key(id, role)), Some((id, role)));
        }
        let upper = object_key(id, Role::Selfie).to_uppercase().replace("UP/", "up/");
        for other in
            ["", "up/", "up/1/selfie", &format!("up/{id}"), &format!("up/{id}/card"), &upper]
        {
            assert_eq!(photo_of(other), None, "{other}");
        }
    }
}
