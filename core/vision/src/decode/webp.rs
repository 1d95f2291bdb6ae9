//! WebP through `image`, after its chunks are checked.

use std::io::Cursor;

use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder, ImageResult};

use super::{DecodeError, PhotoFormat, apply_exif, pixels, webp_walk};
use crate::photo::Photo;

pub(super) fn decode(file: &[u8]) -> Result<Photo, DecodeError> {
    let parts = webp_walk::walk(file)?;
    let (raw, color) = read(parts.whole).map_err(|error| corrupt(error.to_string()))?;
    let rgb = pixels::into_rgb(raw, color, PhotoFormat::WebP)?;
    let photo = Photo::from_rgb(parts.size.width_px, parts.size.height_px, rgb)
        .map_err(|error| corrupt(error.to_string()))?;
    Ok(apply_exif(photo, parts.exif))
}

fn read(whole: &[u8]) -> ImageResult<(Vec<u8>, ColorType)> {
    let decoder = WebPDecoder::new(Cursor::new(whole))?;
    let color = decoder.color_type();
    let mut raw = vec![0; decoder.total_bytes() as usize];
    decoder.read_image(&mut raw)?;
    Ok((raw, color))
}

fn corrupt(detail: String) -> DecodeError {
    DecodeError::Corrupt { format: PhotoFormat::WebP, detail }
}
