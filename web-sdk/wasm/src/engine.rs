//! The detector, loaded.

#![expect(clippy::too_many_arguments, reason = "values cross the border one by one")]

use std::sync::Arc;

use facematch_contract::Role;
use facematch_vision::{
    Detector, DetectorSettings, Face, Look, NnModel, Photo, Turn, View, assess,
};
use wasm_bindgen::prelude::*;

use crate::error::{asset_broken, internal};
use crate::face::{AssessmentView, from_js, into_js};
use crate::pixels;

/// A loaded face detector.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    detector: Detector,
}

#[wasm_bindgen]
impl Engine {
    /// Loads the detector's file.
    ///
    /// # Errors
    /// `asset_broken` if the bytes are not that file.
    #[wasm_bindgen(constructor)]
    pub fn new(network: &[u8]) -> Result<Engine, JsValue> {
        let model = NnModel::from_bytes(network).map_err(asset_broken)?;
        let detector = Detector::new(Arc::new(model), DetectorSettings::default());
        Ok(Self { detector: detector.map_err(asset_broken)? })
    }

    /// One look with the long side shrunk to `long_side_px`: for live frames. A pixel stands for
    /// `scale` of the source's.
    ///
    /// # Errors
    /// `internal` if the arguments do not fit.
    pub fn look(
        &self,
        rgba: &[u8],
        width_px: u32,
        height_px: u32,
        long_side_px: u32,
        role: JsValue,
        scale: f32,
    ) -> Result<JsValue, JsValue> {
        let photo = pixels::photo(rgba, width_px, height_px)?;
        let look = Look { long_side_px, turn: Turn::None };
        let faces = self.detector.look(&photo, look).map_err(internal)?;
        view(&photo, &faces, from_js(role)?, View { turn: Turn::None, scale })
    }

    /// All looks that the server does too: finer, and turned by quarters. For photos.
    ///
    /// # Errors
    /// `internal` if the arguments do not fit.
    pub fn find(
        &self,
        rgba: &[u8],
        width_px: u32,
        height_px: u32,
        role: JsValue,
        scale: f32,
    ) -> Result<JsValue, JsValue> {
        let photo = pixels::photo(rgba, width_px, height_px)?;
        let found = self.detector.detect(&photo).map_err(internal)?;
        view(&photo, &found.faces, from_js(role)?, View { turn: found.look.turn, scale })
    }
}

fn view(photo: &Photo, faces: &[Face], role: Role, view: View) -> Result<JsValue, JsValue> {
    into_js(&AssessmentView::new(faces, view.turn, assess(photo, faces, role, view)))
}
