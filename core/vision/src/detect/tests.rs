//! The detector over networks that are made up, so that every number is known.

use std::sync::{Arc, Mutex};

use super::*;
use crate::geometry::{Point, Rect};
use crate::model::Tensor;
use crate::picture::Picture;
use crate::testing::gradient;

const NAMES: [&str; 12] = [
    "cls_8", "cls_16", "cls_32", "obj_8", "obj_16", "obj_32", "bbox_8", "bbox_16", "bbox_32",
    "kps_8", "kps_16", "kps_32",
];

/// What a made-up network answers: a face at a cell of stride 16, for inputs of shape `height,
/// width`.
pub(super) struct Answer {
    pub(super) shape: (usize, usize),
    pub(super) cell: usize,
    pub(super) class: f32,
    pub(super) object: f32,
}

/// Finds what its answers say and notes the shapes that it was asked.
pub(super) struct Dummy {
    names: Vec<String>,
    answers: Vec<Answer>,
    asked: Mutex<Vec<(usize, usize)>>,
}

impl Dummy {
    pub(super) fn new(answers: Vec<Answer>) -> Arc<Self> {
        let names = NAMES.map(str::to_owned).to_vec();
        Arc::new(Self { names, answers, asked: Mutex::default() })
    }

    pub(super) fn detector(self: &Arc<Self>) -> Detector {
        Detector::new(Arc::clone(self) as Arc<dyn Model>, DetectorSettings::default()).unwrap()
    }
}

impl Model for Dummy {
    fn output_names(&self) -> &[String] {
        &self.names
    }

    fn run(&self, input: &Picture<'_>) -> Result<Vec<Tensor>, ModelError> {
        let (height, width) = (input.height_px(), input.width_px());
        self.asked.lock().unwrap().push((height, width));
        let mut outputs: Vec<Vec<f32>> = Vec::new();
        for values in [1, 1, 4, 10] {
            for stride in [8, 16, 32] {
                outputs.push(vec![0.0; width / stride * (height / stride) * values]);
            }
        }
        for answer in self.answers.iter().filter(|answer| answer.shape == (height, width)) {
            outputs[1][answer.cell] = answer.class;
            outputs[4][answer.cell] = answer.object;
            // Left eye at the cell's corner, right eye one stride to the right.
            outputs[10][answer.cell * 10 + 2] = 1.0;
        }
        let shaped = |data: Vec<f32>| Tensor::new(&[1, data.len(), 1], data);
        outputs.into_iter().map(shaped).collect()
    }
}

#[test]
fn a_cell_becomes_a_face_in_pixels_of_the_photo() {
    // 640 x 320 shows a photo of 1280 x 640; the grid of stride 16 has 40 columns.
    let answer = Answer { shape: (320, 640), cell: 2 * 40 + 3, class: 0.81, object: 1.0 };
    let found = Dummy::new(vec![answer]).detector().detect(&gradient(1280, 640)).unwrap();
    let face = found.faces[0];
    assert_eq!(found.look, Look::FIRST);
    assert!((face.score - 0.9).abs() < 1e-6);
    assert_eq!(face.rect, Rect { x: 80.0, y: 48.0, width: 32.0, height: 32.0 });
    assert_eq!(face.landmarks[0], Point { x: 96.0, y: 64.0 });
    assert!((face.inter_eye_distance_px() - 32.0).abs() < 1e-4);
}

#[test]
fn a_score_is_the_root_of_both_clamped_outputs() {
    struct Case {
        class: f32,
        object: f32,
        faces: usize,
    }
    let cases = [
        Case { class: 0.6, object: 0.61, faces: 1 },
        Case { class: 0.6, object: 0.59, faces: 0 },
        // Neither may lift the other above 1.
        Case { class: 9.0, object: 0.35, faces: 0 },
        Case { class: -1.0, object: -1.0, faces: 0 },
        Case { class: f32::NAN, object: 1.0, faces: 0 },
    ];
    for Case { class, object, faces } in cases {
        let dummy = Dummy::new(vec![Answer { shape: (64, 64), cell: 5, class, object }]);
        let found = dummy.detector().look(&gradient(64, 64), Look::FIRST).unwrap();
        assert_eq!(found.len(), faces, "{class} and {object}");
    }
}

#[test]
fn looks_come_in_order_and_stop_at_the_first_sure_face() {
    const FINE: (u32, u32) = (1280, 640);
    const COARSE: (u32, u32) = (640, 320);
    const ALL_FINE: &[(usize, usize)] =
        &[(320, 640), (640, 1280), (640, 320), (640, 320), (320, 640)];
    struct Case {
        photo: (u32, u32),
        /// Shapes at which there is a face, and its score.
        found: &'static [((usize, usize), f32)],
        asked: &'static [(usize, usize)],
        want: Option<(f32, Turn)>,
    }
    let cases = [
        Case {
            photo: FINE,
            found: &[((320, 640), 0.95)],
            asked: &ALL_FINE[..1],
            want: Some((0.95, Turn::None)),
        },
        Case {
            photo: FINE,
            found: &[((640, 1280), 0.95)],
            asked: &ALL_FINE[..2],
            want: Some((0.95, Turn::None)),
        },
        Case {
            photo: FINE,
            found: &[((640, 320), 0.95)],
            asked: &ALL_FINE[..3],
            want: Some((0.95, Turn::Quarter)),
        },
        // A sure face beats an unsure one that was found before.
        Case {
            photo: FINE,
            found: &[((320, 640), 0.89), ((640, 320), 0.95)],
            asked: &ALL_FINE[..3],
            want: Some((0.95, Turn::Quarter)),
        },
        // Without a sure face the best upright one counts, unless a turned one is better still.
        Case {
            photo: FINE,
            found: &[((320, 640), 0.62), ((640, 1280), 0.8), ((640, 320), 0.7)],
            asked: ALL_FINE,
            want: Some((0.8, Turn::None)),
        },
        Case {
            photo: FINE,
            found: &[((640, 1280), 0.7), ((640, 320), 0.8)],
            asked: ALL_FINE,
            want: None,
        },
        Case {
            photo: FINE,
            found: &[((640, 320), 0.8)],
            asked: ALL_FINE,
            want: Some((0.8, Turn::Quarter)),
        },
        // A photo that is not finer than the first look is not looked at twice the same way.
        Case {
            photo: COARSE,
            found: &[],
            asked: &[(320, 640), (640, 320), (640, 320), (320, 640)],
            want: None,
        },
    ];
    for Case { photo: (width_px, height_px), found, asked, want } in cases {
        let answer = |&(shape, score)| Answer { shape, cell: 0, class: score, object: score };
        let dummy = Dummy::new(found.iter().map(answer).collect());
        let got = dummy.detector().detect(&gradient(width_px, height_px)).unwrap();
        let best = got.faces.first().map(|face| (face.score, got.look.turn));
        assert_eq!(best, want, "{found:?}");
        assert_eq!(*dummy.asked.lock().unwrap(), asked, "{found:?}");
    }
}

// In the turned photo of 320 x 640 the eyes lie at (0, 0) and (16, 0): before it was turned, one
// above the other at the lower left corner.
#[test]
fn a_face_in_a_turned_photo_comes_back_to_its_place() {
    let answer = Answer { shape: (640, 320), cell: 0, class: 1.0, object: 1.0 };
    let found = Dummy::new(vec![answer]).detector().detect(&gradient(640, 320)).unwrap();
    let face = found.faces[0];
    assert_eq!(found.look.turn, Turn::Quarter);
    assert_eq!(face.landmarks[0], Point { x: 0.0, y: 320.0 });
    assert_eq!(face.landmarks[1], Point { x: 0.0, y: 304.0 });
    assert_eq!(face.rect, Rect { x: -8.0, y: 312.0, width: 16.0, height: 16.0 });
}

#[test]
fn another_network_is_refused() {
    struct Other(Vec<String>);
    impl Model for Other {
        fn output_names(&self) -> &[String] {
            &self.0
        }
        fn run(&self, _: &Picture<'_>) -> Result<Vec<Tensor>, ModelError> {
            Ok(vec![Tensor::new(&[1], vec![0.0])?])
        }
    }
    let unnamed = Detector::new(Arc::new(Other(vec![])), DetectorSettings::default());
    assert!(matches!(unnamed, Err(ModelError::MissingOutput { name }) if name == "cls_8"));
    let names = NAMES.map(str::to_owned).to_vec();
    let detector = Detector::new(Arc::new(Other(names)), DetectorSettings::default()).unwrap();
    let got = detector.look(&gradient(64, 64), Look::FIRST);
    assert!(
        matches!(got, Err(DetectError::OutputSize { name: "cls_8", got: 1, want: 64 })),
        "{got:?}"
    );
}
