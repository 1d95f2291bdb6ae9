//! Pixels between a canvas and the core.

use facematch_vision::Photo;
use wasm_bindgen::JsValue;

use crate::error::internal;

/// RGBA of a canvas as a photo. Alpha is left out: a canvas that was drawn on from a photo is opaque.
pub(crate) fn photo(rgba: &[u8], width_px: u32, height_px: u32) -> Result<Photo, JsValue> {
    let pixels = rgba.as_chunks::<4>().0;
    let mut rgb = vec![0; pixels.len() * 3];
    for (to, &[red, green, blue, _]) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
        *to = [red, green, blue];
    }
    Photo::from_rgb(width_px, height_px, rgb).map_err(internal)
}

/// A photo as RGBA for a canvas, opaque.
pub(crate) fn rgba(photo: &Photo) -> Vec<u8> {
    let pixels = photo.rgb().as_chunks::<3>().0;
    let mut rgba = vec![255; pixels.len() * 4];
    for (to, from) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
        to[..3].copy_from_slice(from);
    }
    rgba
}
