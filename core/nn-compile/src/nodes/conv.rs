//! Convolutions, what folds into them, and pooling.

use facematch_nn::{Activation, Filters, Op, Stride, Value};

use super::ensure;
use crate::error::NodeError;
use crate::node::Node;
use crate::translate::Layers;
use crate::view::{Axes, Symbol};

/// `Conv`: 1×1, 3×3, 3×3 depthwise, or depthwise over the whole map.
pub(super) fn conv(node: &Node<'_>, layers: &mut Layers) -> Result<Symbol, NodeError> {
    let input = node.map(0)?;
    let inputs = layers.channels[input.index()];
    let (dims, weights) = node.floats(1)?;
    let &[out, per_group, height, width] = dims else {
        return Err(NodeError::Unsupported { what: "weights that are not of four axes" });
    };
    let groups = usize::try_from(node.int("group", 1)).unwrap_or(0);
    ensure(per_group.checked_mul(groups) == Some(inputs), "number of input channels")?;
    ensure(matches!(node.text("auto_pad", "NOTSET"), "NOTSET" | ""), "auto_pad")?;
    ensure(node.is_default("dilations", &[1, 1]), "dilations")?;
    ensure(height == width, "kernel_shape")?;
    let bias = match node.optional(2)? {
        Some(_) => node.floats(2)?.1.to_vec(),
        None => vec![0.0; out],
    };
    let filters = Filters { weights: weights.to_vec(), bias, activation: Activation::None };
    let depthwise = per_group == 1 && groups == out;
    ensure(depthwise || groups == 1, "group")?;
    let op = windowed(node, filters, height, depthwise)?;
    Ok(layers.push(input, op))
}

fn windowed(
    node: &Node<'_>,
    filters: Filters,
    side: usize,
    depthwise: bool,
) -> Result<Op, NodeError> {
    let stride = match node.ints("strides") {
        [] | [1, 1] => Stride::One,
        [2, 2] => Stride::Two,
        _ => return Err(NodeError::Unsupported { what: "strides" }),
    };
    let padding = match node.ints("pads") {
        [] | [0, 0, 0, 0] => 0,
        [1, 1, 1, 1] => 1,
        _ => return Err(NodeError::Unsupported { what: "pads" }),
    };
    match (side, padding, stride, depthwise) {
        (3, 1, _, true) => Ok(Op::Depthwise3x3 { filters, stride }),
        (3, 1, _, false) => Ok(Op::Conv3x3 { filters, stride }),
        (2.., 0, Stride::One, true) => Ok(Op::DepthwiseGlobal { filters, side }),
        (1, 0, Stride::One, false) => Ok(Op::Pointwise { filters, residual: None }),
        _ => Err(NodeError::Unsupported { what: "window" }),
    }
}

/// `Gemm` on one pixel is a 1×1 convolution.
pub(super) fn gemm(node: &Node<'_>, layers: &mut Layers) -> Result<Symbol, NodeError> {
    let view = node.view(0)?;
    let one_pixel = layers.one_pixel[view.value.index()] && view.axes == Axes::Pixels;
    ensure(one_pixel && !view.sigmoid, "input that is not one pixel")?;
    ensure(node.float("alpha", 1.0) == 1.0 && node.float("beta", 1.0) == 1.0, "alpha or beta")?;
    ensure(node.int("transA", 0) == 0, "transA")?;
    let (dims, weights) = node.floats(1)?;
    let &[rows, columns] = dims else {
        return Err(NodeError::Unsupported { what: "weights that are not of two axes" });
    };
    let weights = match node.int("transB", 0) {
        0 => (0..rows * columns).map(|at| weights[at % rows * columns + at / rows]).collect(),
        _ => weights.to_vec(),
    };
    let out = if node.int("transB", 0) == 0 { columns } else { rows };
    let bias = match node.optional(2)? {
        Some(_) => node.floats(2)?.1.to_vec(),
        None => vec![0.0; out],
    };
    let filters = Filters { weights, bias, activation: Activation::None };
    let symbol = layers.push(view.value, Op::Pointwise { filters, residual: None });
    let Symbol::View(layer) = symbol else { return Ok(symbol) };
    Ok(Symbol::View(crate::view::View { axes: Axes::Pixels, ..layer }))
}

/// `BatchNormalization` folds into the convolution before it.
pub(super) fn batch_norm(node: &Node<'_>, layers: &mut Layers) -> Result<Symbol, NodeError> {
    let value = node.map(0)?;
    let [scale, offset, mean, variance] =
        [node.floats(1)?.1, node.floats(2)?.1, node.floats(3)?.1, node.floats(4)?.1];
    let epsilon = node.float("epsilon", 1e-5);
    let filters = linear_filters(node, layers, 0, value)?;
    let out = filters.bias.len();
    ensure([scale, offset, mean, variance].iter().all(|list| list.len() == out), "channels")?;
    let taps = filters.weights.len() / out.max(1);
    for channel in 0..out {
        let factor = scale[channel] / (variance[channel] + epsilon).sqrt();
        for weight in &mut filters.weights[channel * taps..(channel + 1) * taps] {
            *weight *= factor;
        }
        let bias = &mut filters.bias[channel];
        *bias = (*bias - mean[channel]) * factor + offset[channel];
    }
    node.input(0).cloned()
}

/// Filters of the convolution that computes `value`, if nothing follows it yet and only this node
/// reads it.
fn linear_filters<'a>(
    node: &Node<'_>,
    layers: &'a mut Layers,
    index: usize,
    value: Value,
) -> Result<&'a mut Filters, NodeError> {
    let op = layers.layer(value).map(|layer| &mut layer.op).ok_or(NodeError::NotFusable)?;
    match op {
        Op::Pointwise { filters, residual: None }
        | Op::Conv3x3 { filters, .. }
        | Op::Depthwise3x3 { filters, .. }
        | Op::DepthwiseGlobal { filters, .. }
            if filters.activation == Activation::None && node.owns(index) =>
        {
            Ok(filters)
        }
        _ => Err(NodeError::NotFusable),
    }
}

/// `MaxPool` of 2×2.
pub(super) fn max_pool(node: &Node<'_>, layers: &mut Layers) -> Result<Symbol, NodeError> {
    let input = node.map(0)?;
    ensure(node.ints("kernel_shape") == [2, 2], "kernel_shape")?;
    ensure(node.ints("strides") == [2, 2], "strides")?;
    ensure(node.is_default("pads", &[0, 0, 0, 0]), "pads")?;
    ensure(node.is_default("dilations", &[1, 1]), "dilations")?;
    ensure(node.int("ceil_mode", 0) == 0, "ceil_mode")?;
    ensure(matches!(node.text("auto_pad", "NOTSET"), "NOTSET" | ""), "auto_pad")?;
    Ok(layers.push(input, Op::MaxPool2))
}
