//! A small CNN inference engine for the networks of this project: SIMD kernels, no allocation per
//! frame.
//!
//! A [`Graph`] is a network as plain data, read from a compact file that `facematch-nn-compile`
//! writes. A [`Network`] is a graph that is checked and whose weights are packed. A [`Session`] is
//! a network planned for one size of input: it owns all memory that a run needs.
//!
//! Maps are channels-last. Large maps are never whole in memory: the planner chains layers, and
//! each computes a row as soon as the next one needs it, so that what a layer reads is still in the
//! cache.
//!
//! This crate knows neither ONNX nor faces; it has no dependencies, no threads and no global state.

mod aligned;
mod arena;
mod backend;
mod check;
mod file;
mod graph;
mod half;
mod input;
mod kernels;
mod network;
mod output;
mod packed;
mod plan;
mod session;
mod simd;
pub mod testing;

pub use backend::Backend;
pub use check::{GraphError, LayerFault};
pub use file::{FileError, Precision, WriteError};
pub use graph::{
    Activation, Filters, Graph, Layer, MAX_CHANNELS, MAX_LAYERS, MAX_WEIGHTS, Op, Output, Stride,
    Value,
};
pub use input::{Input, InputError, Pixels};
pub use network::{LoadError, Network};
pub use output::{OutputMap, Outputs};
pub use plan::PlanError;
pub use session::Session;
