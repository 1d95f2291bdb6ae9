//! The demo partner's backend: a client of the public API alone.
//!
//! It shows what an integration needs: a cached token, the upload of declared photos, polling, and a callback receiver
//! that verifies signatures. It does not know the host, the engine or the bucket.

mod client;
mod flow;
mod photo;
mod receiver;
mod report;
mod webhook;

pub use client::{ClientError, Credentials, PartnerClient};
pub use flow::{Flow, Outcome, Step};
pub use photo::PhotoFile;
pub use receiver::Receiver;
pub use report::{print_results, save_crops};
pub use webhook::{WebhookError, WebhookSecret};
