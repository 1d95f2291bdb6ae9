//! Our pipeline against OpenCV and onnxruntime on 167 photos: same faces, same places, same
//! vectors.

#![expect(clippy::unwrap_used, reason = "a test may stop at its first surprise")]

mod common;

use common::{Data, Engine};
use facematch_matching::{Embedder, EmbedderSettings};
use facematch_vision::{Detector, DetectorSettings, Face, Look, Point, Rect};
use serde_json::Value;

/// Share of photos or faces that must agree.
const LEAST_SHARE: f64 = 0.98;
const LEAST_IOU: f32 = 0.95;
/// As a share of the box's width.
const MOST_LANDMARK_ERROR: f32 = 0.02;
const LEAST_COSINE: f32 = 0.98;

/// What the reference says of one face.
struct Expected {
    rect: Rect,
    landmarks: [Point; 5],
    embedding: Vec<f32>,
}

/// How many of how many agree, and which do not.
#[derive(Default)]
struct Tally {
    good: usize,
    all: usize,
    exceptions: Vec<String>,
}

impl Tally {
    fn count(&mut self, good: bool, exception: impl FnOnce() -> String) {
        self.all += 1;
        if good {
            self.good += 1;
        } else {
            self.exceptions.push(exception());
        }
    }

    fn share(&self) -> f64 {
        self.good as f64 / self.all as f64
    }

    fn report(&self, what: &str) {
        let percent = self.share() * 100.0;
        common::say(&format!("{what}: {} of {} ({percent:.2} %)", self.good, self.all));
        for exception in &self.exceptions {
            common::say(&format!("    {exception}"));
        }
    }
}

/// The pipeline, and what it agrees on.
struct Parity {
    detector: Detector,
    embedder: Embedder,
    counts: Tally,
    boxes: Tally,
    landmarks: Tally,
    embeddings: Tally,
}

#[test]
fn our_own_engine_agrees_with_the_reference() {
    agrees_with_the_reference(Engine::Own);
}

#[test] // The browser's file.
fn our_own_engine_with_halved_weights_agrees_with_the_reference() {
    agrees_with_the_reference(Engine::Halved);
}

#[test]
fn tract_agrees_with_the_reference() {
    agrees_with_the_reference(Engine::Tract);
}

fn agrees_with_the_reference(engine: Engine) {
    let Some(data) = common::data_on(engine) else { return };
    let json: Value = serde_json::from_slice(&data.file("reference/opencv-ort.json")).unwrap();
    let mut parity = Parity::new(&data);
    for image in json["images"].as_array().unwrap() {
        parity.photo(&data, image);
    }
    parity.report();
    assert_eq!(parity.counts.all, 167);
    for tally in [&parity.counts, &parity.boxes, &parity.landmarks, &parity.embeddings] {
        assert!(tally.share() >= LEAST_SHARE, "{:.4} agree", tally.share());
    }
}

impl Parity {
    fn new(data: &Data) -> Self {
        let detector = &data.pack.detector;
        let (least_score, nms_iou) = (detector.least_score, detector.nms_iou);
        let settings = DetectorSettings { least_score, nms_iou, ..DetectorSettings::default() };
        let plain = EmbedderSettings { mirror: false, ..data.pack.embedders[0].settings() };
        Self {
            detector: Detector::new(data.detector.clone(), settings).unwrap(),
            embedder: Embedder::new(data.embedder.clone(), plain),
            counts: Tally::default(),
            boxes: Tally::default(),
            landmarks: Tally::default(),
            embeddings: Tally::default(),
        }
    }

    /// Compares the first look alone: the reference takes no other.
    fn photo(&mut self, data: &Data, image: &Value) {
        let path = image["file"].as_str().unwrap();
        let photo = data.photo(path);
        let size = [&image["width"], &image["height"]].map(|side| side.as_u64().unwrap() as u32);
        assert_eq!([photo.width_px(), photo.height_px()], size, "{path}");
        let got = self.detector.look(&photo, Look::FIRST).unwrap();
        let want: Vec<Expected> = image["faces"].as_array().unwrap().iter().map(expected).collect();
        self.counts.count(got.len() == want.len(), || {
            format!("{path}: {} faces, the reference has {}", got.len(), want.len())
        });
        for (index, want) in want.iter().enumerate() {
            let name = format!("{path} face {index}");
            let nearest =
                got.iter().max_by(|a, b| a.rect.iou(want.rect).total_cmp(&b.rect.iou(want.rect)));
            self.boxes(&name, nearest, want);
            self.landmarks(&name, nearest, want);
            let cosine = nearest.map_or(-1.0, |face| {
                let aligned = self.embedder.align(&photo, &face.landmarks).unwrap();
                cosine(&self.embedder.raw(&aligned).unwrap(), &want.embedding)
            });
            self.embeddings.count(cosine >= LEAST_COSINE, || format!("{name}: {cosine:.4}"));
        }
    }

    fn boxes(&mut self, name: &str, got: Option<&Face>, want: &Expected) {
        let iou = got.map_or(0.0, |face| face.rect.iou(want.rect));
        self.boxes.count(iou >= LEAST_IOU, || format!("{name}: {iou:.3}"));
    }

    fn landmarks(&mut self, name: &str, got: Option<&Face>, want: &Expected) {
        let far = |face: &Face| {
            let pairs = face.landmarks.iter().zip(want.landmarks);
            pairs.map(|(a, b)| a.distance_px(b)).fold(0.0, f32::max) / want.rect.width
        };
        let error = got.map_or(f32::INFINITY, far);
        self.landmarks.count(error <= MOST_LANDMARK_ERROR, || format!("{name}: {error:.4}"));
    }

    fn report(&self) {
        self.counts.report("photos with the same number of faces");
        self.boxes.report("boxes at IoU 0.95 or more");
        self.landmarks.report("landmarks within 2 % of the box's width");
        self.embeddings.report("embeddings at cosine 0.98 or more");
    }
}

fn expected(face: &Value) -> Expected {
    let numbers = |value: &Value| -> Vec<f32> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
    };
    let point = |index: usize| {
        let pair = numbers(&face["landmarks"][index]);
        Point { x: pair[0], y: pair[1] }
    };
    let rect = numbers(&face["box"]);
    Expected {
        rect: Rect { x: rect[0], y: rect[1], width: rect[2], height: rect[3] },
        landmarks: std::array::from_fn(point),
        embedding: numbers(&face["embedding"]),
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}
