//! From an aligned face to a vector, through whatever engine runs the network.

use std::sync::Arc;

use facematch_vision::{
    AlignError, AlignedFace, Alignment, Landmarks, Model, ModelError, Normalisation, Photo,
    Picture, Tensor, align_face,
};

use crate::embedding::EMBEDDING_DIM;

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
    /// Bytes that are no stored embedding.
    #[error("these bytes are no template")]
    NotATemplate,
    /// The pack has no embedder, which reading it rules out.
    #[error("the pack has no embedder")]
    NoEmbedder,
    /// The network could not be run.
    #[error("face embedder failed")]
    Model(#[from] ModelError),
}

/// What an embedding network wants to see.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmbedderSettings {
    /// Where it wants the landmarks.
    pub alignment: Alignment,
    /// How it wants the pixels.
    pub normalisation: Normalisation,
    /// Whether the vector of the mirrored face is averaged in, which costs a second run.
    pub mirror: bool,
}

/// A face embedder.
#[derive(Clone)]
pub struct Embedder {
    model: Arc<dyn Model>,
    settings: EmbedderSettings,
}

impl Embedder {
    /// Wraps a network with input `[1, 3, side, side]`, the side being the alignment's, and output
    /// `[1, 128]`.
    #[must_use]
    pub fn new(model: Arc<dyn Model>, settings: EmbedderSettings) -> Self {
        Self { model, settings }
    }

    /// Cuts the face with `landmarks` out of `photo` as the network wants it. See [`align_face`].
    ///
    /// # Errors
    /// [`AlignError`] if the landmarks span nothing or lie outside the photo.
    pub fn align(&self, photo: &Photo, landmarks: &Landmarks) -> Result<AlignedFace, AlignError> {
        align_face(photo, landmarks, &self.settings.alignment)
    }

    /// The network's vector for any aligned face, accepted or not, of any length: for evaluation.
    /// No decision takes it.
    ///
    /// # Errors
    /// [`EmbedError`] if the network fails or gives something else than 128 values.
    pub fn raw(&self, face: &AlignedFace) -> Result<[f32; EMBEDDING_DIM], EmbedError> {
        let plain = self.run(face)?;
        if !self.settings.mirror {
            return Ok(plain);
        }
        let mirrored = self.run(&face.mirrored())?;
        Ok(std::array::from_fn(|index| plain[index].midpoint(mirrored[index])))
    }

    fn run(&self, face: &AlignedFace) -> Result<[f32; EMBEDDING_DIM], EmbedError> {
        let picture = Picture::of(face.photo(), self.settings.normalisation);
        let outputs = self.model.run(&picture)?;
        let values = outputs.first().map_or(&[][..], Tensor::data);
        values.try_into().map_err(|_| EmbedError::OutputSize { values: values.len() })
    }
}

impl std::fmt::Debug for Embedder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{aligned_face, fixed};

    fn settings(mirror: bool) -> EmbedderSettings {
        let normalisation = Normalisation::rgb([127.5; 3], [127.5; 3]);
        EmbedderSettings { alignment: Alignment::ARCFACE_112, normalisation, mirror }
    }

    #[test]
    fn an_output_of_another_length_is_an_error() {
        for values in [0, 127, 129, 512] {
            let embedder = Embedder::new(fixed(vec![1.0; values]), settings(false));
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
        let run = |mirror, face: &AlignedFace| {
            Embedder::new(Arc::new(LeftRed), settings(mirror)).raw(face).unwrap()[0]
        };
        let (plain, mirrored) = (run(false, &face), run(false, &face.mirrored()));
        assert!((plain - mirrored).abs() > 1.0);
        assert!((run(true, &face) - plain.midpoint(mirrored)).abs() < 1e-6);
    }
}
