//! JPEG through zune-jpeg in strict mode, which refuses what browsers would show half of.

use facematch_contract::limits::MAX_IMAGE_SIDE_PX;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{DecodeError, PhotoFormat, apply_exif, jpeg_walk};
use crate::photo::Photo;

pub(super) fn decode(file: &[u8]) -> Result<Photo, DecodeError> {
    let parts = jpeg_walk::walk(file)?;
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&parts.lean), options());
    let rgb = decoder.decode().map_err(|error| corrupt(format!("{error:?}")))?;
    let photo = Photo::from_rgb(parts.size.width_px, parts.size.height_px, rgb)
        .map_err(|error| corrupt(error.to_string()))?;
    Ok(apply_exif(photo, parts.exif))
}

fn options() -> DecoderOptions {
    DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(MAX_IMAGE_SIDE_PX as usize)
        .set_max_height(MAX_IMAGE_SIDE_PX as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB)
}

fn corrupt(detail: String) -> DecodeError {
    DecodeError::Corrupt { format: PhotoFormat::Jpeg, detail }
}
