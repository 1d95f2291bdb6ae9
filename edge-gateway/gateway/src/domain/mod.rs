//! Rules, without HTTP, clock or random: all of it comes in as values.

mod callback_url;
mod claims;
mod credentials;
mod form;
mod hex;
mod issuer;
mod keyring;
mod malformed;
mod scopes;
mod submission;
mod traceparent;
mod upload;

pub(crate) use claims::{Caller, Claims};
pub(crate) use credentials::CredentialsError;
pub(crate) use form::{Form, FormError};
pub(crate) use hex::sha256_hex;
pub(crate) use issuer::{Issuer, TokenFault};
pub(crate) use keyring::Keyring;
pub(crate) use malformed::place_of;
pub(crate) use submission::{ValidSubmission, is_reference};
pub(crate) use traceparent::is_traceparent;
pub(crate) use upload::{Bucket, UploadError};
pub(crate) use {credentials::credentials, scopes::narrow};
