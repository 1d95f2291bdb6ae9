//! Whether a graph is a network that can be run.

use crate::graph::{
    Activation, Filters, Graph, Layer, MAX_CHANNELS, MAX_LAYERS, MAX_WEIGHTS, Op, Value,
};
use crate::packed::padded;

/// Largest side of a window that spans the whole map.
const MAX_GLOBAL_SIDE: usize = 64;

/// Why a graph is not a network that can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphError {
    /// Too many layers, channels or weights, or none at all.
    Limit {
        /// What there is too much or too little of.
        what: &'static str,
        /// How much there is.
        got: usize,
    },
    /// A layer cannot be computed.
    Layer {
        /// Index of the layer.
        index: usize,
        /// What is wrong with it.
        fault: LayerFault,
    },
    /// An output names no channels of a layer, or has the name of another.
    Output {
        /// Index of the output.
        index: usize,
    },
}

/// What is wrong with a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayerFault {
    /// It reads what is not computed before it.
    Order,
    /// Only convolutions over all channels can read the network's input.
    ReadsInput,
    /// Number of weights, biases or slopes.
    FilterSize,
    /// Channels of the two maps that it reads, or of a depthwise layer's input and output, differ.
    Channels,
    /// A weight is infinite or not a number.
    NotFinite,
    /// Side of a global window.
    Side,
}

impl std::fmt::Display for GraphError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Limit { what, got } => write!(f, "a network cannot have {got} {what}"),
            Self::Layer { index, fault } => write!(f, "layer {index}: {fault}"),
            Self::Output { index } => write!(f, "output {index} is not some channels of a layer"),
        }
    }
}

impl std::fmt::Display for LayerFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Order => "reads what is not computed before it",
            Self::ReadsInput => "only a dense convolution can read the network's input",
            Self::FilterSize => "wrong number of weights",
            Self::Channels => "channels of its maps differ",
            Self::NotFinite => "a weight is not finite",
            Self::Side => "side of its window is out of range",
        })
    }
}

impl std::error::Error for GraphError {}

/// Checks `graph` and returns the number of channels of each value.
pub(crate) fn channels(graph: &Graph) -> Result<Vec<usize>, GraphError> {
    limit("input channels", graph.input_channels, MAX_CHANNELS)?;
    limit("layers", graph.layers.len(), MAX_LAYERS)?;
    limit("outputs", graph.outputs.len(), MAX_LAYERS)?;
    let mut channels = vec![graph.input_channels];
    let mut weights = 0;
    for (index, layer) in graph.layers.iter().enumerate() {
        let out =
            out_channels(layer, &channels).map_err(|fault| GraphError::Layer { index, fault })?;
        limit("channels", out, MAX_CHANNELS)?;
        weights += packed_weights(layer, channels[layer.input.index()], out);
        channels.push(out);
    }
    limit("packed weights", weights.max(1), MAX_WEIGHTS)?;
    outputs(graph, &channels)?;
    Ok(channels)
}

fn limit(what: &'static str, got: usize, most: usize) -> Result<(), GraphError> {
    if got == 0 || got > most { Err(GraphError::Limit { what, got }) } else { Ok(()) }
}

fn packed_weights(layer: &Layer, inputs: usize, out: usize) -> usize {
    match &layer.op {
        Op::Pointwise { .. } => inputs * padded(out),
        Op::Conv3x3 { .. } => 9 * padded(inputs) * padded(out),
        Op::Depthwise3x3 { .. } => 9 * padded(out),
        Op::DepthwiseGlobal { side, .. } => side * side * padded(out),
        Op::MaxPool2 | Op::Add { .. } | Op::AddUpsampled { .. } => 0,
    }
}

fn out_channels(layer: &Layer, channels: &[usize]) -> Result<usize, LayerFault> {
    let of = |value: Value| channels.get(value.index()).copied().ok_or(LayerFault::Order);
    let inputs = of(layer.input)?;
    let dense = matches!(layer.op, Op::Pointwise { .. } | Op::Conv3x3 { .. });
    if layer.op.other() == Some(Value::INPUT) || (layer.input == Value::INPUT && !dense) {
        return Err(LayerFault::ReadsInput);
    }
    let out = match &layer.op {
        Op::Pointwise { filters, .. } => dense_channels(filters, inputs)?,
        Op::Conv3x3 { filters, .. } => dense_channels(filters, 9 * inputs)?,
        Op::Depthwise3x3 { filters, .. } => depthwise_channels(filters, inputs, 9)?,
        Op::DepthwiseGlobal { side, .. } if !(1..=MAX_GLOBAL_SIDE).contains(side) => {
            return Err(LayerFault::Side);
        }
        Op::DepthwiseGlobal { filters, side } => depthwise_channels(filters, inputs, side * side)?,
        Op::MaxPool2 | Op::Add { .. } | Op::AddUpsampled { .. } => inputs,
    };
    let other = layer.op.other().map(of).transpose()?;
    if other.is_some_and(|other| other != out) { Err(LayerFault::Channels) } else { Ok(out) }
}

fn dense_channels(filters: &Filters, taps: usize) -> Result<usize, LayerFault> {
    let out = filters.bias.len();
    check_filters(filters, out.checked_mul(taps))?;
    Ok(out)
}

fn depthwise_channels(filters: &Filters, inputs: usize, taps: usize) -> Result<usize, LayerFault> {
    if filters.bias.len() != inputs {
        return Err(LayerFault::Channels);
    }
    check_filters(filters, inputs.checked_mul(taps))?;
    Ok(inputs)
}

fn check_filters(filters: &Filters, weights: Option<usize>) -> Result<(), LayerFault> {
    let slopes = match &filters.activation {
        Activation::PRelu(slopes) if slopes.len() != filters.bias.len() => {
            return Err(LayerFault::FilterSize);
        }
        Activation::PRelu(slopes) => slopes.as_slice(),
        _ => &[],
    };
    if weights != Some(filters.weights.len()) {
        return Err(LayerFault::FilterSize);
    }
    let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
    if finite(&filters.weights) && finite(&filters.bias) && finite(slopes) {
        Ok(())
    } else {
        Err(LayerFault::NotFinite)
    }
}

fn outputs(graph: &Graph, channels: &[usize]) -> Result<(), GraphError> {
    for (index, output) in graph.outputs.iter().enumerate() {
        let of_layer = channels.get(output.value.index()).filter(|_| output.value != Value::INPUT);
        let end = output.first_channel.checked_add(output.channels);
        let inside = end.is_some_and(|end| of_layer.is_some_and(|all| end <= *all));
        let repeated = graph.outputs[..index].iter().any(|before| before.name == output.name);
        if !inside || output.channels == 0 || repeated {
            return Err(GraphError::Output { index });
        }
    }
    Ok(())
}
