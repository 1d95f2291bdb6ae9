//! What is stored, sealed: AES-256-GCM-SIV (RFC 8452) under a data key of its own, which is stored wrapped by another.
//!
//! Invariants, stated as absences: this crate makes no random numbers, keeps no keys, and knows neither partners nor
//! files. Random bytes come in as values; what an object is comes in as a [`Context`], which is authenticated, so that
//! one object's bytes cannot stand in another's place.

mod cipher;
mod context;
mod envelope;
mod key;
mod stream;
mod wrapped;

pub use cipher::{NONCE_BYTES, SealError, TAG_BYTES};
pub use context::Context;
pub use envelope::{Entropy, Envelope, Kek};
pub use key::{KEY_BYTES, Key};
pub use stream::{
    CHUNK_BYTES, OpenStream, PREFIX_BYTES, SEALED_CHUNK_BYTES, SealStream, sealed_bytes,
};
pub use wrapped::WrappedKey;
