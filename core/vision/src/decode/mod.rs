//! From a file's bytes to upright pixels, with every limit checked from the header first.

mod error;
mod jpeg;
mod jpeg_walk;
mod limits;
mod pixels;
mod png;
mod png_walk;
mod webp;
mod webp_walk;

#[cfg(test)]
mod tests;

use facematch_contract::limits::MAX_IMAGE_BYTES;
use image::metadata::Orientation;

pub use error::DecodeError;

use crate::orient;
use crate::photo::Photo;

/// A photo format that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoFormat {
    /// ISO/IEC 10918-1, baseline or progressive, 8 bits.
    Jpeg,
    /// W3C PNG, still image.
    Png,
    /// RFC 9649, still image, lossy or lossless.
    WebP,
}

impl PhotoFormat {
    /// Tells the format from the file's first bytes.
    #[must_use]
    pub fn sniff(file: &[u8]) -> Option<Self> {
        match file {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            _ => None,
        }
    }

    /// The format's media type, one of `facematch_contract::limits::IMAGE_TYPES`.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

impl std::fmt::Display for PhotoFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
        })
    }
}

/// See [`Photo::decode`].
pub(crate) fn decode(file: &[u8]) -> Result<Photo, DecodeError> {
    let size_bytes = file.len() as u64;
    if file.is_empty() {
        return Err(DecodeError::Empty);
    }
    if size_bytes > MAX_IMAGE_BYTES {
        return Err(DecodeError::TooManyBytes { size_bytes, max_bytes: MAX_IMAGE_BYTES });
    }
    match PhotoFormat::sniff(file).ok_or(DecodeError::UnknownFormat)? {
        PhotoFormat::Jpeg => jpeg::decode(file),
        PhotoFormat::Png => png::decode(file),
        PhotoFormat::WebP => webp::decode(file),
    }
}

/// Turns `photo` as its EXIF block, if there is one that can be read, says.
fn apply_exif(photo: Photo, exif: Option<&[u8]>) -> Photo {
    let tiff = exif.map(|block| block.strip_prefix(b"Exif\0\0").unwrap_or(block));
    let orientation = tiff.and_then(Orientation::from_exif_chunk);
    orient::upright(photo, orientation.unwrap_or(Orientation::NoTransforms))
}
