//! The wasmtime host of the gateway component: one file for each thing that the guest may reach.
//!
//! It does not know what the gateway does; it gives it variables, an engine to call, and limits.

mod ctx;
mod engine_link;
mod handler;
mod variables;
mod workers;

pub use engine_link::EngineLink;
pub use handler::{Edge, EdgeBody, EdgeError};
pub use variables::Variables;
