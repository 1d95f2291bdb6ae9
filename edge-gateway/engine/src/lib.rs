//! Submissions, partners, queue and outbox over SQL, behind a small HTTP API.
//!
//! Invariants, stated as absences: this crate does not decode photos, run networks, sign callbacks or open sockets, and
//! it does not read the machine's time of day: every time comes from the database. All SQL is in [`Store`]'s modules.

mod bell;
mod bucket;
mod callbacks;
mod confirm;
mod counts;
mod engine;
mod erase;
mod error;
mod failure;
pub mod http;
mod jobs;
mod objects;
mod partner;
mod rate;
mod ready;
mod secret;
mod store;
mod submissions;
mod sweep;
mod wait;

pub use bell::{Bell, Listener};
pub use counts::Counts;
pub use engine::Engine;
pub use error::{EngineError, StoreError};
pub use failure::{FailedReport, failed_result};
pub use http::router;
pub use objects::{ObjectError, ObjectHead, ObjectStore};
pub use partner::{NewPartner, Partner, PartnerCredentials};
pub use secret::Secret;
pub use store::{AttemptCost, Backlog, Busy, Callback, Job, JobImage, Lease, Outcome, Store};
pub use sweep::Swept;
