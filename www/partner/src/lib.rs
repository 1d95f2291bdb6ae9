//! The demo partner's backend: a client of the public API alone.
