//! What each operator becomes.

mod activation;
mod conv;
mod shape;
mod sum;

use crate::error::NodeError;
use crate::node::Node;
use crate::translate::Layers;
use crate::view::Symbol;

/// Translates one node: adds layers, changes one, or only says what the node's output stands for.
pub(crate) fn translate(node: &Node<'_>, layers: &mut Layers) -> Result<Symbol, NodeError> {
    match node.proto.op_type.as_str() {
        "Conv" => conv::conv(node, layers),
        "Gemm" => conv::gemm(node, layers),
        "BatchNormalization" => conv::batch_norm(node, layers),
        "MaxPool" => conv::max_pool(node, layers),
        "Relu" => activation::relu(node, layers),
        "Clip" => activation::clip(node, layers),
        "PRelu" => activation::prelu(node, layers),
        "Sigmoid" => activation::sigmoid(node),
        "Add" => sum::add(node, layers),
        "Resize" | "Upsample" => sum::upsample(node),
        "Constant" => shape::constant(node),
        "Identity" | "Dropout" => node.input(0).cloned(),
        "Shape" => shape::shape(node, layers),
        "Gather" => shape::gather(node),
        "Unsqueeze" => node.shape(0).map(Symbol::Shape),
        "Concat" => shape::concat(node),
        "Transpose" => shape::transpose(node),
        "Reshape" => shape::reshape(node, layers),
        "Flatten" => shape::flatten(node, layers),
        _ => Err(NodeError::UnknownOperator),
    }
}

/// An error unless `supported`.
fn ensure(supported: bool, what: &'static str) -> Result<(), NodeError> {
    if supported { Ok(()) } else { Err(NodeError::Unsupported { what }) }
}
