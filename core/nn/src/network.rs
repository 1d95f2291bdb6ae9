//! A network that is ready to run.

use std::sync::Arc;

use crate::check::{GraphError, channels};
use crate::file::FileError;
use crate::graph::{Filters, Graph, Layer, Op, Output, Value};
use crate::packed::{Packed, padded};

/// A network whose weights are checked and packed. Clones share the weights.
#[derive(Debug, Clone)]
pub struct Network(Arc<Packing>);

/// What is inside a [`Network`].
#[derive(Debug)]
pub(crate) struct Packing {
    pub(crate) layers: Vec<Layer<Packed>>,
    pub(crate) outputs: Vec<Output>,
    /// Channels of each value.
    pub(crate) channels: Vec<usize>,
    source_sha256: [u8; 32],
}

/// Why a network cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// The bytes are not a network file.
    File(FileError),
    /// The file holds a network that cannot be run.
    Graph(GraphError),
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(_) => f.write_str("network file cannot be read"),
            Self::Graph(_) => f.write_str("network cannot be run"),
        }
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(error) => Some(error),
            Self::Graph(error) => Some(error),
        }
    }
}

impl From<FileError> for LoadError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<GraphError> for LoadError {
    fn from(error: GraphError) -> Self {
        Self::Graph(error)
    }
}

impl Network {
    /// Loads a network file. Any bytes may be given: nothing panics, and memory stays in proportion
    /// to the file.
    ///
    /// # Errors
    /// [`LoadError`] if the bytes are not a network file or hold a network that cannot be run.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        Ok(Self::new(&Graph::from_bytes(bytes)?)?)
    }

    /// Checks `graph` and packs its weights.
    ///
    /// # Errors
    /// [`GraphError`] if it cannot be run.
    pub fn new(graph: &Graph) -> Result<Self, GraphError> {
        let channels = channels(graph)?;
        let layers = graph.layers.iter().map(|layer| packed(layer, &channels)).collect();
        let outputs = graph.outputs.clone();
        Ok(Self(Arc::new(Packing {
            layers,
            outputs,
            channels,
            source_sha256: graph.source_sha256,
        })))
    }

    /// SHA-256 of the ONNX file that the network was compiled from.
    #[must_use]
    pub fn source_sha256(&self) -> &[u8; 32] {
        &self.0.source_sha256
    }

    /// Channels of the input.
    #[must_use]
    pub fn input_channels(&self) -> usize {
        self.0.channels[0]
    }

    /// What the network gives back, in the order of [`crate::Outputs`].
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        &self.0.outputs
    }

    pub(crate) fn packing(&self) -> &Packing {
        &self.0
    }
}

fn packed(layer: &Layer, channels: &[usize]) -> Layer<Packed> {
    let inputs = channels[layer.input.index()];
    let pitch = if layer.input == Value::INPUT { inputs } else { padded(inputs) };
    let dense = |filters: &Filters, window| Packed::dense(filters, inputs, window, pitch);
    let op = match &layer.op {
        Op::Pointwise { filters, residual } => {
            Op::Pointwise { filters: dense(filters, 1), residual: *residual }
        }
        Op::Conv3x3 { filters, stride } => {
            Op::Conv3x3 { filters: dense(filters, 9), stride: *stride }
        }
        Op::Depthwise3x3 { filters, stride } => {
            Op::Depthwise3x3 { filters: Packed::depthwise(filters, 9), stride: *stride }
        }
        Op::DepthwiseGlobal { filters, side } => {
            let filters = Packed::depthwise(filters, side * side);
            Op::DepthwiseGlobal { filters, side: *side }
        }
        Op::MaxPool2 => Op::MaxPool2,
        Op::Add { other } => Op::Add { other: *other },
        Op::AddUpsampled { other } => Op::AddUpsampled { other: *other },
    };
    Layer { input: layer.input, op }
}
