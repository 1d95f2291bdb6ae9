//! What a network is: layers in the order of their computation, and outputs.

/// Most channels that a map may have.
pub const MAX_CHANNELS: usize = 4096;

/// Most layers that a network may have.
pub const MAX_LAYERS: usize = 1024;

/// Most weights that a network may have, once packed.
pub const MAX_WEIGHTS: usize = 1 << 25;

/// One map of values: the network's input, or what a layer computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(pub u16);

impl Value {
    /// The network's input.
    pub const INPUT: Self = Self(0);

    /// What the layer at this index computes.
    #[must_use]
    pub fn of_layer(index: usize) -> Self {
        Self(u16::try_from(index + 1).unwrap_or(u16::MAX))
    }

    /// Index among all values; the input is 0 and layer `n` is `n + 1`.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A network as plain data, as it lies in the file.
///
/// Maps are rows of pixels of channels (NHWC, N = 1). A layer reads only the input and layers
/// before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// SHA-256 of the ONNX file that this was compiled from; zeros if there is none.
    pub source_sha256: [u8; 32],
    /// Channels of the input.
    pub input_channels: usize,
    /// The layers, in the order in which they are computed.
    pub layers: Vec<Layer>,
    /// What the network gives back.
    pub outputs: Vec<Output>,
}

/// One step of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer<F = Filters> {
    /// The map that it reads.
    pub input: Value,
    /// What it does.
    pub op: Op<F>,
}

/// What a layer does. Convolutions of 3×3 are padded by one pixel of zeros.
#[derive(Debug, Clone, PartialEq)]
pub enum Op<F = Filters> {
    /// 1×1 convolution; `residual`, a map of the output's size, is added before the activation.
    Pointwise {
        /// Weights `[out, in]`.
        filters: F,
        /// The map to add.
        residual: Option<Value>,
    },
    /// 3×3 convolution over all channels.
    Conv3x3 {
        /// Weights `[out, in, 3, 3]`.
        filters: F,
        /// Step of the window.
        stride: Stride,
    },
    /// 3×3 convolution of each channel with its own filter.
    Depthwise3x3 {
        /// Weights `[channels, 3, 3]`.
        filters: F,
        /// Step of the window.
        stride: Stride,
    },
    /// Convolution of each channel with a filter of the whole map's size: one pixel comes out.
    DepthwiseGlobal {
        /// Weights `[channels, side, side]`.
        filters: F,
        /// Width and height that the map must have.
        side: usize,
    },
    /// Largest of each 2×2 pixels; an odd last row or column is left out.
    MaxPool2,
    /// Sum with a map of the same size.
    Add {
        /// The other map.
        other: Value,
    },
    /// Sum with a map of half the width and height, each of whose pixels counts for 2×2.
    AddUpsampled {
        /// The smaller map.
        other: Value,
    },
}

/// Step of a convolution's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stride {
    /// The map keeps its size.
    One,
    /// The map's sides are halved, rounding up.
    Two,
}

impl Stride {
    /// Pixels from one window to the next.
    #[must_use]
    pub fn pixels(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }
}

/// Weights of a convolution, as ONNX lays them out, with what follows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Filters {
    /// The weights; their axes are said where the filters are used.
    pub weights: Vec<f32>,
    /// One value for each output channel.
    pub bias: Vec<f32>,
    /// What is done to each result.
    pub activation: Activation,
}

/// What is done to each result of a convolution.
#[derive(Debug, Clone, PartialEq)]
pub enum Activation {
    /// Nothing.
    None,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `x` if positive, else `x` times the channel's slope.
    PRelu(Vec<f32>),
}

/// Some channels of a map, given back under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Name, unique in the network.
    pub name: String,
    /// The map.
    pub value: Value,
    /// First channel.
    pub first_channel: usize,
    /// How many channels.
    pub channels: usize,
    /// Whether each value goes through the logistic function.
    pub sigmoid: bool,
}

impl<F> Op<F> {
    /// The filters, if it is a convolution.
    #[must_use]
    pub fn filters(&self) -> Option<&F> {
        match self {
            Self::Pointwise { filters, .. }
            | Self::Conv3x3 { filters, .. }
            | Self::Depthwise3x3 { filters, .. }
            | Self::DepthwiseGlobal { filters, .. } => Some(filters),
            Self::MaxPool2 | Self::Add { .. } | Self::AddUpsampled { .. } => None,
        }
    }

    /// The second map that it reads, if any.
    #[must_use]
    pub fn other(&self) -> Option<Value> {
        match self {
            Self::Pointwise { residual, .. } => *residual,
            Self::Add { other } | Self::AddUpsampled { other } => Some(*other),
            _ => None,
        }
    }
}
