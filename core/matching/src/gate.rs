//! Which face of a photo is compared, if any.

use facematch_contract::{Quality, QualityFault};
use facematch_vision::{
    AlignError, AlignedFace, DetectError, Detection, Detector, Face, Photo, View, measure,
};
use serde::Deserialize;

use crate::embedders::Embedders;
use crate::quality_floor::QualityFloor;

/// What a photo must show for its face to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaceGate {
    /// Least detector score, 0 to 1.
    pub least_score: f32,
    /// A second face counts if the side of its box is at least this share of the main face's, 0 to
    /// 1.
    pub comparable_size: f32,
    /// Least distance between the eyes, in pixels of the photo.
    pub least_inter_eye_px: f32,
    /// Least quality of the face.
    #[serde(default)]
    pub least_quality: QualityFloor,
}

/// Why no face of a photo is compared.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GateRefusal {
    /// Nothing in the photo is surely a face.
    #[error("no face among {candidates} candidates")]
    NoFace {
        /// What the detector found, too unsure to be taken.
        candidates: usize,
    },
    /// It is not clear whose photo it is.
    #[error("{faces} faces of comparable size")]
    SeveralFaces {
        /// How many there are, at least 2.
        faces: usize,
    },
    /// The face has too few pixels to be compared.
    #[error("the eyes are {inter_eye_px:.1} pixels apart, less than {least_px}")]
    FaceTooSmall {
        /// Distance between the eyes, in pixels.
        inter_eye_px: f32,
        /// Least distance, in pixels.
        least_px: f32,
    },
    /// The face is there, but not fit to be compared.
    #[error("the face is {}: {value} of 100, less than {least}", fault.as_str())]
    Unfit {
        /// What is wrong with it.
        fault: QualityFault,
        /// The quality component, 0 to 100.
        value: u8,
        /// Its least value.
        least: u8,
        /// The face.
        face: Face,
        /// All its components.
        quality: Quality,
    },
}

/// A face that passed a [`FaceGate`]. Nothing else makes one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AcceptedFace {
    face: Face,
    quality: Quality,
}

/// An accepted face in the position that each embedder of a pack needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceChip(Vec<AlignedFace>);

impl FaceGate {
    /// Chooses the main face of `photo`: of those that are surely faces, the one with the largest
    /// box.
    ///
    /// # Errors
    /// [`GateRefusal`], in this order: no face, several of comparable size, too small, unfit.
    pub fn choose(
        &self,
        photo: &Photo,
        detection: &Detection,
    ) -> Result<AcceptedFace, GateRefusal> {
        let face = *self.main_face(&detection.faces)?;
        let view = View { turn: detection.look.turn, ..View::default() };
        let quality = measure(photo, &face, view);
        match self.least_quality.fault(&quality) {
            Some((fault, value, least)) => {
                Err(GateRefusal::Unfit { fault, value, least, face, quality })
            }
            None => Ok(AcceptedFace { face, quality }),
        }
    }

    fn main_face<'a>(&self, faces: &'a [Face]) -> Result<&'a Face, GateRefusal> {
        let sure = || faces.iter().filter(|face| face.score >= self.least_score);
        let main = sure().max_by(|a, b| a.rect.area().total_cmp(&b.rect.area()));
        let main = main.ok_or(GateRefusal::NoFace { candidates: faces.len() })?;
        let least_area = main.rect.area() * self.comparable_size * self.comparable_size;
        let faces = sure().filter(|face| face.rect.area() >= least_area).count();
        if faces > 1 {
            return Err(GateRefusal::SeveralFaces { faces });
        }
        let (inter_eye_px, least_px) = (main.inter_eye_distance_px(), self.least_inter_eye_px);
        // What is no number is too small.
        if inter_eye_px >= least_px {
            return Ok(main);
        }
        Err(GateRefusal::FaceTooSmall { inter_eye_px, least_px })
    }

    /// Whether every value lies in its range.
    pub(crate) fn is_sound(&self) -> bool {
        (0.0..=1.0).contains(&self.least_score)
            && (0.0..=1.0).contains(&self.comparable_size)
            && self.least_inter_eye_px.is_finite()
            && self.least_inter_eye_px >= 0.0
            && self.least_quality.is_sound()
    }
}

impl AcceptedFace {
    /// The face as it was found.
    #[must_use]
    pub fn face(&self) -> &Face {
        &self.face
    }

    /// How fit it is to be compared.
    #[must_use]
    pub fn quality(&self) -> &Quality {
        &self.quality
    }

    /// The same face, looked at again in the photo that it was found in.
    pub(crate) fn refined(self, detector: &Detector, photo: &Photo) -> Result<Self, DetectError> {
        Ok(Self { face: detector.refine(photo, &self.face)?, ..self })
    }

    /// Cuts the face out of `photo`, the photo that it was found in, as `embedders` want it.
    ///
    /// # Errors
    /// [`AlignError`] if the landmarks span nothing or lie outside the photo.
    pub(crate) fn align(
        &self,
        photo: &Photo,
        embedders: &Embedders,
    ) -> Result<FaceChip, AlignError> {
        embedders.align(photo, &self.face.landmarks).map(FaceChip)
    }
}

impl FaceChip {
    /// The face as each embedder sees it, in the pack's order.
    #[must_use]
    pub fn aligned(&self) -> &[AlignedFace] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{detection, face, flat_photo};

    const GATE: FaceGate = FaceGate {
        least_score: 0.85,
        comparable_size: 0.5,
        least_inter_eye_px: 24.0,
        least_quality: QualityFloor::NONE,
    };

    #[test]
    fn one_clear_face_is_chosen_or_the_reason_is_told() {
        struct Case {
            name: &'static str,
            /// Score, side of the box, distance of the eyes.
            faces: &'static [(f32, f32, f32)],
            want: Result<usize, &'static str>,
        }
        let cases = [
            Case { name: "empty", faces: &[], want: Err("NoFace { candidates: 0") },
            Case {
                name: "two dogs",
                faces: &[(0.82, 243.0, 90.0), (0.71, 195.0, 80.0)],
                want: Err("NoFace { candidates: 2"),
            },
            Case { name: "at the score", faces: &[(0.85, 100.0, 40.0)], want: Ok(0) },
            Case {
                name: "the largest, not the surest",
                faces: &[(0.95, 40.0, 20.0), (0.9, 100.0, 40.0)],
                want: Ok(1),
            },
            Case {
                name: "half as large",
                faces: &[(0.9, 100.0, 40.0), (0.9, 50.0, 25.0)],
                want: Err("SeveralFaces { faces: 2"),
            },
            Case {
                name: "less than half as large",
                faces: &[(0.9, 100.0, 40.0), (0.9, 49.9, 25.0)],
                want: Ok(0),
            },
            Case {
                name: "an unsure second one",
                faces: &[(0.9, 100.0, 40.0), (0.7, 100.0, 40.0)],
                want: Ok(0),
            },
            Case { name: "at the least distance", faces: &[(0.9, 60.0, 24.0)], want: Ok(0) },
            Case { name: "small", faces: &[(0.9, 60.0, 23.9)], want: Err("FaceTooSmall") },
            Case {
                name: "broken eyes",
                faces: &[(0.9, 60.0, f32::NAN)],
                want: Err("FaceTooSmall"),
            },
            Case { name: "broken score", faces: &[(f32::NAN, 60.0, 30.0)], want: Err("NoFace") },
        ];
        for Case { name, faces, want } in cases {
            let faces: Vec<Face> =
                faces.iter().map(|&(s, side, eyes)| face(s, side, eyes)).collect();
            let photo = flat_photo(256);
            match (GATE.choose(&photo, &detection(faces.clone())), want) {
                (Ok(got), Ok(index)) => assert_eq!(got.face(), &faces[index], "{name}"),
                (Err(got), Err(want)) => {
                    assert!(format!("{got:?}").starts_with(want), "{name}: {got:?}");
                }
                (got, want) => panic!("{name}: {got:?} is not {want:?}"),
            }
        }
    }

    #[test]
    fn an_unfit_face_is_refused_with_its_fault_and_all_its_quality() {
        let faces = vec![face(0.9, 100.0, 40.0)];
        let floor = QualityFloor { sharpness: 1, ..QualityFloor::NONE };
        let gate = FaceGate { least_quality: floor, ..GATE };
        // A flat photo has no detail at all.
        let got = gate.choose(&flat_photo(256), &detection(faces.clone()));
        let Err(GateRefusal::Unfit { fault, value, least, face, quality }) = got else {
            panic!("{got:?}");
        };
        assert_eq!((fault, value, least), (QualityFault::Blurred, 0, 1));
        assert_eq!((face, quality.sharpness), (faces[0], 0));
    }
}
