//! Activations: fused into the convolution before them, or into an output.

use facematch_nn::{Activation, Op};

use super::ensure;
use crate::error::NodeError;
use crate::node::Node;
use crate::translate::Layers;
use crate::view::{Symbol, View};

/// `Relu`.
pub(super) fn relu(node: &Node<'_>, layers: &mut Layers) -> Result<Symbol, NodeError> {
    fuse(node, layers, Activation::Relu)
}

/// `Clip` from 0 to 6 or to infinity, with limits as attributes (before opset 11) or inputs.
pub(super) fn clip(node: &Node<'_>, layers: &mut Layers) -> Result<Symbol, NodeError> {
    let limit = |index, name, default| match node.optional(index)? {
        None => Ok(node.float(name, default)),
        Some(_) => node.floats(index)?.1.first().copied().ok_or(NodeError::MissingInput { index }),
    };
    let (min, max) = (limit(1, "min", f32::MIN)?, limit(2, "max", f32::MAX)?);
    ensure(min == 0.0 && (max == 6.0 || max >= f32::MAX), "limits")?;
    fuse(node, layers, if max == 6.0 { Activation::Relu6 } else { Activation::Relu })
}

/// `PRelu` with one slope for each channel, or one for all.
pub(super) fn prelu(node: &Node<'_>, layers: &mut Layers) -> Result<Symbol, NodeError> {
    let channels = layers.channels[node.map(0)?.index()];
    let (dims, slopes) = node.floats(1)?;
    let per_channel = match dims {
        [all, 1, 1] | [1, all, 1, 1] => *all == channels,
        [_] | [] => slopes.len() == 1,
        _ => false,
    };
    ensure(per_channel || slopes.len() == 1, "slopes")?;
    let slopes = if slopes.len() == 1 { vec![slopes[0]; channels] } else { slopes.to_vec() };
    fuse(node, layers, Activation::PRelu(slopes))
}

fn fuse(node: &Node<'_>, layers: &mut Layers, activation: Activation) -> Result<Symbol, NodeError> {
    let value = node.map(0)?;
    let layer = layers.layer(value).filter(|_| node.owns(0)).ok_or(NodeError::NotFusable)?;
    match &mut layer.op {
        Op::Pointwise { filters, .. }
        | Op::Conv3x3 { filters, .. }
        | Op::Depthwise3x3 { filters, .. }
        | Op::DepthwiseGlobal { filters, .. }
            if filters.activation == Activation::None =>
        {
            filters.activation = activation;
            node.input(0).cloned()
        }
        _ => Err(NodeError::NotFusable),
    }
}

/// `Sigmoid`: only on the way to an output.
pub(super) fn sigmoid(node: &Node<'_>) -> Result<Symbol, NodeError> {
    let view = node.view(0)?;
    ensure(!view.sigmoid, "second sigmoid")?;
    Ok(Symbol::View(View { sigmoid: true, ..view }))
}
