use crate::Secret;
use facematch_contract::{PartnerId, Scope, Timestamp};

/// A partner to add.
#[derive(Clone, Debug)]
pub struct NewPartner {
    /// A name for people.
    pub name: String,
    /// Scopes that its tokens may have.
    pub scopes: Vec<Scope>,
    /// Web origins that may use its browser tokens; empty for any.
    pub allowed_origins: Vec<String>,
}

impl NewPartner {
    /// A partner with every scope, for any web origin.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), scopes: Scope::PARTNER.to_vec(), allowed_origins: Vec::new() }
    }
}

/// A partner as listed: no secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Its id, which is its `client_id` too.
    pub id: PartnerId,
    /// A name for people.
    pub name: String,
    /// Scopes that its tokens may have.
    pub scopes: Vec<Scope>,
    /// Web origins that may use its browser tokens; empty for any.
    pub allowed_origins: Vec<String>,
    /// Whether it is cut off.
    pub disabled: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When its client secret was made.
    pub rotated_at: Timestamp,
    /// When the client secret before that one ends, or ended; `None` if it ended with the rotation.
    pub old_secret_until: Option<Timestamp>,
    /// Requests a minute, if not as many as every partner.
    pub rate: Option<u32>,
    /// Endpoints that answered a callback with 410, to which none is sent.
    pub gone_endpoints: u32,
}

/// What a new partner is told, once.
#[derive(Clone, Debug)]
pub struct PartnerCredentials {
    /// Its id, which is its `client_id` too.
    pub partner_id: PartnerId,
    /// Its `client_secret`; only a hash of it is stored.
    pub client_secret: Secret,
    /// Verifies its callbacks (Standard Webhooks, `whsec_…`).
    pub callback_secret: Secret,
}
