//! From an aligned face to a vector, through whatever engine runs the network.

use std::sync::Arc;

use facematch_vision::{AlignedFace, Model, ModelError, Normalisation, Picture, Tensor};

use crate::embedding::{EMBEDDING_DIM, Embedding};
use crate::gate::FaceChip;

/// Mean and standard deviation of ImageNet's red, green and blue, for values of 0 to 1.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

/// Why a face has no embedding. Never the photo's fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// The network's vector has no direction.
    #[error("the embedding has no length")]
    ZeroNorm,
    /// The network's vector is not made of finite numbers.
    #[error("the embedding is not made of finite numbers")]
    NotFinite,
    /// The network does not give one vector of 128 values.
    #[error("the embedder gives {values} values, not 128")]
    OutputSize {
        /// Values that came.
        values: usize,
    },
    /// The network could not be run.
    #[error("face embedder failed")]
    Model(#[from] ModelError),
}

/// A face embedder.
#[derive(Clone)]
pub struct Embedder {
    model: Arc<dyn Model>,
    mirror: bool,
}

impl Embedder {
    /// Wraps a network with MobileFaceNet's input `[1, 3, 112, 112]` (RGB, ImageNet mean and
    /// deviation) and output `[1, 128]`. With `mirror`, the vector of the mirrored face is averaged
    /// in, which costs a second run.
    #[must_use]
    pub fn new(model: Arc<dyn Model>, mirror: bool) -> Self {
        Self { model, mirror }
    }

    /// The embedding of an accepted face.
    ///
    /// # Errors
    /// [`EmbedError`] if the network fails or its vector has no direction.
    pub fn embed(&self, chip: &FaceChip) -> Result<Embedding, EmbedError> {
        Embedding::from_raw(&self.raw(chip.aligned())?)
    }

    /// The network's vector for any aligned face, accepted or not, of any length: for evaluation.
    /// No decision takes it.
    ///
    /// # Errors
    /// [`EmbedError`] if the network fails or gives something else than 128 values.
    pub fn raw(&self, face: &AlignedFace) -> Result<[f32; EMBEDDING_DIM], EmbedError> {
        let plain = self.run(face)?;
        if !self.mirror {
            return Ok(plain);
        }
        let mirrored = self.run(&face.mirrored())?;
        Ok(std::array::from_fn(|index| plain[index].midpoint(mirrored[index])))
    }

    fn run(&self, face: &AlignedFace) -> Result<[f32; EMBEDDING_DIM], EmbedError> {
        let normalisation = Normalisation::rgb(MEAN, DEVIATION);
        let outputs = self.model.run(&Picture::of(face.photo(), normalisation))?;
        let values = outputs.first().map_or(&[][..], Tensor::data);
        values.try_into().map_err(|_| EmbedError::OutputSize { values: values.len() })
    }
}

impl std::fmt::Debug for Embedder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedder").field("mirror", &self.mirror).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{aligned_face, fixed};

    #[test]
    fn an_output_of_another_length_is_an_error() {
        for values in [0, 127, 129, 512] {
            let embedder = Embedder::new(fixed(vec![1.0; values]), false);
            let got = embedder.raw(&aligned_face([1, 2, 3]));
            assert!(matches!(got, Err(EmbedError::OutputSize { values: v }) if v == values));
        }
    }

    #[test] // The network answers with a red value of the left half: mirroring swaps the halves.
    fn the_mirrored_face_is_averaged_in() {
        struct LeftRed;
        impl Model for LeftRed {
            fn output_names(&self) -> &[String] {
                &[]
            }
            fn run(&self, input: &Picture<'_>) -> Result<Vec<Tensor>, ModelError> {
                let planes = input.planes()?;
                Ok(vec![Tensor::new(&[1, 128], vec![planes.data()[56 * 112]; 128])?])
            }
        }
        let face = crate::testing::half_red_face();
        let run = |mirror| Embedder::new(Arc::new(LeftRed), mirror).raw(&face).unwrap()[0];
        let mirrored = Embedder::new(Arc::new(LeftRed), false).raw(&face.mirrored()).unwrap()[0];
        assert!((run(false) - mirrored).abs() > 1.0);
        assert!((run(true) - run(false).midpoint(mirrored)).abs() < 1e-6);
    }
}
