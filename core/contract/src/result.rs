use crate::{CorrelationId, Mode, Quality, Role, State, Timestamp};
use serde::{Deserialize, Serialize};

/// The answer to "is this the same person?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes, at the policy's `matchFmr`.
    Match,
    /// A person should look.
    Review,
    /// No.
    NoMatch,
    /// The photos cannot carry an answer; `reasons` say why.
    Inconclusive,
}

impl Decision {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Review => "review",
            Self::NoMatch => "no_match",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// Why a submission is inconclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// No face was found.
    NoFace,
    /// More than one face of comparable size.
    SeveralFaces,
    /// The eyes are too close together, in pixels, to compare.
    FaceTooSmall,
    /// The face sinks into black.
    TooDark,
    /// The face is burnt out to white.
    TooBright,
    /// The face has too few shades.
    LowContrast,
    /// The face is blurred.
    Blurred,
    /// The face is turned away.
    Turned,
    /// The file is no JPEG, PNG or WebP.
    NotAnImage,
    /// The file ends early or is damaged.
    ImageDamaged,
    /// More pixels, or a longer or shorter side, than the limits allow.
    ImageSize,
    /// An image of a kind that is not taken: animated, or of a colour space or depth that cannot be read.
    ImageUnsupported,
    /// The subject's baseline was deleted meanwhile, or was made by another model pack.
    BaselineUnusable,
    /// Our side failed, several times.
    ProcessingFailed,
}

impl ReasonCode {
    /// Every reason.
    pub const ALL: [Self; 14] = [
        Self::NoFace,
        Self::SeveralFaces,
        Self::FaceTooSmall,
        Self::TooDark,
        Self::TooBright,
        Self::LowContrast,
        Self::Blurred,
        Self::Turned,
        Self::NotAnImage,
        Self::ImageDamaged,
        Self::ImageSize,
        Self::ImageUnsupported,
        Self::BaselineUnusable,
        Self::ProcessingFailed,
    ];

    /// What the applicant or the partner can do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NoFace => "Take the photo again with the whole face in view and in good light.",
            Self::SeveralFaces => "Take the photo again with one person in it.",
            Self::FaceTooSmall => "Take the photo again from closer, or upload it less reduced.",
            Self::TooDark => "Take the photo again with more light on the face.",
            Self::TooBright => "Take the photo again out of the direct light, and without flash.",
            Self::LowContrast => {
                "Clean the lens and take the photo again in better light; lay a card flat."
            }
            Self::Blurred => "Hold still and take the photo again when the picture is sharp.",
            Self::Turned => "Take the photo again, looking straight into the camera.",
            Self::NotAnImage => "Upload a JPEG, PNG or WebP file.",
            Self::ImageDamaged => {
                "The file is incomplete or damaged. Upload it again from the original."
            }
            Self::ImageSize => "Upload a photo within the limits on pixels and sides.",
            Self::ImageUnsupported => "Upload an ordinary, still JPEG, PNG or WebP photo.",
            Self::BaselineUnusable => "Register the subject again from a new submission.",
            Self::ProcessingFailed => {
                "This was our fault. Create a new submission, or ask support."
            }
        }
    }
}

/// One reason for an inconclusive decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// The reason.
    pub code: ReasonCode,
    /// The photo it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub role: Option<Role>,
    /// What to do about it, for a person.
    pub hint: String,
}

impl Reason {
    /// A reason with its standard hint.
    pub fn new(code: ReasonCode, role: Option<Role>) -> Self {
        Self { code, role, hint: code.hint().to_owned() }
    }
}

/// How `fmr` relates to the true rate, which the calibration knows within a range only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FmrRelation {
    /// The score lies below the calibrated range.
    AtLeast,
    /// The score lies within it.
    About,
    /// The score lies above it.
    AtMost,
}

/// How alike the two faces are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// How alike the two faces are, -1 to 1: the cosine of their embeddings, or of a pack with two networks a weighted
    /// mean on the same scale. What it means depends on the pack; `fmr` says it.
    pub cosine: f32,
    /// Estimated false match rate at this score: the share of impostors that reach it.
    pub fmr: f64,
    /// How `fmr` is to be read.
    pub fmr_relation: FmrRelation,
    /// 95 % interval of the true rate, from the calibration's pair counts; it is open to 0 or 1 outside the calibrated
    /// range. It knows nothing of how your own population differs.
    pub fmr_ci95: [f64; 2],
}

/// The policy that was applied, with the thresholds that it came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PolicyReport {
    /// `match` at or below this FMR.
    pub match_fmr: f64,
    /// `review` at or below this FMR.
    pub review_fmr: f64,
    /// Least cosine for `match`.
    pub match_threshold: f32,
    /// Least cosine for `review`.
    pub review_threshold: f32,
}

/// A rectangle in pixels of the upright photo.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BoundingBox {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// A point in pixels of the upright photo.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

/// One face in a photo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FaceReport {
    /// Where it is.
    #[serde(rename = "box")]
    pub bounding_box: BoundingBox,
    /// Image-left eye, image-right eye, nose tip, image-left and image-right mouth corner.
    pub landmarks: [Point; 5],
    /// The detector's score, 0 to 1.
    pub score: f32,
    /// Distance between the eyes, in pixels.
    pub inter_eye_distance_px: f32,
}

/// What was found in one photo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ImageReport {
    /// Which photo.
    pub role: Role,
    /// Width of the upright photo, in pixels; 0 if it could not be decoded.
    pub width_px: u32,
    /// Height of the upright photo, in pixels; 0 if it could not be decoded.
    pub height_px: u32,
    /// How many faces were found.
    pub faces_found: u32,
    /// The face that was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub face: Option<FaceReport>,
    /// Quality of the face that was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub quality: Option<Quality>,
}

/// Whether presentation attack detection (liveness) was performed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PadStatus {
    /// It was not: a match says nothing about a mask, a screen or a print.
    NotPerformed,
}

/// Presentation attack detection (ISO/IEC 30107).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Pad {
    /// Whether it was performed.
    pub status: PadStatus,
}

/// What computed the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Versions {
    /// The software.
    pub facematch: String,
    /// The model pack, such as `standard@3`.
    pub pack: String,
    /// First 12 hexadecimal digits of the detector file's SHA-256.
    pub detector: String,
    /// First 12 hexadecimal digits of the embedder file's SHA-256; of several joined by `+`.
    pub embedder: String,
    /// The calibration of scores to error rates: by mode, and for a card by the size of its portrait.
    pub calibration: String,
}

/// The comparison of two photos: what `facematch compare --json` prints and the API's result carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct MatchResult {
    /// The answer. Never `match` without a face in both photos, or in the photo and the baseline.
    pub decision: Decision,
    /// Why it is inconclusive; empty otherwise.
    pub reasons: Vec<Reason>,
    /// How alike the faces are; only when there are two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub score: Option<Score>,
    /// The policy that was applied.
    pub policy: PolicyReport,
    /// What was found in each photo; a baseline is none.
    pub images: Vec<ImageReport>,
    /// Presentation attack detection.
    pub pad: Pad,
    /// What computed this.
    pub versions: Versions,
}

/// Answer of `GET /v1/submissions/{id}/result`: the submission and its [`MatchResult`], in one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SubmissionResult {
    /// The submission.
    pub correlation_id: CorrelationId,
    /// What was compared with what.
    pub mode: Mode,
    /// `completed` or `failed`.
    pub state: State,
    /// The partner's own name for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub subject: Option<String>,
    /// The partner's own name for this submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub reference: Option<String>,
    /// Where the partner keeps the person's consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", ts(optional))]
    pub consent_ref: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When the decision was stored.
    pub completed_at: Timestamp,
    /// The comparison.
    #[serde(flatten)]
    pub comparison: MatchResult,
}
