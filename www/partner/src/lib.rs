//! The demo partner's backend: a client of the public API alone.
//!
//! It shows what an integration needs: a cached token, the upload of declared photos, polling, and a callback receiver
//! that verifies signatures; and the website of a bank that uses it all. It does not know the host, the engine or the
//! bucket.

mod client;
mod flow;
mod inbox;
mod photo;
mod random;
mod receiver;
mod report;
mod site;
mod webhook;

pub use client::{ClientError, Credentials, PartnerClient};
pub use flow::{Flow, Outcome, Step};
pub use photo::PhotoFile;
pub use receiver::Receiver;
pub use report::{print_results, save_crops};
pub use site::{Site, SiteError, SiteOptions};
pub use webhook::{WebhookError, WebhookSecret};
