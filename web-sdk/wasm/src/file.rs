//! Files: what they are, their pixels, their hash.

use facematch_contract::BoundingBox;
use facematch_vision::{JpegBudget, Photo, PhotoHeader, PixelRect, Rect, encode_jpeg};
use js_sys::{Uint8Array, Uint8ClampedArray};
use serde::Serialize;
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;

use crate::error::{internal, not_decoded, not_encoded};
use crate::face::{from_js, into_js};
use crate::pixels;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    content_type: &'static str,
    width_px: u32,
    height_px: u32,
}

/// Reads what a file is without decoding its pixels.
///
/// # Errors
/// `image_empty`, `not_an_image`, `image_damaged`, `image_size` or `image_unsupported`.
#[wasm_bindgen]
pub fn inspect(file: &[u8]) -> Result<JsValue, JsValue> {
    let header = PhotoHeader::read(file).map_err(|error| not_decoded(&error))?;
    let PhotoHeader { format, width_px, height_px } = header;
    into_js(&Header { content_type: format.content_type(), width_px, height_px })
}

/// Decodes a file to `{ rgba, widthPx, heightPx }`, upright.
///
/// # Errors
/// As [`inspect`].
#[wasm_bindgen]
pub fn decode(file: &[u8]) -> Result<JsValue, JsValue> {
    let photo = Photo::decode(file).map_err(|error| not_decoded(&error))?;
    let pixels = Uint8ClampedArray::from(&pixels::rgba(&photo)[..]);
    object(&[
        ("rgba", pixels.into()),
        ("widthPx", photo.width_px().into()),
        ("heightPx", photo.height_px().into()),
    ])
}

/// The whole pixels that a box and a margin of `margin` times its sides touch.
///
/// # Errors
/// `internal` if the box lies outside the picture.
#[wasm_bindgen]
pub fn crop_box(
    width_px: u32,
    height_px: u32,
    face: JsValue,
    margin: f32,
) -> Result<JsValue, JsValue> {
    let BoundingBox { x, y, width, height } = from_js(face)?;
    let rect = Rect { x, y, width, height };
    let part = PixelRect::around(rect, margin, (width_px, height_px)).map_err(internal)?;
    into_js(&BoundingBox {
        x: part.x as f32,
        y: part.y as f32,
        width: part.width as f32,
        height: part.height as f32,
    })
}

/// Encodes RGBA as JPEG: `{ bytes, widthPx, heightPx, quality }`.
///
/// # Errors
/// `over_budget` if no quality is good enough for `max_bytes`.
#[wasm_bindgen]
pub fn encode(
    rgba: &[u8],
    width_px: u32,
    height_px: u32,
    max_bytes: usize,
    max_side_px: u32,
) -> Result<JsValue, JsValue> {
    let photo = pixels::photo(rgba, width_px, height_px)?;
    let budget = JpegBudget { max_bytes, max_side_px, ..JpegBudget::default() };
    let jpeg = encode_jpeg(&photo, &budget).map_err(|error| not_encoded(&error))?;
    object(&[
        ("bytes", Uint8Array::from(&jpeg.bytes[..]).into()),
        ("widthPx", jpeg.width_px.into()),
        ("heightPx", jpeg.height_px.into()),
        ("quality", jpeg.quality.into()),
    ])
}

/// SHA-256 of `bytes`, 64 lower-case hexadecimal digits. `crypto.subtle` has it in secure contexts only.
#[wasm_bindgen]
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An object of these properties.
fn object(properties: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = js_sys::Object::new();
    for (name, value) in properties {
        js_sys::Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object.into())
}
