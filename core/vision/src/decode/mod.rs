//! From a file's bytes to upright pixels, with every limit checked from the header first.

mod error;
mod jpeg;
mod jpeg_walk;
mod limits;
#[cfg(feature = "png-webp")]
mod pixels;
#[cfg(feature = "png-webp")]
mod png;
mod png_walk;
#[cfg(feature = "png-webp")]
mod webp;
mod webp_codes;
mod webp_walk;

#[cfg(test)]
#[cfg(feature = "png-webp")]
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

/// What a file is, told without decoding a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoHeader {
    /// Format, by the first bytes.
    pub format: PhotoFormat,
    /// Width of the upright photo.
    pub width_px: u32,
    /// Height of the upright photo.
    pub height_px: u32,
}

impl PhotoHeader {
    /// Walks over the file's segments: all limits are checked, and that the file reaches its end.
    /// Pixels that are damaged in place are found by [`Photo::decode`] alone.
    ///
    /// # Errors
    /// [`DecodeError`] if the file is not a whole, supported photo within the limits.
    pub fn read(file: &[u8]) -> Result<Self, DecodeError> {
        let format = format(file)?;
        let (size, exif) = match format {
            PhotoFormat::Jpeg => jpeg_walk::walk(file).map(|parts| (parts.size, parts.exif)),
            PhotoFormat::Png => png_walk::walk(file).map(|parts| (parts.size, parts.exif)),
            PhotoFormat::WebP => webp_walk::walk(file).map(|parts| (parts.size, parts.exif)),
        }?;
        let (width_px, height_px) = match orient::is_sideways(orientation(exif)) {
            true => (size.height_px, size.width_px),
            false => (size.width_px, size.height_px),
        };
        Ok(Self { format, width_px, height_px })
    }
}

/// See [`Photo::decode`].
pub(crate) fn decode(file: &[u8]) -> Result<Photo, DecodeError> {
    match format(file)? {
        PhotoFormat::Jpeg => jpeg::decode(file),
        #[cfg(feature = "png-webp")]
        PhotoFormat::Png => png::decode(file),
        #[cfg(feature = "png-webp")]
        PhotoFormat::WebP => webp::decode(file),
        #[cfg(not(feature = "png-webp"))]
        format => {
            Err(DecodeError::Unsupported { format, feature: "a decoder that this build lacks" })
        }
    }
}

/// The format of a file that is neither empty nor too large.
fn format(file: &[u8]) -> Result<PhotoFormat, DecodeError> {
    let size_bytes = file.len() as u64;
    if file.is_empty() {
        return Err(DecodeError::Empty);
    }
    if size_bytes > MAX_IMAGE_BYTES {
        return Err(DecodeError::TooManyBytes { size_bytes, max_bytes: MAX_IMAGE_BYTES });
    }
    PhotoFormat::sniff(file).ok_or(DecodeError::UnknownFormat)
}

/// Turns `photo` as its EXIF block, if there is one that can be read, says.
fn apply_exif(photo: Photo, exif: Option<&[u8]>) -> Photo {
    orient::upright(photo, orientation(exif))
}

fn orientation(exif: Option<&[u8]>) -> Orientation {
    let tiff = exif.map(|block| block.strip_prefix(b"Exif\0\0").unwrap_or(block));
    tiff.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}
