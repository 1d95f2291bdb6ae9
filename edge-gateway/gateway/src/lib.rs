//! The public API: routes, domain and ports, without a runtime.
//!
//! [`Gateway::handle`] takes one HTTP request and gives its response. All that outlives the
//! response is one call to the engine through a port, so a gateway can run anywhere, any number of
//! times.
//!
//! This crate does not know of Spin, wasmtime, sockets, databases or files, and it keeps no state.
//! The folders go one way: `routes` → `domain`, and `routes` → `engine` → `ports`; `domain` is pure
//! and does not know of HTTP.

mod access;
mod call;
mod config;
mod cors;
mod domain;
mod engine;
mod gateway;
pub mod ports;
mod refusal;
mod reply;
mod router;
mod routes;

pub use config::{Config, ConfigError};
pub use gateway::{Gateway, unconfigured};
