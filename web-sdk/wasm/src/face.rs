//! Faces as the contract writes them.

use facematch_contract::{BoundingBox, Point, Quality, QualityFault};
use facematch_vision::{Assessment, Face, Turn};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use crate::error::internal;

/// One face, as the API's `FaceReport`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FaceView {
    #[serde(rename = "box")]
    rect: BoundingBox,
    landmarks: [Point; 5],
    score: f32,
    inter_eye_distance_px: f32,
}

/// Everything that was found in a picture.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssessmentView {
    faces: Vec<FaceView>,
    turn_degrees: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    face: Option<FaceView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<Quality>,
    faults: Vec<QualityFault>,
}

impl AssessmentView {
    pub(crate) fn new(faces: &[Face], turn: Turn, assessment: Assessment) -> Self {
        Self {
            faces: faces.iter().map(FaceView::new).collect(),
            turn_degrees: turn.degrees(),
            face: assessment.face.as_ref().map(FaceView::new),
            quality: assessment.quality,
            faults: assessment.faults,
        }
    }
}

impl FaceView {
    fn new(face: &Face) -> Self {
        let rect = face.rect;
        let point = |point: facematch_vision::Point| Point { x: point.x, y: point.y };
        Self {
            rect: BoundingBox { x: rect.x, y: rect.y, width: rect.width, height: rect.height },
            landmarks: face.landmarks.map(point),
            score: face.score,
            inter_eye_distance_px: face.inter_eye_distance_px(),
        }
    }
}

/// A value of ours as a plain JavaScript value.
pub(crate) fn into_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    serde_wasm_bindgen::to_value(value).map_err(internal)
}

/// A JavaScript value as one of ours.
pub(crate) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(internal)
}
