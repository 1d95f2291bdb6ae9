//! The embedders of a pack as one.

use std::sync::Arc;

use facematch_vision::{AlignError, AlignedFace, Landmarks, Model, Photo};

use crate::embedder::{EmbedError, Embedder};
use crate::embedding::{Embedding, Part};
use crate::pack::EmbedderSpec;

/// The networks that look at a face, each in its own way.
#[derive(Debug, Clone)]
pub(crate) struct Embedders {
    networks: Vec<Embedder>,
    weights: Vec<f32>,
}

impl Embedders {
    /// `models` in the order of `specs`.
    pub(crate) fn new(specs: &[EmbedderSpec], models: Vec<Arc<dyn Model>>) -> Self {
        let networks = models.into_iter().zip(specs);
        let networks = networks.map(|(model, spec)| Embedder::new(model, spec.settings()));
        let weights = specs.iter().map(|spec| spec.weight).collect();
        Self { networks: networks.collect(), weights }
    }

    /// Cuts the face with `landmarks` out of `photo`, once for each network.
    ///
    /// # Errors
    /// [`AlignError`] if the landmarks span nothing or lie outside the photo.
    pub(crate) fn align(
        &self,
        photo: &Photo,
        landmarks: &Landmarks,
    ) -> Result<Vec<AlignedFace>, AlignError> {
        self.networks.iter().map(|network| network.align(photo, landmarks)).collect()
    }

    /// The embedding of what [`Embedders::align`] gave.
    ///
    /// # Errors
    /// [`EmbedError`] if a network fails or its vector has no direction.
    pub(crate) fn embed(&self, faces: &[AlignedFace]) -> Result<Embedding, EmbedError> {
        let parts = self.networks.iter().zip(faces).zip(&self.weights);
        let part = |((network, face), &weight): ((&Embedder, &AlignedFace), &f32)| {
            Ok(Part { raw: network.raw(face)?, weight })
        };
        Embedding::join(&parts.map(part).collect::<Result<Vec<_>, EmbedError>>()?)
    }

    /// See [`Embedding::from_template`].
    ///
    /// # Errors
    /// [`EmbedError::NotATemplate`] for what another pack made.
    pub(crate) fn read_template(&self, bytes: &[u8]) -> Result<Embedding, EmbedError> {
        Embedding::from_template(bytes, &self.weights)
    }
}
