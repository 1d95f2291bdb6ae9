//! JPEG under a byte budget.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::photo::Photo;
use crate::resize::shrink;

/// How much each attempt shrinks the sides once quality alone does not help.
const SHRINK_STEP: f32 = 0.8;

/// What a JPEG may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JpegBudget {
    /// Most bytes of the file.
    pub max_bytes: usize,
    /// Longest side; a larger photo is shrunk first.
    pub max_side_px: u32,
    /// Best quality worth its bytes, in 1..=100.
    pub best_quality: u8,
    /// Quality below which the sides shrink instead, in 1..=100.
    pub least_quality: u8,
    /// Long side below which no photo is of use: rather than shrink further, encoding fails.
    pub least_side_px: u32,
}

impl Default for JpegBudget {
    /// 2 MB, 2560 pixels, quality 60 to 92, the long side never below 64 pixels.
    fn default() -> Self {
        Self {
            max_bytes: 2_000_000,
            max_side_px: 2560,
            best_quality: 92,
            least_quality: 60,
            least_side_px: 64,
        }
    }
}

/// A JPEG file: baseline, one scan, 4:2:0, no metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedJpeg {
    /// The file.
    pub bytes: Vec<u8>,
    /// Width of the picture in it.
    pub width_px: u32,
    /// Height of the picture in it.
    pub height_px: u32,
    /// Quality that it was encoded with.
    pub quality: u8,
}

/// Why a photo cannot be encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Even the smallest picture of the least quality takes more bytes.
    #[error("the smallest JPEG takes {least_bytes} bytes, the budget is {max_bytes}")]
    OverBudget {
        /// Bytes of the smallest attempt.
        least_bytes: usize,
        /// Bytes of the budget.
        max_bytes: usize,
    },
    /// A side is longer than a JPEG can state.
    #[error("{width_px}x{height_px} is too large for a JPEG")]
    TooLarge {
        /// Width of the photo.
        width_px: u32,
        /// Height of the photo.
        height_px: u32,
    },
    /// The encoder failed.
    #[error("JPEG encoder failed: {detail}")]
    Encoder {
        /// The encoder's own words.
        detail: String,
    },
}

/// Encodes `photo` with the best quality that the budget allows; if none does, shrinks it and tries
/// again.
///
/// # Errors
/// [`EncodeError::OverBudget`] if the photo would have to shrink below the least side.
pub fn encode_jpeg(photo: &Photo, budget: &JpegBudget) -> Result<EncodedJpeg, EncodeError> {
    let mut picture = fitted(photo, budget.max_side_px);
    loop {
        let finest = encode(&picture, budget.best_quality.max(budget.least_quality))?;
        if finest.bytes.len() <= budget.max_bytes {
            return Ok(finest);
        }
        let coarsest = encode(&picture, budget.least_quality)?;
        if coarsest.bytes.len() <= budget.max_bytes {
            return between(&picture, budget.max_bytes, coarsest, finest.quality);
        }
        picture = smaller(&picture, budget, coarsest.bytes.len())?;
    }
}

/// The next smaller picture to try.
fn smaller(picture: &Photo, budget: &JpegBudget, least_bytes: usize) -> Result<Photo, EncodeError> {
    let side_px = (picture.long_side_px() as f32 * SHRINK_STEP) as u32;
    if side_px < budget.least_side_px.max(1) {
        return Err(EncodeError::OverBudget { least_bytes, max_bytes: budget.max_bytes });
    }
    Ok(fitted(picture, side_px))
}

/// `photo` with its long side at most `side_px`.
fn fitted(photo: &Photo, side_px: u32) -> Photo {
    let scale = f64::from(side_px) / f64::from(photo.long_side_px());
    let target = |side: u32| (f64::from(side) * scale.min(1.0)).round() as u32;
    shrink(photo, target(photo.width_px()), target(photo.height_px()))
}

/// The largest quality below `too_high` that fits, by halving the range; `fits` is known to.
fn between(
    picture: &Photo,
    max_bytes: usize,
    mut fits: EncodedJpeg,
    mut too_high: u8,
) -> Result<EncodedJpeg, EncodeError> {
    while fits.quality + 1 < too_high {
        let attempt = encode(picture, fits.quality.midpoint(too_high))?;
        if attempt.bytes.len() <= max_bytes {
            fits = attempt;
        } else {
            too_high = attempt.quality;
        }
    }
    Ok(fits)
}

fn encode(photo: &Photo, quality: u8) -> Result<EncodedJpeg, EncodeError> {
    let (width_px, height_px) = (photo.width_px(), photo.height_px());
    let (Ok(width), Ok(height)) = (u16::try_from(width_px), u16::try_from(height_px)) else {
        return Err(EncodeError::TooLarge { width_px, height_px });
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality.clamp(1, 100));
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    // With optimised tables the encoder writes a scan for each channel, which decoders misread: see
    // `decode::jpeg_walk`.
    encoder
        .encode(photo.rgb(), width, height, ColorType::Rgb)
        .map_err(|error| EncodeError::Encoder { detail: error.to_string() })?;
    Ok(EncodedJpeg { bytes, width_px, height_px, quality })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Noise, gradient, soft};

    fn noise(width_px: u32, height_px: u32) -> Photo {
        let rgb = Noise(3).bytes((width_px * height_px * 3) as usize);
        Photo::from_rgb(width_px, height_px, rgb).unwrap()
    }

    #[test]
    fn the_budget_is_kept_and_used() {
        struct Case {
            max_bytes: usize,
            side_px: std::ops::RangeInclusive<u32>,
        }
        let cases = [
            Case { max_bytes: 1_000_000, side_px: 256..=256 },
            Case { max_bytes: 50_000, side_px: 256..=256 },
            Case { max_bytes: 20_000, side_px: 64..=255 },
        ];
        let photo = noise(256, 256);
        for Case { max_bytes, side_px } in cases {
            let budget = JpegBudget { max_bytes, ..JpegBudget::default() };
            let got = encode_jpeg(&photo, &budget).unwrap();
            assert!(got.bytes.len() <= max_bytes, "{} > {max_bytes}", got.bytes.len());
            assert!(side_px.contains(&got.width_px), "{max_bytes}: {}", got.width_px);
            let finer = encode(&fitted(&photo, got.width_px), got.quality + 1).unwrap();
            let at_best = got.quality == budget.best_quality;
            assert!(
                at_best || finer.bytes.len() > max_bytes,
                "quality {} is not the best",
                got.quality
            );
        }
    }

    #[test]
    fn an_impossible_budget_is_an_error() {
        let budget = JpegBudget { max_bytes: 100, ..JpegBudget::default() };
        let got = encode_jpeg(&noise(128, 128), &budget);
        assert!(matches!(got, Err(EncodeError::OverBudget { max_bytes: 100, .. })), "{got:?}");
    }

    #[test]
    fn a_long_side_is_shrunk_first() {
        let budget = JpegBudget { max_side_px: 100, ..JpegBudget::default() };
        let got = encode_jpeg(&gradient(400, 200), &budget).unwrap();
        assert_eq!((got.width_px, got.height_px), (100, 50));
    }

    #[test]
    fn what_is_encoded_can_be_decoded() {
        for (width_px, height_px) in [(97, 65), (64, 64), (471, 589)] {
            let photo = soft(width_px, height_px);
            let got = encode_jpeg(&photo, &JpegBudget::default()).unwrap();
            let back = Photo::decode(&got.bytes).unwrap();
            assert_eq!((back.width_px(), back.height_px()), (width_px, height_px));
            let pairs = back.rgb().iter().zip(photo.rgb());
            let error = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>();
            let mean = error / photo.rgb().len() as f64;
            assert!(mean < 3.0, "{width_px}x{height_px}: colours are off by {mean:.1}");
        }
    }
}
