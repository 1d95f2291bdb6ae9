//! The whole way from two photos to a decision, over one pack.

use std::sync::Arc;

use facematch_contract::Role;
use facematch_vision::{
    AlignError, AlignedFace, DetectError, Detection, Detector, Face, Model, ModelError, Photo,
};

use crate::calibrations::Calibrations;
use crate::embedder::EmbedError;
use crate::embedders::Embedders;
use crate::embedding::Embedding;
use crate::gate::{AcceptedFace, FaceChip, GateRefusal};
use crate::pack::{Gates, Pack};

/// A pack with its networks, ready to compare. One value serves many threads.
///
/// [`Matcher::examine`] does a photo in one call. A caller that times the stages calls
/// [`Matcher::detect`], [`Matcher::choose`], [`Matcher::refine`], [`Matcher::align`] and
/// [`Matcher::embed`] itself.
#[derive(Debug, Clone)]
pub struct Matcher {
    detector: Detector,
    embedders: Embedders,
    gates: Gates,
    calibrations: Calibrations,
}

/// What a photo holds. Having no face to compare is an outcome, not an error.
#[derive(Debug, Clone)]
pub struct Examined {
    /// All faces that were found.
    pub detection: Detection,
    /// The face to compare, or why there is none.
    pub outcome: Result<ExaminedFace, GateRefusal>,
}

/// A face that can be compared.
#[derive(Debug, Clone)]
pub struct ExaminedFace {
    /// Where it is.
    pub accepted: AcceptedFace,
    /// How the embedders saw it.
    pub chip: FaceChip,
    /// What the embedders made of it.
    pub embedding: Embedding,
}

/// A face looked at without any gate, for evaluation. No decision takes it: it holds no
/// [`Embedding`].
#[derive(Debug, Clone)]
pub struct StudiedFace {
    /// Where it is, with refined landmarks.
    pub face: Face,
    /// How the first embedder saw it.
    pub aligned: AlignedFace,
    /// What the embedders made of it, to be compared by [`likeness`](crate::likeness).
    pub vector: Vec<f32>,
}

/// Why a photo could not be examined. Our fault, not the photo's, save for a face at its very edge.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExamineError {
    /// Detection failed.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// Alignment failed.
    #[error(transparent)]
    Align(#[from] AlignError),
    /// Embedding failed.
    #[error(transparent)]
    Embed(#[from] EmbedError),
}

impl Matcher {
    /// Joins `pack` with its networks, loaded by the caller; the embedders in the pack's order.
    ///
    /// # Errors
    /// [`ModelError::MissingOutput`] if `detector` is another network.
    pub fn new(
        pack: &Pack,
        detector: Arc<dyn Model>,
        embedders: Vec<Arc<dyn Model>>,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            detector: Detector::new(detector, pack.detector.settings())?,
            embedders: Embedders::new(&pack.embedders, embedders),
            gates: pack.gates.clone(),
            calibrations: pack.calibration.clone(),
        })
    }

    /// What a cosine means, by mode: stage 6 is [`compare`](crate::compare) with one of these.
    #[must_use]
    pub fn calibrations(&self) -> &Calibrations {
        &self.calibrations
    }

    /// Detects, chooses, aligns and embeds.
    ///
    /// # Errors
    /// [`ExamineError`] if a stage fails; never because the photo shows no face to compare.
    pub fn examine(&self, photo: &Photo, role: Role) -> Result<Examined, ExamineError> {
        let detection = self.detect(photo)?;
        let outcome = match self.choose(photo, &detection, role) {
            Ok(accepted) => {
                let accepted = self.refine(photo, accepted)?;
                Ok(self.examine_face(photo, accepted)?)
            }
            Err(refusal) => Err(refusal),
        };
        Ok(Examined { detection, outcome })
    }

    fn examine_face(
        &self,
        photo: &Photo,
        accepted: AcceptedFace,
    ) -> Result<ExaminedFace, ExamineError> {
        let chip = self.align(photo, &accepted)?;
        let embedding = self.embed(&chip)?;
        Ok(ExaminedFace { accepted, chip, embedding })
    }

    /// Stage 1: finds all faces. See [`Detector::detect`].
    ///
    /// # Errors
    /// [`DetectError`] if the network fails.
    pub fn detect(&self, photo: &Photo) -> Result<Detection, DetectError> {
        self.detector.detect(photo)
    }

    /// Stage 2: chooses the face to compare, as strictly as `role` asks.
    ///
    /// # Errors
    /// [`GateRefusal`] if there is none.
    pub fn choose(
        &self,
        photo: &Photo,
        detection: &Detection,
        role: Role,
    ) -> Result<AcceptedFace, GateRefusal> {
        self.gates.of(role).choose(photo, detection)
    }

    /// Stage 3: finds the landmarks of the chosen face more exactly. See [`Detector::refine`].
    ///
    /// # Errors
    /// [`DetectError`] if the network fails.
    pub fn refine(&self, photo: &Photo, face: AcceptedFace) -> Result<AcceptedFace, DetectError> {
        face.refined(&self.detector, photo)
    }

    /// Stage 4: cuts the face out and brings it upright.
    ///
    /// # Errors
    /// [`AlignError`] if the landmarks span nothing or lie outside the photo.
    pub fn align(&self, photo: &Photo, face: &AcceptedFace) -> Result<FaceChip, AlignError> {
        face.align(photo, &self.embedders)
    }

    /// Stage 5: turns the face into a vector.
    ///
    /// # Errors
    /// [`EmbedError`] if a network fails.
    pub fn embed(&self, chip: &FaceChip) -> Result<Embedding, EmbedError> {
        self.embedders.embed(chip.aligned())
    }

    /// An embedding that [`Embedding::to_template`] stored, with the proof that a face was accepted.
    ///
    /// # Errors
    /// [`EmbedError::NotATemplate`] for anything else, and for what another pack made.
    pub fn read_template(&self, bytes: &[u8]) -> Result<Embedding, EmbedError> {
        self.embedders.read_template(bytes)
    }

    /// Stages 3 to 5 for any face of a photo, accepted or not: for evaluation.
    ///
    /// # Errors
    /// [`ExamineError`] if a stage fails.
    pub fn study(&self, photo: &Photo, face: &Face) -> Result<StudiedFace, ExamineError> {
        let face = self.detector.refine(photo, face)?;
        let faces = self.embedders.align(photo, &face.landmarks)?;
        let vector = self.embedders.embed(&faces)?.into_values();
        let aligned = faces.into_iter().next().ok_or(EmbedError::NoEmbedder)?;
        Ok(StudiedFace { face, aligned, vector })
    }
}

#[cfg(test)]
mod tests {
    use facematch_contract::{Decision, Mode};

    use super::*;
    use crate::compare::compare;
    use crate::decide::Thresholds;
    use crate::pack::Packs;
    use crate::policy::Policy;
    use crate::quality_floor::QualityFloor;
    use crate::testing::{fixed, flat_photo, no_faces, one_face};

    fn matcher(detector: Arc<dyn Model>, embedding: &[f32]) -> Matcher {
        let mut pack = Packs::embedded().unwrap().standard().clone();
        // A photo of one colour is no photo that the floor would let pass.
        pack.gates.selfie.least_quality = QualityFloor::NONE;
        let embedders = pack.embedders.iter().map(|_| fixed(embedding.to_vec())).collect();
        Matcher::new(&pack, detector, embedders).unwrap()
    }

    #[test]
    fn a_photo_with_a_face_is_examined_to_its_embedding() {
        let matcher = matcher(one_face(), &[1.0; 128]);
        let examined = matcher.examine(&flat_photo(256), Role::Selfie).unwrap();
        let face = examined.outcome.unwrap();
        assert_eq!(examined.detection.faces, [*face.accepted.face()]);
        let calibration = matcher.calibrations().of(Mode::SelfieToSelfie, None);
        let policy = Policy::default();
        let comparison = compare(&face.embedding, &face.embedding, &policy, calibration);
        assert_eq!(comparison.decision, Decision::Match);
        assert!(comparison.cosine.value() > 0.999);
        assert_eq!(comparison.thresholds, Thresholds::new(&policy, calibration));
    }

    #[test]
    fn a_photo_without_a_face_has_nothing_to_compare() {
        let matcher = matcher(no_faces(), &[1.0; 128]);
        let examined = matcher.examine(&flat_photo(256), Role::IdPortrait).unwrap();
        assert_eq!(examined.outcome.unwrap_err(), GateRefusal::NoFace { candidates: 0 });
    }

    #[test]
    fn a_dead_embedder_is_our_fault() {
        let matcher = matcher(one_face(), &[0.0; 128]);
        let got = matcher.examine(&flat_photo(256), Role::Selfie);
        assert!(matches!(got, Err(ExamineError::Embed(EmbedError::ZeroNorm))), "{got:?}");
    }
}
