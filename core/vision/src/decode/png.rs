//! PNG through `image`, after its chunks are sifted.

use std::io::Cursor;

use facematch_contract::limits::MAX_DECODE_BYTES;
use image::codecs::png::PngDecoder;
use image::{ImageDecoder, ImageResult, Limits};

use super::{DecodeError, PhotoFormat, apply_exif, pixels, png_walk};
use crate::photo::Photo;

pub(super) fn decode(file: &[u8]) -> Result<Photo, DecodeError> {
    let parts = png_walk::walk(file)?;
    let (raw, color) = read(&parts.lean).map_err(|error| corrupt(error.to_string()))?;
    let rgb = pixels::into_rgb(raw, color, PhotoFormat::Png)?;
    let photo = Photo::from_rgb(parts.size.width_px, parts.size.height_px, rgb)
        .map_err(|error| corrupt(error.to_string()))?;
    Ok(apply_exif(photo, parts.exif))
}

fn read(lean: &[u8]) -> ImageResult<(Vec<u8>, image::ColorType)> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    let decoder = PngDecoder::with_limits(Cursor::new(lean), limits)?;
    let color = decoder.color_type();
    let mut raw = vec![0; decoder.total_bytes() as usize];
    decoder.read_image(&mut raw)?;
    Ok((raw, color))
}

fn corrupt(detail: String) -> DecodeError {
    DecodeError::Corrupt { format: PhotoFormat::Png, detail }
}
