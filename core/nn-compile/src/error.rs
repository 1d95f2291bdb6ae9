//! Why an ONNX file cannot be compiled.

use facematch_nn::GraphError;

/// Why an ONNX file cannot be compiled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The bytes are not an ONNX file.
    #[error("not an ONNX file: {detail}")]
    Onnx {
        /// The reader's own words.
        detail: String,
    },
    /// The file has no graph, or not exactly one input with a fixed number of channels.
    #[error("network needs one input of known channels")]
    Input,
    /// A constant is of a type that networks here do not use, or its data is damaged.
    #[error("constant `{name}` cannot be read")]
    Constant {
        /// Its name.
        name: String,
    },
    /// A node cannot be compiled.
    #[error("node `{node}` ({op}) cannot be compiled")]
    Node {
        /// Name of the node, or of its first output.
        node: String,
        /// Its operator.
        op: String,
        /// What is wrong.
        source: NodeError,
    },
    /// An output is not a map.
    #[error("output `{name}` is not a map")]
    Output {
        /// Its name.
        name: String,
    },
    /// The engine refuses the network.
    #[error("network cannot be run")]
    Graph(#[from] GraphError),
}

/// What is wrong with a node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The engine does not know the operator.
    #[error("operator is unknown")]
    UnknownOperator,
    /// It reads what is not computed before it.
    #[error("input {index} is missing")]
    MissingInput {
        /// Index of the input.
        index: usize,
    },
    /// An input is not of the kind that the operator takes here: a map, a constant, a shape.
    #[error("input {index} should be {want}")]
    InputKind {
        /// Index of the input.
        index: usize,
        /// What it should be.
        want: &'static str,
    },
    /// An attribute has a value that the engine cannot do.
    #[error("unsupported {what}")]
    Unsupported {
        /// The attribute or the shape.
        what: &'static str,
    },
    /// It can only be fused into a convolution that nothing else reads.
    #[error("does not follow a convolution of its own")]
    NotFusable,
}
