//! Weights in the order in which the kernels read them.

use crate::aligned::Aligned;
use crate::graph::{Activation, Filters};

/// Channels of every map but the input are padded with zeros to a multiple of this, the widest
/// vector.
pub(crate) const PANEL: usize = 16;

/// `channels` with its padding.
pub(crate) fn padded(channels: usize) -> usize {
    channels.next_multiple_of(PANEL)
}

/// Filters of one convolution, padded to whole panels of output channels.
#[derive(Debug)]
pub(crate) struct Packed {
    /// Dense: `[panel][tap][16]`. Depthwise: `[tap][channel]`.
    pub(crate) weights: Aligned,
    /// One for each padded output channel.
    pub(crate) bias: Aligned,
    /// What is done to each result.
    pub(crate) activation: PackedActivation,
}

/// [`Activation`] with its slopes padded.
#[derive(Debug)]
pub(crate) enum PackedActivation {
    None,
    Relu,
    Relu6,
    PRelu(Aligned),
}

impl Packed {
    /// Filters `[out, in, window]` for maps whose pixels are `pitch` floats apart.
    pub(crate) fn dense(filters: &Filters, inputs: usize, window: usize, pitch: usize) -> Self {
        let taps = if window == 1 { inputs } else { window * pitch };
        let mut weights = Aligned::zeros(taps * padded(filters.bias.len()));
        let packed = weights.as_mut_slice();
        for (index, weight) in filters.weights.iter().enumerate() {
            let (out, input, spot) =
                (index / (inputs * window), index / window % inputs, index % window);
            let tap = spot * pitch + input;
            packed[(out / PANEL * taps + tap) * PANEL + out % PANEL] = *weight;
        }
        Self::with_weights(weights, filters)
    }

    /// Filters `[channels, window]`.
    pub(crate) fn depthwise(filters: &Filters, window: usize) -> Self {
        let pitch = padded(filters.bias.len());
        let mut weights = Aligned::zeros(window * pitch);
        let packed = weights.as_mut_slice();
        for (index, weight) in filters.weights.iter().enumerate() {
            packed[index % window * pitch + index / window] = *weight;
        }
        Self::with_weights(weights, filters)
    }

    fn with_weights(weights: Aligned, filters: &Filters) -> Self {
        let activation = match &filters.activation {
            Activation::None => PackedActivation::None,
            Activation::Relu => PackedActivation::Relu,
            Activation::Relu6 => PackedActivation::Relu6,
            Activation::PRelu(slopes) => PackedActivation::PRelu(per_channel(slopes)),
        };
        Self { weights, bias: per_channel(&filters.bias), activation }
    }

    /// Output channels with their padding.
    pub(crate) fn out_pitch(&self) -> usize {
        self.bias.as_slice().len()
    }
}

fn per_channel(values: &[f32]) -> Aligned {
    let mut all = Aligned::zeros(padded(values.len()));
    all.as_mut_slice()[..values.len()].copy_from_slice(values);
    all
}
