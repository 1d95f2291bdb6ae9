//! The `facematch` binary: wasmtime host, bucket, engine, matcher, callbacks.
//!
//! One file for each capability. The library exists for the tests; its surface is [`Server`] and [`Settings`].

mod api;
pub mod commands;
mod draw;
mod edge;
mod evaluation;
mod keys;
mod listener;
mod logging;
mod metrics;
mod models;
mod pipeline;
mod roles;
mod server;
mod settings;
mod terminal;

pub use edge::{Edge, EdgeBody, EdgeError, EngineLink, Variables};
pub use keys::Keys;
pub use models::{LoadedPack, load_pack};
pub use pipeline::{Comparison, Pipeline, Stage, Timings};
pub use server::{Addresses, Server, open_store};
pub use settings::{RoleName, ServeOptions, Settings};
