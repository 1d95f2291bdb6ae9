//! The vision core for browsers: wasm-bindgen glue, as thin as it can be.
//!
//! The worker of `@facematch/web` calls it; `web-sdk/src/engine.d.ts` says the same in TypeScript.
//! Pixels come as RGBA, four bytes each, sRGB, upright, as a canvas gives them.

mod engine;
mod error;
mod face;
mod file;
mod pixels;

pub use engine::Engine;
pub use file::{crop_box, decode, encode, inspect, sha256};
