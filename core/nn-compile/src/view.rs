//! What the name of an ONNX value stands for.

use facematch_nn::Value;

use crate::constant::Constant;

/// What a name stands for.
#[derive(Debug, Clone)]
pub(crate) enum Symbol {
    Constant(Constant),
    View(View),
    /// A map, each of whose pixels counts for 2×2.
    Upsampled(Value),
    /// Part of a shape; what depends on the input's size is unknown.
    Shape(Vec<Option<i64>>),
}

/// A map as ONNX sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) value: Value,
    pub(crate) axes: Axes,
    /// Whether the logistic function was applied.
    pub(crate) sigmoid: bool,
}

/// Order of a map's axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axes {
    /// `[1, channels, height, width]`.
    ChannelsFirst,
    /// `[1, height, width, channels]`.
    ChannelsLast,
    /// `[1, height × width, channels]`, or `[1, channels]` of one pixel.
    Pixels,
}

impl View {
    /// The map that a layer computes.
    pub(crate) fn map(value: Value) -> Self {
        Self { value, axes: Axes::ChannelsFirst, sigmoid: false }
    }
}
