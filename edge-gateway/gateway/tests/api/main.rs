//! The public API against an engine in memory: one test crate, so that it is linked once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod callbacks;
mod engine;
mod errors;
mod forged;
mod headers;
mod submissions;
mod tokens;
mod world;
