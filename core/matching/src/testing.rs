//! Networks and faces that are made up, for tests.

use std::sync::Arc;

use facematch_vision::{
    AlignedFace, Alignment, Detection, Face, Look, Model, ModelError, Photo, Picture, Point, Rect,
    Tensor, Turn, align_face,
};

use crate::calibration::{Calibration, CalibrationPoint};

const ALIGNMENT: Alignment = Alignment::ARCFACE_112;

/// The thresholds of `shared/models/README.md`.
pub(crate) fn calibration() -> Calibration {
    let points = [(1e-2, 0.25), (1e-3, 0.333), (1e-4, 0.40), (1e-5, 0.455), (1e-6, 0.525)];
    let points = points.map(|(fmr, cosine)| point(fmr, cosine));
    Calibration::new("test".to_owned(), points.to_vec()).unwrap()
}

/// A point whose rate may be off by a fifth.
pub(crate) fn point(fmr: f64, cosine: f32) -> CalibrationPoint {
    CalibrationPoint { fmr, cosine, ci95: [fmr * 0.8, fmr * 1.2] }
}

/// A square face at the origin with eyes on one line.
pub(crate) fn face(score: f32, side_px: f32, inter_eye_px: f32) -> Face {
    let mut landmarks = ALIGNMENT.template;
    landmarks[0] = Point { x: 0.0, y: 5.0 };
    landmarks[1] = Point { x: inter_eye_px, y: 5.0 };
    let rect = Rect { x: 0.0, y: 0.0, width: side_px, height: side_px };
    Face { rect, landmarks, score }
}

/// `faces`, found at first look.
pub(crate) fn detection(faces: Vec<Face>) -> Detection {
    Detection { faces, look: Look { long_side_px: 640, turn: Turn::None } }
}

pub(crate) fn flat_photo(side_px: u32) -> Photo {
    Photo::from_rgb(side_px, side_px, vec![90; (side_px * side_px * 3) as usize]).unwrap()
}

/// An aligned face of one colour.
pub(crate) fn aligned_face(rgb: [u8; 3]) -> AlignedFace {
    let pixels = (ALIGNMENT.side_px * ALIGNMENT.side_px) as usize;
    let photo = Photo::from_rgb(ALIGNMENT.side_px, ALIGNMENT.side_px, rgb.repeat(pixels)).unwrap();
    align_face(&photo, &ALIGNMENT.template, &ALIGNMENT).unwrap()
}

/// An aligned face whose left half is red and whose right half is black.
pub(crate) fn half_red_face() -> AlignedFace {
    let half = (ALIGNMENT.side_px / 2) as usize;
    let row = [[255, 0, 0].repeat(half), [0, 0, 0].repeat(half)].concat();
    let photo = Photo::from_rgb(
        ALIGNMENT.side_px,
        ALIGNMENT.side_px,
        row.repeat(ALIGNMENT.side_px as usize),
    );
    align_face(&photo.unwrap(), &ALIGNMENT.template, &ALIGNMENT).unwrap()
}

/// A network that always gives the same values.
struct Fixed(Vec<f32>);

/// A network that always gives `values`.
pub(crate) fn fixed(values: Vec<f32>) -> Arc<dyn Model> {
    Arc::new(Fixed(values))
}

impl Model for Fixed {
    fn output_names(&self) -> &[String] {
        &[]
    }

    fn run(&self, _: &Picture<'_>) -> Result<Vec<Tensor>, ModelError> {
        Ok(vec![Tensor::new(&[1, self.0.len()], self.0.clone())?])
    }
}

/// YuNet that is as sure of a face at the centre of a photo of 256 x 256 as `certainty` says.
struct Yunet {
    names: Vec<String>,
    certainty: f32,
}

/// YuNet that finds one face, at the centre of a photo of 256 x 256.
pub(crate) fn one_face() -> Arc<dyn Model> {
    Arc::new(Yunet::new(0.95))
}

/// YuNet that finds nothing.
pub(crate) fn no_faces() -> Arc<dyn Model> {
    Arc::new(Yunet::new(0.0))
}

impl Yunet {
    fn new(certainty: f32) -> Self {
        let name = |kind: &str, stride: u32| format!("{kind}_{stride}");
        let kinds = ["cls", "obj", "bbox", "kps"];
        let names = kinds.iter().flat_map(|kind| [8, 16, 32].map(|stride| name(kind, stride)));
        Self { names: names.collect(), certainty }
    }
}

impl Model for Yunet {
    fn output_names(&self) -> &[String] {
        &self.names
    }

    fn run(&self, input: &Picture<'_>) -> Result<Vec<Tensor>, ModelError> {
        let (height, width) = (input.height_px(), input.width_px());
        let mut outputs: Vec<Vec<f32>> = Vec::new();
        for values in [1, 1, 4, 10] {
            for stride in [8, 16, 32] {
                outputs.push(vec![0.0; width / stride * (height / stride) * values]);
            }
        }
        // Column 4, row 4 of stride 32 is at (128, 128); `exp(1)` strides make a box of 87 pixels.
        let cell = 4 * (width / 32) + 4;
        outputs[2][cell] = self.certainty;
        outputs[5][cell] = self.certainty;
        outputs[8][cell * 4 + 2..cell * 4 + 4].fill(1.0);
        for (index, point) in ALIGNMENT.template.iter().enumerate() {
            outputs[11][cell * 10 + index * 2] = (point.x - 56.0) / 32.0;
            outputs[11][cell * 10 + index * 2 + 1] = (point.y - 56.0) / 32.0;
        }
        let shaped = |data: Vec<f32>| Tensor::new(&[1, data.len(), 1], data);
        outputs.into_iter().map(shaped).collect()
    }
}
