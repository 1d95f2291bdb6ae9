//! The API's contract: ids, limits, routes, codes, request and response types.
//!
//! The OpenAPI document and the TypeScript types are generated from this crate (feature `schema`) and a test fails when
//! the committed files differ. This crate does not know about HTTP, storage, clocks or any runtime.

mod callback;
pub mod engine;
mod error;
mod health;
mod id;
pub mod limits;
mod quality;
mod result;
pub mod routes;
mod submission;
mod time;
mod token;

#[cfg(feature = "schema")]
pub mod generate;

pub use callback::{
    CallbackEvent, CallbackEventType, CallbackLog, CallbackReport, CallbackState, Delivery,
};
pub use error::{ErrorCode, FieldError, Problem};
pub use health::{Health, HealthStatus};
pub use id::{CorrelationId, PartnerId};
pub use quality::{Quality, QualityFault};
pub use result::{
    BoundingBox, Decision, FaceReport, FmrRelation, ImageReport, MatchResult, Pad, PadStatus,
    Point, PolicyReport, Reason, ReasonCode, Score, SubmissionResult, Versions,
};
pub use submission::{
    CreateSubmission, CreatedSubmission, ErasureReceipt, ImageDeclaration, ImageStatus, Mode,
    Policy, Role, State, SubmissionPage, SubmissionStatus, UploadTarget, UploadTargets,
};
pub use time::Timestamp;
pub use token::{Scope, TokenError, TokenRequest, TokenResponse};

/// The OpenAPI 3.1 document, as served at `/openapi.json`; generated, see [`crate::routes`].
pub const OPENAPI_JSON: &str = include_str!("../openapi.json");
/// The same for people, as served at `/docs`.
pub const DOCS_HTML: &str = include_str!("../docs.html");
