//! Running a network on inputs of one size.

use crate::aligned::Aligned;
use crate::arena::Arena;
use crate::backend::Backend;
use crate::graph::{Layer, Op, Stride};
use crate::input::{Input, InputError};
use crate::kernels::{
    Add, AddUpsampled, Conv3x3, Depthwise3x3, DepthwiseGlobal, Job, MaxPool2, Pointwise,
};
use crate::network::Network;
use crate::output::{self, Outputs};
use crate::packed::Packed;
use crate::plan::{Plan, PlanError, Step};

/// A network planned for one size of input, with all memory that a run needs.
#[derive(Debug)]
pub struct Session {
    network: Network,
    backend: Backend,
    plan: Plan,
    arena: Aligned,
    outputs: Vec<f32>,
}

impl Session {
    /// Plans `network` for inputs of `height` × `width` pixels on the fastest backend.
    ///
    /// # Errors
    /// [`PlanError`] if the network cannot take this size.
    pub fn new(network: &Network, height: usize, width: usize) -> Result<Self, PlanError> {
        Self::on(Backend::best(), network, height, width)
    }

    /// Plans `network` for one backend.
    ///
    /// # Errors
    /// [`PlanError`] if the network cannot take this size.
    pub fn on(
        backend: Backend,
        network: &Network,
        height: usize,
        width: usize,
    ) -> Result<Self, PlanError> {
        let plan = Plan::new(network.packing(), height, width)?;
        let arena = Aligned::zeros(plan.arena_len);
        let outputs = vec![0.0; plan.outputs_len];
        Ok(Self { network: network.clone(), backend, plan, arena, outputs })
    }

    /// Height, width and channels of the input.
    #[must_use]
    pub fn input_shape(&self) -> [usize; 3] {
        let shape = &self.plan.shapes[0];
        [shape.height, shape.width, shape.pitch]
    }

    /// Bytes of memory for maps and outputs.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        (self.plan.arena_len + self.outputs.len()) * size_of::<f32>()
    }

    /// Multiplications and additions of one run, counting those with the padding around a map but
    /// not those with padded channels.
    #[must_use]
    pub fn macs(&self) -> u64 {
        let network = self.network.packing();
        let macs = |(index, layer): (usize, &Layer<Packed>)| {
            let shape = &self.plan.shapes[index + 1];
            let inputs = network.channels[layer.input.index()];
            let taps = match &layer.op {
                Op::Pointwise { .. } => inputs,
                Op::Conv3x3 { .. } => 9 * inputs,
                Op::Depthwise3x3 { .. } => 9,
                Op::DepthwiseGlobal { side, .. } => side * side,
                Op::MaxPool2 | Op::Add { .. } | Op::AddUpsampled { .. } => 0,
            };
            [shape.width, network.channels[index + 1], taps]
                .iter()
                .fold(shape.height as u64, |macs, factor| macs * *factor as u64)
        };
        network.layers.iter().enumerate().map(macs).sum()
    }

    /// Runs the network. Nothing is allocated.
    ///
    /// # Errors
    /// [`InputError`] if `input` is not of the session's size.
    pub fn run(&mut self, input: Input<'_>) -> Result<Outputs<'_>, InputError> {
        input.check(self.input_shape())?;
        for step in &self.plan.steps {
            let mut arena = Arena::new(self.arena.as_mut_slice(), &self.plan, &input);
            match step.value.index().checked_sub(1) {
                Some(layer) => {
                    let layer = &self.network.packing().layers[layer];
                    run_layer(self.backend, layer, step, &mut arena);
                }
                None => arena.load(step),
            }
        }
        self.copy_outputs();
        Ok(Outputs {
            outputs: self.network.outputs(),
            shapes: &self.plan.shapes,
            values: &self.outputs,
        })
    }

    fn copy_outputs(&mut self) {
        let mut rest = self.outputs.as_mut_slice();
        for output in self.network.outputs() {
            let (shape, place) =
                (&self.plan.shapes[output.value.index()], &self.plan.places[output.value.index()]);
            let map = &self.arena.as_slice()[place.offset..][..shape.len()];
            let (to, after) = rest.split_at_mut(shape.height * shape.width * output.channels);
            output::copy(output, map, shape.pitch, to);
            rest = after;
        }
    }
}

/// Computes the rows of `step`.
fn run_layer(backend: Backend, layer: &Layer<Packed>, step: &Step, arena: &mut Arena<'_>) {
    // Whole maps lie side by side; only windows need row after row.
    if let Op::Pointwise { .. } | Op::Add { .. } | Op::DepthwiseGlobal { .. } = layer.op {
        return run_rows(backend, layer, step, arena);
    }
    for row in step.row..step.row + step.rows {
        run_rows(backend, layer, &Step { row, rows: 1, ..*step }, arena);
    }
}

fn run_rows(backend: Backend, layer: &Layer<Packed>, step: &Step, arena: &mut Arena<'_>) {
    let (y, maps) = arena.split(step);
    let Step { row, rows, .. } = *step;
    let input = layer.input;
    let job = match &layer.op {
        Op::Pointwise { filters, residual } => Job::Pointwise(Pointwise {
            x: maps.rows(input, row, rows),
            x_pitch: maps.shape(input).pitch,
            filters,
            residual: residual.map(|residual| maps.rows(residual, row, rows)),
            y,
        }),
        Op::Conv3x3 { filters, stride } => Job::Conv3x3(Conv3x3 {
            rows: window(*stride, row).map(|row| maps.row(input, row)),
            x_pitch: maps.shape(input).pitch,
            width: maps.shape(input).width,
            stride: stride.pixels(),
            filters,
            y,
        }),
        Op::Depthwise3x3 { filters, stride } => Job::Depthwise3x3(Depthwise3x3 {
            rows: window(*stride, row)
                .map(|row| maps.row(input, row).unwrap_or_else(|| maps.zeros(input))),
            width: maps.shape(input).width,
            stride: stride.pixels(),
            filters,
            y,
        }),
        Op::DepthwiseGlobal { filters, .. } => {
            let x = maps.rows(input, 0, maps.shape(input).height);
            Job::DepthwiseGlobal(DepthwiseGlobal { x, filters, y })
        }
        Op::MaxPool2 => Job::MaxPool2(MaxPool2 {
            rows: [maps.rows(input, 2 * row, 1), maps.rows(input, 2 * row + 1, 1)],
            pitch: maps.shape(input).pitch,
            y,
        }),
        Op::Add { other } => {
            let (a, b) = (maps.rows(input, row, rows), maps.rows(*other, row, rows));
            Job::Add(Add { a, b, y })
        }
        Op::AddUpsampled { other } => Job::AddUpsampled(AddUpsampled {
            a: maps.rows(input, row, 1),
            half: maps.rows(*other, row / 2, 1),
            pitch: maps.shape(step.value).pitch,
            y,
        }),
    };
    backend.run(job);
}

/// Rows under a 3×3 window; `None` is above the map, and those below it are not there either.
fn window(stride: Stride, row: usize) -> [Option<usize>; 3] {
    let middle = row * stride.pixels();
    [middle.checked_sub(1), Some(middle), Some(middle + 1)]
}
