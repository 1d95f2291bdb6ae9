//! The order of computation: large maps are never stored, their rows are computed when the next
//! layer needs them.

use super::shape::{PlanError, Shape};
use crate::graph::{Layer, Op, Value};
use crate::network::Packing;
use crate::packed::Packed;

/// Maps of fewer floats stay whole: they fit in the cache anyway, and kernels like long runs of
/// pixels.
const LEAST_STREAMED: usize = 1 << 16;

/// Most steps of a plan.
const MAX_STEPS: usize = 1 << 20;

/// Some rows of one value, to be computed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    /// What is computed; the input is converted.
    pub(crate) value: Value,
    /// First row.
    pub(crate) row: usize,
    /// How many rows.
    pub(crate) rows: usize,
}

/// Which values are computed row by row for the next one, and when.
pub(super) struct Chains {
    /// For each value, whether it is never whole.
    pub(super) streamed: Vec<bool>,
    /// For each value, the whole value that ends its chain: all of the chain is computed together
    /// with it.
    pub(super) end: Vec<usize>,
}

impl Chains {
    pub(super) fn new(network: &Packing, shapes: &[Shape]) -> Self {
        let uses = uses(network);
        let mut streamed = vec![false; shapes.len()];
        let mut end: Vec<usize> = (0..shapes.len()).collect();
        for (index, layer) in network.layers.iter().enumerate().rev() {
            let input = layer.input.index();
            let shape = &shapes[input];
            let large = input == 0 || shape.len() >= LEAST_STREAMED;
            let by_rows = !matches!(layer.op, Op::DepthwiseGlobal { .. });
            if uses[input] == 1 && large && by_rows {
                streamed[input] = true;
                end[input] = end[index + 1];
            }
        }
        Self { streamed, end }
    }

    /// All steps of the plan.
    pub(super) fn steps(
        &self,
        network: &Packing,
        shapes: &[Shape],
    ) -> Result<Vec<Step>, PlanError> {
        let streamed_rows = shapes.iter().zip(&self.streamed).filter(|(_, streamed)| **streamed);
        if streamed_rows.map(|(shape, _)| 2 * shape.height).sum::<usize>() > MAX_STEPS {
            return Err(PlanError::TooLarge);
        }
        let mut maker =
            Maker { network, shapes, chains: self, done: vec![0; shapes.len()], steps: vec![] };
        for value in (0..shapes.len()).filter(|value| !self.streamed[*value]) {
            maker.whole(value);
        }
        Ok(maker.steps)
    }
}

/// How often each value is read, by layers and outputs.
fn uses(network: &Packing) -> Vec<usize> {
    let mut uses = vec![0; network.layers.len() + 1];
    for layer in &network.layers {
        uses[layer.input.index()] += 1;
        // A second map is read at any row: two uses keep it whole.
        uses[layer.op.other().map_or(0, Value::index)] +=
            if layer.op.other().is_some() { 2 } else { 0 };
    }
    for output in &network.outputs {
        uses[output.value.index()] += 2;
    }
    uses
}

/// Rows of the input, counted from the top, that `layer` needs to have computed row `row`.
fn rows_needed(layer: &Layer<Packed>, row: usize) -> usize {
    match &layer.op {
        Op::Conv3x3 { stride, .. } | Op::Depthwise3x3 { stride, .. } => row * stride.pixels() + 2,
        Op::MaxPool2 => 2 * row + 2,
        _ => row + 1,
    }
}

/// Rows of the input that `layer` reads for one row.
pub(super) fn rows_read(layer: &Layer<Packed>) -> usize {
    match &layer.op {
        Op::Conv3x3 { .. } | Op::Depthwise3x3 { .. } => 3,
        Op::MaxPool2 => 2,
        _ => 1,
    }
}

struct Maker<'a> {
    network: &'a Packing,
    shapes: &'a [Shape],
    chains: &'a Chains,
    /// Rows of each value that are computed.
    done: Vec<usize>,
    steps: Vec<Step>,
}

impl Maker<'_> {
    /// All rows of a value that is kept: at once if what it reads is whole too.
    fn whole(&mut self, value: usize) {
        let rows = self.shapes[value].height;
        if value > 0 && self.chains.streamed[self.network.layers[value - 1].input.index()] {
            self.advance(value, rows);
        } else {
            self.steps.push(Step { value: Value(value as u16), row: 0, rows });
        }
    }

    /// Computes rows of `value` up to `end`, and first the rows of streamed values that they need.
    fn advance(&mut self, value: usize, end: usize) {
        for row in self.done[value]..end.min(self.shapes[value].height) {
            if value > 0 {
                let layer = &self.network.layers[value - 1];
                if self.chains.streamed[layer.input.index()] {
                    self.advance(layer.input.index(), rows_needed(layer, row));
                }
            }
            self.steps.push(Step { value: Value(value as u16), row, rows: 1 });
            self.done[value] = row + 1;
        }
    }
}
