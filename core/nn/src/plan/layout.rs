//! Where values lie in the arena: two share memory if they are never needed at the same time.

use super::schedule::{Chains, rows_read};
use super::shape::{PlanError, Shape};
use crate::graph::Value;
use crate::network::Packing;
use crate::packed::padded;

/// Most floats of an arena: 512 MiB.
pub(super) const MAX_ARENA: usize = 1 << 27;

/// Where a value lies. A value that is never whole has a few rows, used in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: usize,
    pub(crate) rows: usize,
}

/// A value that needs memory from one step of the network to another, both included.
struct Need {
    value: usize,
    len: usize,
    first: usize,
    last: usize,
}

impl Need {
    fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// The place of each value, after `reserved` floats, and the length of the arena.
pub(super) fn places(
    network: &Packing,
    shapes: &[Shape],
    chains: &Chains,
    reserved: usize,
) -> Result<(Vec<Place>, usize), PlanError> {
    let rows = rows_kept(network, shapes, chains);
    let mut needs = needs(network, shapes, chains, &rows);
    needs.sort_by_key(|need| std::cmp::Reverse(need.len));
    let mut places: Vec<_> = rows.iter().map(|rows| Place { offset: 0, rows: *rows }).collect();
    let mut arena_len = reserved;
    for (index, need) in needs.iter().enumerate() {
        let taken = needs[..index].iter().filter(|placed| placed.meets(need));
        let taken = taken.map(|placed| (places[placed.value].offset, placed.len)).collect();
        let offset = lowest_gap(taken, need.len, reserved);
        places[need.value].offset = offset;
        arena_len = arena_len.max(offset.saturating_add(need.len));
    }
    if arena_len > MAX_ARENA { Err(PlanError::TooLarge) } else { Ok((places, arena_len)) }
}

/// Rows of each value that are in memory at the same time.
fn rows_kept(network: &Packing, shapes: &[Shape], chains: &Chains) -> Vec<usize> {
    let mut rows: Vec<_> = shapes.iter().map(|shape| shape.height).collect();
    for layer in &network.layers {
        let input = layer.input.index();
        if chains.streamed[input] {
            rows[input] = rows_read(layer).min(shapes[input].height);
        }
    }
    rows
}

fn needs(network: &Packing, shapes: &[Shape], chains: &Chains, rows: &[usize]) -> Vec<Need> {
    let mut last = chains.end.clone();
    for (index, layer) in network.layers.iter().enumerate() {
        let reader = chains.end[index + 1];
        for value in [Some(layer.input), layer.op.other()].into_iter().flatten().map(Value::index) {
            last[value] = last[value].max(reader);
        }
    }
    for output in &network.outputs {
        last[output.value.index()] = usize::MAX;
    }
    (0..shapes.len())
        .map(|value| Need {
            value,
            len: padded(rows[value].saturating_mul(shapes[value].row_len()).min(MAX_ARENA + 1)),
            first: chains.end[value],
            last: last[value],
        })
        .collect()
}

/// Lowest offset from `start` on where `len` floats meet none of the `taken` ones.
fn lowest_gap(mut taken: Vec<(usize, usize)>, len: usize, start: usize) -> usize {
    taken.sort_unstable();
    let mut offset = start;
    for (begin, taken_len) in taken {
        if offset.saturating_add(len) <= begin {
            break;
        }
        offset = offset.max(begin.saturating_add(taken_len));
    }
    offset
}
