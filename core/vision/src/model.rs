//! What a neural network looks like to the rest of the pipeline, whichever engine runs it.

use std::sync::Arc;

use crate::picture::Picture;

/// A dense array of 32-bit floats, last axis contiguous.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    data: Vec<f32>,
}

impl Tensor {
    /// Takes `data` as an array of shape `shape`.
    ///
    /// # Errors
    /// [`ModelError::Shape`] if the length of `data` is not the product of `shape`.
    pub fn new(shape: &[usize], data: Vec<f32>) -> Result<Self, ModelError> {
        let want = shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side));
        if want != Some(data.len()) {
            return Err(ModelError::Shape { shape: shape.to_vec(), values: data.len() });
        }
        Ok(Self { shape: shape.to_vec(), data })
    }

    /// Length of each axis.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The values, last axis contiguous.
    #[must_use]
    pub fn data(&self) -> &[f32] {
        &self.data
    }
}

/// A network that can be run. One value may be run from many threads at once.
pub trait Model: Send + Sync {
    /// Names of the outputs, in the order in which [`Model::run`] returns them.
    fn output_names(&self) -> &[String];

    /// Runs the network on its one input, of shape [`Picture::shape`], and returns all outputs.
    ///
    /// # Errors
    /// [`ModelError`] if the network does not take this shape or the engine fails.
    fn run(&self, input: &Picture<'_>) -> Result<Vec<Tensor>, ModelError>;
}

impl<M: Model + ?Sized> Model for Arc<M> {
    fn output_names(&self) -> &[String] {
        (**self).output_names()
    }

    fn run(&self, input: &Picture<'_>) -> Result<Vec<Tensor>, ModelError> {
        (**self).run(input)
    }
}

/// Why a network could not be loaded or run. Never the photo's fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file is not a network that the engine understands.
    #[error("network cannot be loaded: {detail}")]
    Load {
        /// The engine's own words.
        detail: String,
    },
    /// The engine failed on an input.
    #[error("network failed on an input of shape {shape:?}: {detail}")]
    Run {
        /// Shape of the input.
        shape: Vec<usize>,
        /// The engine's own words.
        detail: String,
    },
    /// Values and shape do not agree.
    #[error("{values} values do not fill the shape {shape:?}")]
    Shape {
        /// The shape that was promised.
        shape: Vec<usize>,
        /// How many values there are.
        values: usize,
    },
    /// The network lacks an output that its reader needs.
    #[error("network has no output `{name}`")]
    MissingOutput {
        /// Name of the output.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tensor_holds_exactly_its_shape() {
        struct Case {
            shape: &'static [usize],
            values: usize,
            ok: bool,
        }
        let cases = [
            Case { shape: &[1, 3, 2, 2], values: 12, ok: true },
            Case { shape: &[1, 3, 2, 2], values: 11, ok: false },
            Case { shape: &[0, 3], values: 0, ok: true },
            Case { shape: &[], values: 1, ok: true },
            Case { shape: &[usize::MAX, 2], values: 0, ok: false },
        ];
        for Case { shape, values, ok } in cases {
            let got = Tensor::new(shape, vec![0.0; values]);
            assert_eq!(got.is_ok(), ok, "{shape:?} of {values}");
        }
    }
}
