//! A network run by its definition, in 64-bit floats and without a thought for speed.

use crate::{Activation, Filters, Graph, Layer, Op, Output};

/// A map of rows of pixels of channels.
struct Map {
    height: usize,
    width: usize,
    channels: usize,
    values: Vec<f64>,
}

impl Map {
    fn at(&self, row: usize, column: usize, channel: usize) -> f64 {
        self.values[(row * self.width + column) * self.channels + channel]
    }

    /// Zero outside the map; rows and columns are counted from 1.
    fn padded(&self, row: usize, column: usize, channel: usize) -> f64 {
        let inside = (1..=self.height).contains(&row) && (1..=self.width).contains(&column);
        if inside { self.at(row - 1, column - 1, channel) } else { 0.0 }
    }

    fn new(
        [height, width, channels]: [usize; 3],
        value: impl Fn(usize, usize, usize) -> f64,
    ) -> Self {
        let mut values = Vec::with_capacity(height * width * channels);
        for row in 0..height {
            for column in 0..width {
                values.extend((0..channels).map(|channel| value(row, column, channel)));
            }
        }
        Self { height, width, channels, values }
    }
}

/// Runs a valid `graph` on `input`, `[height, width, channels]`, and returns its outputs in order.
#[must_use]
pub fn run(graph: &Graph, height: usize, width: usize, input: &[f32]) -> Vec<Vec<f32>> {
    let channels = graph.input_channels;
    let values = input.iter().map(|value| f64::from(*value)).collect();
    let mut maps = vec![Map { height, width, channels, values }];
    for layer in &graph.layers {
        let map = compute(layer, &maps);
        maps.push(map);
    }
    graph.outputs.iter().map(|output| picked(output, &maps[output.value.index()])).collect()
}

fn compute(layer: &Layer, maps: &[Map]) -> Map {
    let x = &maps[layer.input.index()];
    let other = layer.op.other().map(|value| &maps[value.index()]);
    match &layer.op {
        Op::Pointwise { filters, .. } => {
            Map::new([x.height, x.width, filters.bias.len()], |row, column, out| {
                let inputs = (0..x.channels).map(|input| x.at(row, column, input));
                let added = other.map_or(0.0, |other| other.at(row, column, out));
                convolved(filters, out, added, inputs)
            })
        }
        Op::Conv3x3 { filters, stride } => {
            let shape = strided(x, stride.pixels(), filters.bias.len());
            Map::new(shape, |row, column, out| {
                let inputs = (0..x.channels)
                    .flat_map(|input| window(x, row, column, stride.pixels(), input));
                convolved(filters, out, 0.0, inputs)
            })
        }
        Op::Depthwise3x3 { filters, stride } => {
            let shape = strided(x, stride.pixels(), x.channels);
            Map::new(shape, |row, column, channel| {
                let inputs = window(x, row, column, stride.pixels(), channel);
                convolved(filters, channel, 0.0, inputs)
            })
        }
        Op::DepthwiseGlobal { filters, side } => Map::new([1, 1, x.channels], |_, _, channel| {
            let inputs = (0..side * side).map(|at| x.at(at / side, at % side, channel));
            convolved(filters, channel, 0.0, inputs)
        }),
        Op::MaxPool2 => {
            Map::new([x.height / 2, x.width / 2, x.channels], |row, column, channel| {
                let at = |index: usize| x.at(2 * row + index / 2, 2 * column + index % 2, channel);
                (0..4).map(at).fold(f64::NEG_INFINITY, f64::max)
            })
        }
        Op::Add { other } => Map::new([x.height, x.width, x.channels], |row, column, channel| {
            x.at(row, column, channel) + maps[other.index()].at(row, column, channel)
        }),
        Op::AddUpsampled { other } => {
            Map::new([x.height, x.width, x.channels], |row, column, channel| {
                x.at(row, column, channel) + maps[other.index()].at(row / 2, column / 2, channel)
            })
        }
    }
}

fn strided(x: &Map, stride: usize, channels: usize) -> [usize; 3] {
    [x.height.div_ceil(stride), x.width.div_ceil(stride), channels]
}

/// The nine values under a 3×3 window.
fn window(
    x: &Map,
    row: usize,
    column: usize,
    stride: usize,
    channel: usize,
) -> impl Iterator<Item = f64> {
    (0..9).map(move |at| x.padded(row * stride + at / 3, column * stride + at % 3, channel))
}

/// One result: all inputs of output channel `out`, weighted, with bias, `added` and activation.
fn convolved(filters: &Filters, out: usize, added: f64, inputs: impl Iterator<Item = f64>) -> f64 {
    let taps = filters.weights.len() / filters.bias.len();
    let weights = filters.weights[out * taps..].iter().map(|weight| f64::from(*weight));
    let sum: f64 = inputs.zip(weights).map(|(input, weight)| input * weight).sum();
    let value = sum + f64::from(filters.bias[out]) + added;
    match &filters.activation {
        Activation::None => value,
        Activation::Relu => value.max(0.0),
        Activation::Relu6 => value.clamp(0.0, 6.0),
        Activation::PRelu(slopes) if value < 0.0 => value * f64::from(slopes[out]),
        Activation::PRelu(_) => value,
    }
}

fn picked(output: &Output, map: &Map) -> Vec<f32> {
    let channels = output.first_channel..output.first_channel + output.channels;
    let pixels = map.values.chunks_exact(map.channels);
    let values = pixels.flat_map(|pixel| &pixel[channels.clone()]);
    let logistic = |value: f64| 1.0 / (1.0 + (-value).exp());
    values.map(|value| if output.sigmoid { logistic(*value) } else { *value } as f32).collect()
}
