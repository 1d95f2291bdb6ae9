//! From a graph to bytes.

use super::{MAGIC, NO_RESIDUAL, VERSION, kind};
use crate::graph::{Activation, Filters, Graph, Layer, Op, Output};
use crate::half;

/// How weights are written. They are always computed with as 32-bit floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32-bit floats: what the source holds.
    F32,
    /// 16-bit floats: half the size, rounded to 11 bits.
    F16,
}

impl Precision {
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 => 2,
        }
    }
}

/// Why a graph cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// A number is too large for its field.
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        got: usize,
    },
    /// A weight is beyond what a 16-bit float can hold.
    Overflow,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge { what, got } => write!(f, "{got} {what} do not fit in a network file"),
            Self::Overflow => write!(f, "a weight does not fit in 16 bits"),
        }
    }
}

impl std::error::Error for WriteError {}

impl Graph {
    /// Writes a network file.
    ///
    /// # Errors
    /// [`WriteError`] if a count or a weight does not fit in its field.
    pub fn to_bytes(&self, precision: Precision) -> Result<Vec<u8>, WriteError> {
        let mut writer = Writer { bytes: MAGIC.to_vec(), precision };
        writer.bytes.extend(VERSION.to_le_bytes());
        writer.bytes.push(u8::from(precision == Precision::F16));
        writer.bytes.extend(self.source_sha256);
        writer.u16("input channels", self.input_channels)?;
        writer.u16("layers", self.layers.len())?;
        self.layers.iter().try_for_each(|layer| writer.layer(layer))?;
        writer.u16("outputs", self.outputs.len())?;
        self.outputs.iter().try_for_each(|output| writer.output(output))?;
        Ok(writer.bytes)
    }
}

struct Writer {
    bytes: Vec<u8>,
    precision: Precision,
}

impl Writer {
    fn u8(&mut self, what: &'static str, got: usize) -> Result<(), WriteError> {
        let small = u8::try_from(got).map_err(|_| WriteError::TooLarge { what, got })?;
        self.bytes.push(small);
        Ok(())
    }

    fn u16(&mut self, what: &'static str, got: usize) -> Result<(), WriteError> {
        let small = u16::try_from(got).map_err(|_| WriteError::TooLarge { what, got })?;
        self.bytes.extend(small.to_le_bytes());
        Ok(())
    }

    fn layer(&mut self, layer: &Layer) -> Result<(), WriteError> {
        self.bytes.push(kind_of(&layer.op));
        self.bytes.extend(layer.input.0.to_le_bytes());
        match &layer.op {
            Op::Pointwise { residual, .. } => {
                let residual = residual.map_or(NO_RESIDUAL, |value| value.0);
                self.bytes.extend(residual.to_le_bytes());
            }
            Op::Conv3x3 { stride, .. } | Op::Depthwise3x3 { stride, .. } => {
                self.u8("pixels of stride", stride.pixels())?;
            }
            Op::DepthwiseGlobal { side, .. } => self.u8("pixels of a window", *side)?,
            Op::Add { other } | Op::AddUpsampled { other } => {
                self.bytes.extend(other.0.to_le_bytes());
            }
            Op::MaxPool2 => {}
        }
        layer.op.filters().map_or(Ok(()), |filters| self.filters(filters))
    }

    fn filters(&mut self, filters: &Filters) -> Result<(), WriteError> {
        self.u16("channels", filters.bias.len())?;
        let (activation, slopes) = match &filters.activation {
            Activation::None => (0, &[][..]),
            Activation::Relu => (1, &[][..]),
            Activation::Relu6 => (2, &[][..]),
            Activation::PRelu(slopes) => (3, slopes.as_slice()),
        };
        self.bytes.push(activation);
        let exact = filters.bias.iter().chain(slopes);
        self.bytes.extend(exact.flat_map(|value| value.to_le_bytes()));
        match self.precision {
            Precision::F32 => {
                self.bytes.extend(filters.weights.iter().flat_map(|weight| weight.to_le_bytes()));
                Ok(())
            }
            Precision::F16 => self.halves(&filters.weights),
        }
    }

    fn halves(&mut self, weights: &[f32]) -> Result<(), WriteError> {
        for weight in weights {
            let bits = half::from_f32(*weight);
            if !half::to_f32(bits).is_finite() {
                return Err(WriteError::Overflow);
            }
            self.bytes.extend(bits.to_le_bytes());
        }
        Ok(())
    }

    fn output(&mut self, output: &Output) -> Result<(), WriteError> {
        self.u8("bytes of an output's name", output.name.len())?;
        self.bytes.extend(output.name.as_bytes());
        self.bytes.extend(output.value.0.to_le_bytes());
        self.u16("first channel", output.first_channel)?;
        self.u16("channels", output.channels)?;
        self.bytes.push(u8::from(output.sigmoid));
        Ok(())
    }
}

fn kind_of(op: &Op) -> u8 {
    match op {
        Op::Pointwise { .. } => kind::POINTWISE,
        Op::Conv3x3 { .. } => kind::CONV_3X3,
        Op::Depthwise3x3 { .. } => kind::DEPTHWISE_3X3,
        Op::DepthwiseGlobal { .. } => kind::DEPTHWISE_GLOBAL,
        Op::MaxPool2 => kind::MAX_POOL_2,
        Op::Add { .. } => kind::ADD,
        Op::AddUpsampled { .. } => kind::ADD_UPSAMPLED,
    }
}
