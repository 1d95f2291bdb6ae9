//! How fit a face is to be compared, and what an applicant should change.
//!
//! A face of any size is shrunk to one [`patch`]; what is read off it and off the landmarks are the
//! [`Readings`]; the contract's components and faults follow from those alone. So a live video frame
//! and a photo of 12 megapixels cost about the same, and the browser says what the server will say.

mod faults;
mod framing;
mod light;
mod patch;
mod pose;
mod readings;
mod sharpness;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod unified;
mod view;

pub use unified::unified;
pub use view::View;

use facematch_contract::{Quality, QualityFault, Role};

use crate::detect::Face;
use crate::photo::Photo;
use readings::Readings;

/// Least detector score of a face, as in the gates of the standard pack: dogs reach 0.82.
const LEAST_SCORE: f32 = 0.85;

/// A second face counts if the side of its box is at least this share of the main face's, as in the
/// gates of the standard pack.
const COMPARABLE_SIZE: f32 = 0.5;

/// What a photo, or a frame of live video, is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The main face: of those that are surely faces, the one with the largest box.
    pub face: Option<Face>,
    /// Quality of the main face.
    pub quality: Option<Quality>,
    /// What to change, the most important first; empty if the photo is good.
    pub faults: Vec<QualityFault>,
}

/// Measures the quality of `face`, found in `photo`.
///
/// The components that look at pixels are 0 if no part of the face lies in the photo.
#[must_use]
pub fn measure(photo: &Photo, face: &Face, view: View) -> Quality {
    Readings::of(photo, face, view).quality()
}

/// Measures the main face of `faces`, found in `photo`, and names its faults, as strictly as `role`
/// asks.
#[must_use]
pub fn assess(photo: &Photo, faces: &[Face], role: Role, view: View) -> Assessment {
    let Some(face) = main_face(faces) else {
        return Assessment { face: None, quality: None, faults: vec![QualityFault::NoFace] };
    };
    let readings = Readings::of(photo, face, view);
    let several = comparable(faces, face) > 1;
    let several = several.then_some(QualityFault::SeveralFaces);
    let faults = several.into_iter().chain(faults::of(&readings, role)).collect();
    Assessment { face: Some(*face), quality: Some(readings.quality()), faults }
}

/// Those of `faces` that are surely faces.
fn sure(faces: &[Face]) -> impl Iterator<Item = &Face> {
    faces.iter().filter(|face| face.score >= LEAST_SCORE)
}

fn main_face(faces: &[Face]) -> Option<&Face> {
    sure(faces).max_by(|a, b| a.rect.area().total_cmp(&b.rect.area()))
}

/// How many sure faces are as large as `main`, or not much smaller; `main` counts.
fn comparable(faces: &[Face], main: &Face) -> usize {
    let least_area = main.rect.area() * COMPARABLE_SIZE * COMPARABLE_SIZE;
    sure(faces).filter(|face| face.rect.area() >= least_area).count()
}
