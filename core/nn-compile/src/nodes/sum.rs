//! Sums of maps.

use facematch_nn::{Activation, Op, Value};

use super::ensure;
use crate::error::NodeError;
use crate::node::Node;
use crate::translate::Layers;
use crate::view::{Symbol, View};

/// `Add` of two maps: part of a pointwise convolution if one of them comes from it alone.
pub(super) fn add(node: &Node<'_>, layers: &mut Layers) -> Result<Symbol, NodeError> {
    match (node.input(0)?, node.input(1)?) {
        (Symbol::View(_), Symbol::Upsampled(other)) => {
            Ok(layers.push(node.map(0)?, Op::AddUpsampled { other: *other }))
        }
        (Symbol::Upsampled(other), Symbol::View(_)) => {
            Ok(layers.push(node.map(1)?, Op::AddUpsampled { other: *other }))
        }
        _ => {
            let (a, b) = (node.map(0)?, node.map(1)?);
            let fused = fuse(node, layers, 1, (b, a)) || fuse(node, layers, 0, (a, b));
            if fused {
                return Ok(Symbol::View(View::map(a.max(b))));
            }
            Ok(layers.push(a, Op::Add { other: b }))
        }
    }
}

/// Makes `other` the residual of the layer that computes input `index`, the later of the two.
fn fuse(
    node: &Node<'_>,
    layers: &mut Layers,
    index: usize,
    (value, other): (Value, Value),
) -> bool {
    let later = other < value && other != Value::INPUT && node.owns(index);
    match layers.layer(value).filter(|_| later).map(|layer| &mut layer.op) {
        Some(Op::Pointwise { filters, residual: residual @ None })
            if filters.activation == Activation::None =>
        {
            *residual = Some(other);
            true
        }
        _ => false,
    }
}

/// `Resize` or `Upsample` by 2, each pixel becoming 2×2; an `Add` must follow.
pub(super) fn upsample(node: &Node<'_>) -> Result<Symbol, NodeError> {
    let scales = if node.proto.op_type == "Upsample" { 1 } else { 2 };
    ensure(node.optional(3).is_ok_and(|sizes| sizes.is_none()), "sizes")?;
    ensure(node.floats(scales)?.1 == [1.0, 1.0, 2.0, 2.0], "scales")?;
    ensure(node.text("mode", "nearest") == "nearest", "mode")?;
    // Both rules take pixel `i / 2`, rounded down.
    let rule = (
        node.text("coordinate_transformation_mode", "half_pixel"),
        node.text("nearest_mode", "round_prefer_floor"),
    );
    let known = [("asymmetric", "floor"), ("half_pixel", "round_prefer_floor")];
    ensure(scales == 1 || known.contains(&rule), "coordinate_transformation_mode")?;
    Ok(Symbol::Upsampled(node.map(0)?))
}
