use serde::{Deserialize, Serialize};

/// What a partner said of a submission, sealed in one piece.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Details {
    pub(crate) subject: Option<String>,
    pub(crate) reference: Option<String>,
    pub(crate) consent_ref: Option<String>,
    pub(crate) callback_url: Option<String>,
}

/// A callback as it waits in the outbox, sealed in one piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) url: String,
    /// Exactly the bytes that are signed and sent.
    pub(super) body: String,
}
