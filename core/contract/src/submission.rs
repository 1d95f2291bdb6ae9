use crate::{CorrelationId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[cfg(feature = "schema")]
use crate::limits::{self, MAX_REFERENCE_CHARS as TEXT, POLICY_FMR_RANGE as FMR};

/// A text without control characters, as a pattern.
#[cfg(feature = "schema")]
pub(crate) const NO_CONTROL: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A selfie against the portrait on an identity card.
    SelfieToId,
    /// A selfie against an earlier selfie, both uploaded.
    SelfieToSelfie,
    /// A selfie against the registered baseline of a subject.
    SelfieToBaseline,
}

impl Mode {
    /// The roles that a submission of this mode must declare, each exactly once.
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::SelfieToId => &[Role::Selfie, Role::IdPortrait],
            Self::SelfieToSelfie => &[Role::Selfie, Role::ReferenceSelfie],
            Self::SelfieToBaseline => &[Role::Selfie],
        }
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SelfieToId => "selfie_to_id",
            Self::SelfieToSelfie => "selfie_to_selfie",
            Self::SelfieToBaseline => "selfie_to_baseline",
        }
    }
}

/// What a photo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The applicant, now.
    Selfie,
    /// The portrait on an identity card, or the whole card.
    IdPortrait,
    /// The applicant, earlier.
    ReferenceSelfie,
}

impl Role {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Selfie => "selfie",
            Self::IdPortrait => "id_portrait",
            Self::ReferenceSelfie => "reference_selfie",
        }
    }
}

/// Where a submission stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Created; photos are awaited.
    AwaitingUpload,
    /// Confirmed; photos are pinned.
    Queued,
    /// A matcher holds it.
    Processing,
    /// There is a decision.
    Completed,
    /// No decision could be reached, by our fault.
    Failed,
    /// Never confirmed in time.
    Expired,
    /// Photos, result and templates are gone.
    Erased,
}

impl State {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingUpload => "awaiting_upload",
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Erased => "erased",
        }
    }

    /// Whether nothing but erasure can follow.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Expired | Self::Erased)
    }
}

/// One photo, as declared before its upload. The upload must match it to the byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImageDeclaration {
    /// What it shows.
    pub role: Role,
    /// `image/jpeg`, `image/png` or `image/webp`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = limits::IMAGE_TYPES)))]
    pub content_type: String,
    /// Size of the file, in bytes: 1 to 12,582,912.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = limits::MAX_IMAGE_BYTES)))]
    pub size_bytes: u64,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[0-9a-f]{64}$")))]
    pub sha256: String,
}

/// Which error rates a decision stands for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// `match` needs a score that at most this share of impostors reaches; 1e-6 to 1e-2.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = FMR.0, "maximum" = FMR.1)))]
    pub match_fmr: f64,
    /// `review` needs a score that at most this share of impostors reaches; `matchFmr` to 1e-2.
    #[cfg_attr(feature = "schema", schemars(extend("minimum" = FMR.0, "maximum" = FMR.1)))]
    pub review_fmr: f64,
}

/// `POST /v1/submissions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSubmission {
    /// What is compared with what; it fixes the roles of `images`.
    pub mode: Mode,
    /// One entry for each role of the mode.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 2)))]
    pub images: Vec<ImageDeclaration>,
    /// The partner's own name for the person, for baselines; at most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    #[cfg_attr(feature = "schema", schemars(extend("minLength" = 1, "maxLength" = TEXT, "pattern" = NO_CONTROL)))]
    pub subject: Option<String>,
    /// The partner's own name for this submission; at most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    #[cfg_attr(feature = "schema", schemars(extend("minLength" = 1, "maxLength" = TEXT, "pattern" = NO_CONTROL)))]
    pub reference: Option<String>,
    /// Where the partner keeps the person's consent; at most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    #[cfg_attr(feature = "schema", schemars(extend("minLength" = 1, "maxLength" = TEXT, "pattern" = NO_CONTROL)))]
    pub consent_ref: Option<String>,
    /// Where the signed callback goes; https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri", "maxLength" = limits::MAX_CALLBACK_URL_CHARS)))]
    pub callback_url: Option<String>,
    /// Error rates other than the default (1e-4, 1e-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub policy: Option<Policy>,
}

/// Where and how one photo is uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UploadTarget {
    /// Which photo.
    pub role: Role,
    /// Always `PUT`.
    pub method: String,
    /// Presigned URL: it takes exactly the declared file, once.
    pub url: String,
    /// Headers that the upload must send with exactly these values.
    pub headers: BTreeMap<String, String>,
    /// When the URL ends.
    pub expires_at: Timestamp,
}

/// Answer of `POST /v1/submissions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CreatedSubmission {
    /// Names this submission from here on.
    pub correlation_id: CorrelationId,
    /// `awaiting_upload`, or where it stands when a request is replayed.
    pub state: State,
    /// One target for each declared photo; none once the submission is erased.
    pub uploads: Vec<UploadTarget>,
    /// A token for the applicant's browser: it may upload, confirm and poll this one submission.
    pub client_token: String,
    /// When the submission and its browser token end unless it is confirmed.
    pub expires_at: Timestamp,
}

/// Answer of `POST /v1/submissions/{id}/uploads`: fresh URLs for what is not uploaded yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UploadTargets {
    /// One target for each photo that the bucket does not have; empty when it has all.
    pub uploads: Vec<UploadTarget>,
}

/// Whether one photo has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ImageStatus {
    /// Which photo.
    pub role: Role,
    /// Whether confirm has found and pinned it.
    pub pinned: bool,
}

/// Answer of `GET /v1/submissions/{id}` and of confirm. It never tells the decision: a browser token may read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SubmissionStatus {
    /// The submission.
    pub correlation_id: CorrelationId,
    /// What is compared with what.
    pub mode: Mode,
    /// Where it stands.
    pub state: State,
    /// Its photos.
    pub images: Vec<ImageStatus>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub updated_at: Timestamp,
    /// When it ends unless it is confirmed; only while uploads are awaited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub expires_at: Option<Timestamp>,
}

/// Answer of `GET /v1/submissions?reference=`: newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SubmissionPage {
    /// The partner's submissions of that reference.
    pub submissions: Vec<SubmissionStatus>,
    /// Give this as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub next_cursor: Option<CorrelationId>,
}

/// Answer of `DELETE /v1/submissions/{id}`: what was deleted, when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ErasureReceipt {
    /// The submission.
    pub correlation_id: CorrelationId,
    /// When it was erased; a repeated request gets the first time.
    pub erased_at: Timestamp,
    /// Photos that are gone from the bucket, and the keys that they were sealed with.
    pub images: Vec<Role>,
    /// When they went: as soon as the result was there, unless the partner keeps photos.
    pub images_deleted_at: Timestamp,
    /// Whether a result was deleted.
    pub result: bool,
    /// When the result, the references and the callback's address were deleted; only if there was a result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub result_deleted_at: Option<Timestamp>,
}
