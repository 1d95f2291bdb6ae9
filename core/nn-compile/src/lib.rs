//! From ONNX to the compact network file of `facematch-nn`.
//!
//! [`compile`] reads an ONNX file, folds what is constant, fuses what the engine computes in one
//! go, and refuses what the engine does not know. It does not run networks and knows nothing about
//! files or faces.

mod constant;
mod error;
mod merge;
mod node;
mod nodes;
mod translate;
mod view;

pub use error::{CompileError, NodeError};
pub use translate::translate;

use facematch_nn::{Graph, Network};
use sha2::{Digest, Sha256};
use tract_onnx::prelude::Framework;

/// Compiles the ONNX file with these bytes: one picture in (`[1, channels, height, width]`), any
/// size.
///
/// Outputs that the file gives as `[1, channels, height, width]` come back channels-last.
///
/// # Errors
/// [`CompileError`] if the bytes are not an ONNX file or hold a node that the engine does not know.
pub fn compile(onnx: &[u8]) -> Result<Graph, CompileError> {
    let proto = tract_onnx::onnx()
        .proto_model_for_read(&mut &*onnx)
        .map_err(|error| CompileError::Onnx { detail: format!("{error:#}") })?;
    let mut graph = merge::siblings(&translate(&proto)?);
    graph.source_sha256 = Sha256::digest(onnx).into();
    Network::new(&graph)?;
    Ok(graph)
}
