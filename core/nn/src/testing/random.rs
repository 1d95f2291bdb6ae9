//! Small networks that are valid but otherwise arbitrary.

use super::dice::Dice;
use crate::{Activation, Filters, Graph, Layer, Op, Output, Stride, Value};

/// A network and the size of its input.
#[derive(Debug, Clone)]
pub struct RandomNetwork {
    /// The network.
    pub graph: Graph,
    /// Rows of the input.
    pub height: usize,
    /// Pixels of a row.
    pub width: usize,
}

/// `len` values between -1 and 1.
pub fn random_values(dice: &mut Dice<'_>, len: usize) -> Vec<f32> {
    (0..len).map(|_| dice.value()).collect()
}

#[derive(Clone, Copy, PartialEq)]
struct Size {
    height: usize,
    width: usize,
    channels: usize,
}

struct Maker<'a, 'b> {
    dice: &'a mut Dice<'b>,
    sizes: Vec<Size>,
    layers: Vec<Layer>,
}

impl RandomNetwork {
    /// A network of up to 12 layers, sometimes of maps large enough to be computed row by row.
    pub fn new(dice: &mut Dice<'_>) -> Self {
        let side = |dice: &mut Dice<'_>| match dice.below(4) {
            0 => 1 + dice.below(8),
            1 => 32 * (1 + dice.below(3)),
            2 => 8 * (1 + dice.below(9)),
            _ => 1 + dice.below(72),
        };
        let (height, width) = (side(dice), side(dice));
        let channels = 1 + dice.below(4);
        let input = Size { height, width, channels };
        let mut maker = Maker { dice, sizes: vec![input], layers: vec![] };
        maker.dense(Value::INPUT);
        for _ in 0..maker.dice.below(12) {
            maker.layer();
        }
        let outputs = maker.outputs();
        let graph = Graph {
            source_sha256: [7; 32],
            input_channels: channels,
            layers: maker.layers,
            outputs,
        };
        Self { graph, height, width }
    }
}

impl Maker<'_, '_> {
    fn push(&mut self, input: Value, op: Op, size: Size) {
        self.layers.push(Layer { input, op });
        self.sizes.push(size);
    }

    /// Any layer's value; more often than not the last one.
    fn any(&mut self) -> Value {
        match self.dice.below(3) {
            0 => Value::of_layer(self.dice.below(self.layers.len())),
            _ => Value::of_layer(self.layers.len() - 1),
        }
    }

    /// Another layer's value of this size, if there is one.
    fn like(&mut self, size: Size) -> Option<Value> {
        let found = self.sizes.iter().skip(1).position(|other| *other == size);
        found.map(Value::of_layer)
    }

    fn layer(&mut self) {
        let input = self.any();
        let size = self.sizes[input.index()];
        let half = Size { height: size.height / 2, width: size.width / 2, ..size };
        match self.dice.below(8) {
            0..=2 => self.dense(input),
            3 | 4 => self.depthwise(input),
            5 if half.height > 0 && half.width > 0 => self.push(input, Op::MaxPool2, half),
            6 if size.height == size.width && size.height <= 12 => self.global(input),
            6 => {
                if let Some(other) = self.like(size) {
                    self.push(input, Op::Add { other }, size);
                }
            }
            _ => self.upsample(input, half),
        }
    }

    fn upsample(&mut self, input: Value, half: Size) {
        let size = self.sizes[input.index()];
        if size.height.is_multiple_of(2)
            && size.width.is_multiple_of(2)
            && let Some(other) = self.like(half)
        {
            self.push(input, Op::AddUpsampled { other }, size);
        }
    }

    fn dense(&mut self, input: Value) {
        let size = self.sizes[input.index()];
        let channels = match self.dice.below(3) {
            0 => 1 + self.dice.below(20),
            1 => 16 * (1 + self.dice.below(6)),
            _ => size.channels.max(2),
        };
        if self.dice.below(3) == 0 {
            let stride = self.stride();
            let filters = self.filters(channels, 9 * size.channels);
            return self.push(
                input,
                Op::Conv3x3 { filters, stride },
                strided(size, channels, stride),
            );
        }
        let out = Size { channels, ..size };
        let residual = if self.dice.below(2) == 0 { self.like(out) } else { None };
        let filters = self.filters(channels, size.channels);
        self.push(input, Op::Pointwise { filters, residual }, out);
    }

    fn depthwise(&mut self, input: Value) {
        let size = self.sizes[input.index()];
        let stride = self.stride();
        let filters = self.filters(size.channels, 9);
        let out = strided(size, size.channels, stride);
        self.push(input, Op::Depthwise3x3 { filters, stride }, out);
    }

    fn global(&mut self, input: Value) {
        let size = self.sizes[input.index()];
        let filters = self.filters(size.channels, size.height * size.width);
        let op = Op::DepthwiseGlobal { filters, side: size.height };
        self.push(input, op, Size { height: 1, width: 1, ..size });
    }

    fn stride(&mut self) -> Stride {
        if self.dice.below(3) == 0 { Stride::Two } else { Stride::One }
    }

    /// Filters that keep the size of values about the same.
    fn filters(&mut self, channels: usize, inputs: usize) -> Filters {
        let scale = (2.0 / inputs as f32).sqrt();
        let mut weights = random_values(self.dice, channels * inputs);
        weights.iter_mut().for_each(|weight| *weight *= scale);
        let bias = random_values(self.dice, channels);
        let activation = match self.dice.below(4) {
            0 => Activation::None,
            1 => Activation::Relu,
            2 => Activation::Relu6,
            _ => Activation::PRelu(random_values(self.dice, channels)),
        };
        Filters { weights, bias, activation }
    }

    /// Some channels of up to three values, the last one among them.
    fn outputs(&mut self) -> Vec<Output> {
        let mut values = vec![Value::of_layer(self.layers.len() - 1)];
        for _ in 0..self.dice.below(3) {
            values.push(self.any());
        }
        let mut output = |(index, value): (usize, Value)| {
            let all = self.sizes[value.index()].channels;
            let first_channel = self.dice.below(all);
            let channels = 1 + self.dice.below(all - first_channel);
            let sigmoid = self.dice.below(2) == 0;
            Output { name: format!("output {index}"), value, first_channel, channels, sigmoid }
        };
        values.into_iter().enumerate().map(&mut output).collect()
    }
}

fn strided(size: Size, channels: usize, stride: Stride) -> Size {
    let [height, width] = [size.height, size.width].map(|side| side.div_ceil(stride.pixels()));
    Size { height, width, channels }
}
