//! What is computed when, and where it lies, for one size of input.

mod layout;
mod schedule;
mod shape;

pub use shape::PlanError;
pub(crate) use shape::Shape;

pub(crate) use layout::Place;
pub(crate) use schedule::Step;

use crate::network::Packing;
use crate::packed::padded;

/// Everything about one size of input, made once.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Size of each value.
    pub(crate) shapes: Vec<Shape>,
    /// Where each value lies in the arena.
    pub(crate) places: Vec<Place>,
    /// What is computed, in this order.
    pub(crate) steps: Vec<Step>,
    /// Floats in the arena. It begins with a row of zeros, as long as any, that nothing overwrites.
    pub(crate) arena_len: usize,
    /// Floats of all outputs.
    pub(crate) outputs_len: usize,
}

impl Plan {
    pub(crate) fn new(network: &Packing, height: usize, width: usize) -> Result<Self, PlanError> {
        let shapes = shape::shapes(network, height, width)?;
        let chains = schedule::Chains::new(network, &shapes);
        let steps = chains.steps(network, &shapes)?;
        let widest = shapes.iter().map(Shape::row_len).max().unwrap_or(0);
        let zeros_len = padded(widest);
        let outputs_len = network.outputs.iter().fold(0_usize, |len, output| {
            let shape = &shapes[output.value.index()];
            let map = shape.height.saturating_mul(shape.width * output.channels);
            len.saturating_add(map)
        });
        if outputs_len > layout::MAX_ARENA {
            return Err(PlanError::TooLarge);
        }
        let (places, arena_len) = layout::places(network, &shapes, &chains, zeros_len)?;
        Ok(Self { shapes, places, steps, arena_len, outputs_len })
    }
}
