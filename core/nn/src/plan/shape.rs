//! Size of every map, from the size of the input.

use crate::graph::{Layer, Op, Value};
use crate::network::Packing;
use crate::packed::{Packed, padded};

/// Longest side of an input.
const MAX_SIDE_PX: usize = 8192;

/// Size of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) height: usize,
    pub(crate) width: usize,
    /// Floats of each pixel: the channels, padded unless it is the input.
    pub(crate) pitch: usize,
}

impl Shape {
    /// Floats of a row.
    pub(crate) fn row_len(&self) -> usize {
        self.width * self.pitch
    }

    /// Floats of the map; far too many stay far too many where a `usize` is short.
    pub(crate) fn len(&self) -> usize {
        self.height.saturating_mul(self.row_len())
    }
}

/// Why a network cannot run on an input of some size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanError {
    /// A side of the input is zero or above 8,192 pixels.
    Side {
        /// Length of the side.
        got: usize,
    },
    /// At this size a layer gets maps that do not fit together, or nothing is left of a map.
    Layer {
        /// Index of the layer.
        index: usize,
    },
    /// The maps would need too much memory.
    TooLarge,
}

impl std::fmt::Display for PlanError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Side { got } => write!(f, "an input cannot have a side of {got} pixels"),
            Self::Layer { index } => write!(f, "layer {index} cannot take maps of this size"),
            Self::TooLarge => write!(f, "an input of this size needs too much memory"),
        }
    }
}

impl std::error::Error for PlanError {}

/// Shape of each value.
pub(super) fn shapes(
    network: &Packing,
    height: usize,
    width: usize,
) -> Result<Vec<Shape>, PlanError> {
    for got in [height, width] {
        if !(1..=MAX_SIDE_PX).contains(&got) {
            return Err(PlanError::Side { got });
        }
    }
    let mut shapes = vec![Shape { height, width, pitch: network.channels[0] }];
    for (index, layer) in network.layers.iter().enumerate() {
        let pitch = padded(network.channels[index + 1]);
        let (height, width) = sides(layer, &shapes).ok_or(PlanError::Layer { index })?;
        shapes.push(Shape { height, width, pitch });
    }
    Ok(shapes)
}

/// Height and width of what `layer` computes, if it can.
fn sides(layer: &Layer<Packed>, shapes: &[Shape]) -> Option<(usize, usize)> {
    let sides_of = |value: Value| (shapes[value.index()].height, shapes[value.index()].width);
    let (height, width) = sides_of(layer.input);
    let (sides, other) = match &layer.op {
        Op::Pointwise { .. } | Op::Add { .. } => ((height, width), (height, width)),
        Op::AddUpsampled { .. } => ((height, width), (height / 2, width / 2)),
        Op::Conv3x3 { stride, .. } | Op::Depthwise3x3 { stride, .. } => {
            let stride = stride.pixels();
            ((height.div_ceil(stride), width.div_ceil(stride)), (0, 0))
        }
        Op::MaxPool2 => ((height / 2, width / 2), (0, 0)),
        Op::DepthwiseGlobal { side, .. } if (height, width) != (*side, *side) => return None,
        Op::DepthwiseGlobal { .. } => ((1, 1), (0, 0)),
    };
    let even = height.is_multiple_of(2) && width.is_multiple_of(2);
    let upsampled = matches!(layer.op, Op::AddUpsampled { .. });
    let fits = layer.op.other().is_none_or(|value| sides_of(value) == other);
    (fits && (even || !upsampled) && sides.0 > 0 && sides.1 > 0).then_some(sides)
}
