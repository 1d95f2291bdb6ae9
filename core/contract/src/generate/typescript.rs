use crate::{
    BoundingBox, CallbackEvent, CallbackEventType, CallbackLog, CallbackReport, CallbackState,
    CorrelationId, CreateSubmission, CreatedSubmission, Decision, Delivery, ErasureReceipt,
    ErrorCode, FaceReport, FieldError, FmrRelation, Health, HealthStatus, ImageDeclaration,
    ImageReport, ImageStatus, MatchResult, Mode, Pad, PadStatus, PartnerId, Point, Policy,
    PolicyReport, Problem, Quality, QualityFault, Reason, ReasonCode, Role, Scope, Score, State,
    SubmissionPage, SubmissionResult, SubmissionStatus, Timestamp, TokenError, TokenRequest,
    TokenResponse, UploadTarget, UploadTargets, Versions, limits,
};
use ts_rs::{Config, TS};

macro_rules! declarations {
    ($config:expr, $($ty:ty),* $(,)?) => { [$(declaration::<$ty>($config)),*].concat() };
}

/// The contract's types and limits as a TypeScript module.
pub fn typescript() -> String {
    let config = Config::default();
    let types = declarations!(
        &config,
        CorrelationId,
        PartnerId,
        Timestamp,
        Mode,
        Role,
        State,
        Decision,
        ReasonCode,
        QualityFault,
        FmrRelation,
        PadStatus,
        Scope,
        ErrorCode,
        TokenError,
        CallbackEventType,
        CallbackState,
        HealthStatus,
        ImageDeclaration,
        Policy,
        CreateSubmission,
        UploadTarget,
        CreatedSubmission,
        UploadTargets,
        ImageStatus,
        SubmissionStatus,
        SubmissionPage,
        ErasureReceipt,
        TokenRequest,
        TokenResponse,
        Reason,
        Score,
        PolicyReport,
        BoundingBox,
        Point,
        FaceReport,
        Quality,
        ImageReport,
        Pad,
        Versions,
        MatchResult,
        SubmissionResult,
        CallbackEvent,
        Delivery,
        CallbackReport,
        CallbackLog,
        Health,
        FieldError,
        Problem,
    );
    let objects = [quality_hints_object(), limits_object()].join("\n");
    format!("// Generated from core/contract: cargo xtask generate\n{types}\n{objects}")
}

fn declaration<T: TS>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    format!("\n{docs}export {}\n", T::decl(config))
}

/// The hints that a browser shows without asking the API, in the order of [`QualityFault`].
fn quality_hints_object() -> String {
    let hints = QualityFault::ALL.iter().map(|fault| (fault.as_str(), fault.hint()));
    let lines: String = hints.map(|(code, hint)| format!("  {code}: {hint:?},\n")).collect();
    format!(
        "/** What the applicant can do about each fault, in English; the most important fault comes first. */\n\
         export const qualityHints: Readonly<Record<QualityFault, string>> = {{\n{lines}}}\n"
    )
}

/// The limits that a browser must know before it uploads.
fn limits_object() -> String {
    format!(
        "/** Limits of the API. */\nexport const limits = {{\n  maxImageBytes: {},\n  maxImagePixels: {},\n  \
         maxImageSidePx: {},\n  minImageSidePx: {},\n  imageTypes: {:?},\n  maxWaitS: {},\n}} as const\n",
        limits::MAX_IMAGE_BYTES,
        limits::MAX_IMAGE_PIXELS,
        limits::MAX_IMAGE_SIDE_PX,
        limits::MIN_IMAGE_SIDE_PX,
        limits::IMAGE_TYPES,
        limits::MAX_WAIT_S,
    )
}
