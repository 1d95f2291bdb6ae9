//! A decoded photo.

use crate::decode::{self, DecodeError};

/// An upright photo: RGB, 8 bits a channel, sRGB as stored, rows from the top, no padding. Never
/// empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    width_px: u32,
    height_px: u32,
    rgb: Vec<u8>,
}

/// Why pixels do not make a photo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhotoError {
    /// A side is zero.
    #[error("a photo of {width_px}x{height_px} has no pixels")]
    NoPixels {
        /// Width asked for.
        width_px: u32,
        /// Height asked for.
        height_px: u32,
    },
    /// The buffer is not three bytes for each pixel.
    #[error("{width_px}x{height_px} pixels do not fit {got_bytes} bytes")]
    WrongLength {
        /// Width asked for.
        width_px: u32,
        /// Height asked for.
        height_px: u32,
        /// Length of the buffer.
        got_bytes: usize,
    },
}

impl Photo {
    /// Decodes a JPEG, PNG or WebP file and turns it upright as its EXIF orientation says.
    ///
    /// The format comes from the first bytes. Alpha is laid over white, grey becomes RGB, 16 bits
    /// become 8, embedded colour profiles are ignored. The limits of [`facematch_contract::limits`]
    /// are checked from the file's header before a pixel is decoded.
    ///
    /// # Errors
    /// [`DecodeError`] if the file is not a whole, supported photo within the limits.
    pub fn decode(file: &[u8]) -> Result<Self, DecodeError> {
        decode::decode(file)
    }

    /// Takes `rgb`, three bytes a pixel, row by row from the top.
    ///
    /// # Errors
    /// [`PhotoError`] if a side is zero or the buffer's length is not `width_px * height_px * 3`.
    pub fn from_rgb(width_px: u32, height_px: u32, rgb: Vec<u8>) -> Result<Self, PhotoError> {
        if width_px == 0 || height_px == 0 {
            return Err(PhotoError::NoPixels { width_px, height_px });
        }
        let want = u64::from(width_px) * u64::from(height_px) * 3;
        if rgb.len() as u64 != want {
            return Err(PhotoError::WrongLength { width_px, height_px, got_bytes: rgb.len() });
        }
        Ok(Self { width_px, height_px, rgb })
    }

    /// For pixels made here: the caller has made `rgb` of exactly the right length.
    pub(crate) fn from_parts(width_px: u32, height_px: u32, rgb: Vec<u8>) -> Self {
        debug_assert_eq!(rgb.len(), width_px as usize * height_px as usize * 3);
        Self { width_px, height_px, rgb }
    }

    /// Width, at least 1.
    #[must_use]
    pub fn width_px(&self) -> u32 {
        self.width_px
    }

    /// Height, at least 1.
    #[must_use]
    pub fn height_px(&self) -> u32 {
        self.height_px
    }

    /// The longer of the two sides.
    #[must_use]
    pub fn long_side_px(&self) -> u32 {
        self.width_px.max(self.height_px)
    }

    /// All pixels: three bytes each, row by row from the top.
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// Gives the pixel buffer away, in the layout of [`Photo::rgb`].
    #[must_use]
    pub fn into_rgb(self) -> Vec<u8> {
        self.rgb
    }

    /// The photo with left and right exchanged.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let mirror = |row: &[u8]| row.chunks_exact(3).rev().flatten().copied().collect::<Vec<_>>();
        let rgb = self.rows().flat_map(mirror).collect();
        Self::from_parts(self.width_px, self.height_px, rgb)
    }

    /// Bytes in one row.
    pub(crate) fn stride(&self) -> usize {
        self.width_px as usize * 3
    }

    /// Rows from the top.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.rgb.chunks_exact(self.stride())
    }
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Photo({}x{})", self.width_px, self.height_px)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_never_empty_nor_ragged() {
        struct Case {
            width_px: u32,
            height_px: u32,
            bytes: usize,
            ok: bool,
        }
        let cases = [
            Case { width_px: 2, height_px: 3, bytes: 18, ok: true },
            Case { width_px: 2, height_px: 3, bytes: 17, ok: false },
            Case { width_px: 0, height_px: 3, bytes: 0, ok: false },
            Case { width_px: 3, height_px: 0, bytes: 0, ok: false },
            // The product overflows 32 bits; it must not wrap to 0.
            Case { width_px: 1 << 31, height_px: 2, bytes: 0, ok: false },
        ];
        for Case { width_px, height_px, bytes, ok } in cases {
            let got = Photo::from_rgb(width_px, height_px, vec![0; bytes]);
            assert_eq!(got.is_ok(), ok, "{width_px}x{height_px} in {bytes}");
        }
    }

    #[test]
    fn debug_output_holds_no_pixels() {
        let photo = Photo::from_rgb(1, 1, vec![1, 2, 3]).unwrap();
        assert_eq!(format!("{photo:?}"), "Photo(1x1)");
    }
}
