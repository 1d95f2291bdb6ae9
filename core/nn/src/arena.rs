//! The memory of a run: reading some maps while writing another.

use std::ops::Range;

use crate::graph::Value;
use crate::input::Input;
use crate::plan::{Plan, Shape, Step};

/// All maps of a run.
pub(crate) struct Arena<'a> {
    values: &'a mut [f32],
    plan: &'a Plan,
    input: &'a Input<'a>,
}

/// The maps, except for the rows that are being written.
pub(crate) struct Maps<'a> {
    before: &'a [f32],
    after: &'a [f32],
    after_start: usize,
    plan: &'a Plan,
    in_place: Option<&'a [f32]>,
}

impl<'a> Arena<'a> {
    pub(crate) fn new(values: &'a mut [f32], plan: &'a Plan, input: &'a Input<'a>) -> Self {
        Self { values, plan, input }
    }

    /// Converts rows of the input, unless it is read in place.
    pub(crate) fn load(&mut self, step: &Step) {
        if self.input.in_place().is_some() {
            return;
        }
        let Shape { height, pitch, .. } = self.plan.shapes[0];
        for row in step.row..step.row + step.rows {
            let to = range(self.plan, Value::INPUT, row, 1);
            self.input.load_row(row, height, pitch, &mut self.values[to]);
        }
    }

    /// The rows of `step`, to be written, and all other maps.
    pub(crate) fn split(&mut self, step: &Step) -> (&mut [f32], Maps<'_>) {
        let own = range(self.plan, step.value, step.row, step.rows);
        let (before, rest) = self.values.split_at_mut(own.start);
        let (y, after) = rest.split_at_mut(own.len());
        let in_place = self.input.in_place();
        (y, Maps { before, after, after_start: own.end, plan: self.plan, in_place })
    }
}

impl<'a> Maps<'a> {
    /// Size of a map.
    pub(crate) fn shape(&self, value: Value) -> &'a Shape {
        &self.plan.shapes[value.index()]
    }

    /// Rows of a map that lie side by side.
    pub(crate) fn rows(&self, value: Value, row: usize, rows: usize) -> &'a [f32] {
        if let (Value::INPUT, Some(input)) = (value, self.in_place) {
            let len = self.shape(value).row_len();
            return &input[row * len..(row + rows) * len];
        }
        self.get(range(self.plan, value, row, rows))
    }

    /// One row, if it is inside the map.
    pub(crate) fn row(&self, value: Value, row: Option<usize>) -> Option<&'a [f32]> {
        let row = row.filter(|row| *row < self.shape(value).height)?;
        Some(self.rows(value, row, 1))
    }

    /// A row of zeros as long as one of `value`.
    pub(crate) fn zeros(&self, value: Value) -> &'a [f32] {
        self.get(0..self.shape(value).row_len())
    }

    fn get(&self, range: Range<usize>) -> &'a [f32] {
        if range.start >= self.after_start {
            &self.after[range.start - self.after_start..range.end - self.after_start]
        } else {
            &self.before[range]
        }
    }
}

/// Where rows of a value lie. A value that is never whole keeps its last few rows, used in turn.
fn range(plan: &Plan, value: Value, row: usize, rows: usize) -> Range<usize> {
    let (shape, place) = (&plan.shapes[value.index()], &plan.places[value.index()]);
    let start = place.offset + row % place.rows * shape.row_len();
    start..start + rows * shape.row_len()
}
