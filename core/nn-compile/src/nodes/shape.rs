//! Constants, and nodes that only rearrange axes.

use super::ensure;
use crate::error::NodeError;
use crate::node::Node;
use crate::translate::Layers;
use crate::view::{Axes, Symbol, View};

/// `Constant`.
pub(super) fn constant(node: &Node<'_>) -> Result<Symbol, NodeError> {
    let constant = node.constant_attribute("value");
    constant.map(Symbol::Constant).ok_or(NodeError::Unsupported { what: "value" })
}

/// `Shape` of a map: one picture, so many channels, and a size that is not known yet.
pub(super) fn shape(node: &Node<'_>, layers: &Layers) -> Result<Symbol, NodeError> {
    let channels = layers.channels[node.map(0)?.index()];
    Ok(Symbol::Shape(vec![Some(1), i64::try_from(channels).ok(), None, None]))
}

/// `Gather` of one element of a shape.
pub(super) fn gather(node: &Node<'_>) -> Result<Symbol, NodeError> {
    let shape = node.shape(0)?;
    ensure(node.int("axis", 0) == 0, "axis")?;
    let indices = node.shape(1)?;
    let picked = indices.iter().map(|index| {
        let index = index.and_then(|index| usize::try_from(index).ok())?;
        shape.get(index).copied()
    });
    let picked: Option<Vec<_>> = picked.collect();
    picked.map(Symbol::Shape).ok_or(NodeError::Unsupported { what: "index" })
}

/// `Concat` of shapes.
pub(super) fn concat(node: &Node<'_>) -> Result<Symbol, NodeError> {
    let parts = (0..node.proto.input.len()).map(|index| node.shape(index));
    Ok(Symbol::Shape(parts.collect::<Result<Vec<_>, _>>()?.concat()))
}

/// `Transpose` to channels-last, which is how maps lie anyway.
pub(super) fn transpose(node: &Node<'_>) -> Result<Symbol, NodeError> {
    let view = node.view(0)?;
    let known = view.axes == Axes::ChannelsFirst && node.ints("perm") == [0, 2, 3, 1];
    ensure(known, "perm")?;
    Ok(Symbol::View(View { axes: Axes::ChannelsLast, ..view }))
}

/// `Reshape` of a channels-last map to pixels of channels, or of one pixel to its channels.
pub(super) fn reshape(node: &Node<'_>, layers: &Layers) -> Result<Symbol, NodeError> {
    let view = node.view(0)?;
    let shape = node.shape(1)?;
    let channels = i64::try_from(layers.channels[view.value.index()]).ok();
    // Zero stands for the input's own side, which is one picture.
    let one_picture = matches!(shape.first(), Some(Some(0 | 1)));
    let known = match (view.axes, &shape[..]) {
        (Axes::ChannelsLast, [_, Some(-1), last]) => *last == channels,
        (Axes::ChannelsFirst, [_, last]) => {
            layers.one_pixel[view.value.index()] && (*last == Some(-1) || *last == channels)
        }
        _ => false,
    };
    ensure(one_picture && known, "shape")?;
    Ok(Symbol::View(View { axes: Axes::Pixels, ..view }))
}

/// `Flatten` of one pixel to its channels.
pub(super) fn flatten(node: &Node<'_>, layers: &Layers) -> Result<Symbol, NodeError> {
    let view = node.view(0)?;
    let known = layers.one_pixel[view.value.index()] && node.int("axis", 1) == 1;
    ensure(known, "map of more than one pixel")?;
    Ok(Symbol::View(View { axes: Axes::Pixels, ..view }))
}
