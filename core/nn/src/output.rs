//! What a network gives back.

use crate::graph::Output;
use crate::plan::Shape;

/// The outputs of one run, in the order of [`crate::Network::outputs`].
#[derive(Debug, Clone, Copy)]
pub struct Outputs<'a> {
    pub(crate) outputs: &'a [Output],
    pub(crate) shapes: &'a [Shape],
    pub(crate) values: &'a [f32],
}

/// One output.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutputMap<'a> {
    /// Its name.
    pub name: &'a str,
    /// Rows.
    pub height: usize,
    /// Pixels of a row.
    pub width: usize,
    /// Values of a pixel.
    pub channels: usize,
    /// `[height, width, channels]`.
    pub values: &'a [f32],
}

impl<'a> Outputs<'a> {
    /// All outputs.
    pub fn iter(&self) -> impl Iterator<Item = OutputMap<'a>> + use<'a> {
        let Self { outputs, shapes, mut values } = *self;
        outputs.iter().map(move |output| {
            let Shape { height, width, .. } = shapes[output.value.index()];
            let (map, rest) = values.split_at(height * width * output.channels);
            values = rest;
            OutputMap { name: &output.name, height, width, channels: output.channels, values: map }
        })
    }

    /// The output of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<OutputMap<'a>> {
        self.iter().find(|output| output.name == name)
    }
}

/// Copies the channels of `output` out of its `map`.
pub(crate) fn copy(output: &Output, map: &[f32], pitch: usize, to: &mut [f32]) {
    let pixels = map.chunks_exact(pitch).map(|pixel| &pixel[output.first_channel..]);
    for (to, from) in to.chunks_exact_mut(output.channels).zip(pixels) {
        to.copy_from_slice(&from[..output.channels]);
    }
    if output.sigmoid {
        for value in to {
            *value = 1.0 / (1.0 + (-*value).exp());
        }
    }
}
