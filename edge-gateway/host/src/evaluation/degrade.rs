//! Faults added to good photos, to see whether the measures of quality notice.

use anyhow::{Context, Result};
use facematch_vision::{JpegBudget, Photo, encode_jpeg, shrink};

/// How many strengths a fault has beside none at all.
pub(crate) const STEPS: usize = 5;

/// What is added to a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Blur,
    Noise,
    Darkness,
    Jpeg,
    Downscaling,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] =
        [Self::Blur, Self::Noise, Self::Darkness, Self::Jpeg, Self::Downscaling];

    /// The fault and what its strengths are, for the report.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Blur => "Gaussian blur, standard deviation in pixels",
            Self::Noise => "Gaussian noise, standard deviation of 255",
            Self::Darkness => "darkness, share of the light that is left",
            Self::Jpeg => "JPEG, quality",
            Self::Downscaling => "downscaling, share of the side that is left",
        }
    }

    /// The strengths from none to the greatest.
    pub(crate) fn strengths(self) -> [f32; STEPS + 1] {
        match self {
            Self::Blur => [0.0, 1.0, 2.0, 3.0, 4.0, 6.0],
            Self::Noise => [0.0, 8.0, 16.0, 24.0, 36.0, 50.0],
            Self::Darkness => [1.0, 0.5, 0.25, 0.12, 0.06, 0.03],
            Self::Jpeg => [100.0, 40.0, 20.0, 12.0, 7.0, 3.0],
            Self::Downscaling => [1.0, 0.7, 0.5, 0.35, 0.25, 0.18],
        }
    }

    /// `photo` with the fault, as strong as `step` says; step 0 changes nothing.
    ///
    /// # Errors
    /// When the JPEG encoder fails.
    pub(crate) fn add(self, photo: &Photo, step: usize) -> Result<Photo> {
        let strength = self.strengths()[step];
        if step == 0 {
            return Ok(photo.clone());
        }
        match self {
            Self::Blur => with_rgb(photo, blurred(photo, strength)),
            Self::Noise => with_rgb(photo, noisy(photo, strength)),
            Self::Darkness => with_rgb(photo, darkened(photo, strength)),
            Self::Jpeg => compressed(photo, strength as u8),
            Self::Downscaling => Ok(downscaled(photo, strength)),
        }
    }
}

fn with_rgb(photo: &Photo, rgb: Vec<u8>) -> Result<Photo> {
    Ok(Photo::from_rgb(photo.width_px(), photo.height_px(), rgb)?)
}

/// Convolves rows, then columns, with a Gaussian; at the edges the outermost pixel repeats.
fn blurred(photo: &Photo, sigma_px: f32) -> Vec<u8> {
    let radius = (3.0 * sigma_px).ceil() as i64;
    let weight = |at: i64| (-(at * at) as f32 / (2.0 * sigma_px * sigma_px)).exp();
    let kernel: Vec<f32> = (-radius..=radius).map(weight).collect();
    let total: f32 = kernel.iter().sum();
    let (width, height) = (photo.width_px() as usize, photo.height_px() as usize);
    let mean = |source: &[u8], line: usize, count: usize, step: usize, offset: usize| {
        let tap = |(index, weight): (usize, &f32)| {
            let at = (line as i64 + index as i64 - radius).clamp(0, count as i64 - 1) as usize;
            f32::from(source[offset + at * step]) * weight
        };
        (kernel.iter().enumerate().map(tap).sum::<f32>() / total).round() as u8
    };
    let rows: Vec<u8> = (0..width * height * 3)
        .map(|index| {
            let (row, rest) = (index / (width * 3), index % (width * 3));
            mean(photo.rgb(), rest / 3, width, 3, row * width * 3 + rest % 3)
        })
        .collect();
    (0..rows.len())
        .map(|index| mean(&rows, index / (width * 3), height, width * 3, index % (width * 3)))
        .collect()
}

/// Adds about normal noise, the same for the same photo: the sum of four even numbers.
fn noisy(photo: &Photo, sigma: f32) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut even = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
    };
    // Each even number has a variance of 1/12.
    let scale = sigma * 3.0_f32.sqrt();
    let add = |&value: &u8| {
        let noise = (even() + even() + even() + even()) * scale;
        (f32::from(value) + noise).round().clamp(0.0, 255.0) as u8
    };
    photo.rgb().iter().map(add).collect()
}

/// Takes light away, which the sRGB curve (taken as a power of 2.2) turns into fewer levels.
fn darkened(photo: &Photo, left: f32) -> Vec<u8> {
    let factor = left.powf(1.0 / 2.2);
    photo.rgb().iter().map(|&value| (f32::from(value) * factor).round() as u8).collect()
}

fn compressed(photo: &Photo, quality: u8) -> Result<Photo> {
    let budget = JpegBudget {
        best_quality: quality,
        least_quality: quality,
        max_bytes: usize::MAX,
        max_side_px: u32::MAX,
        ..JpegBudget::default()
    };
    Photo::decode(&encode_jpeg(photo, &budget)?.bytes).context("our own JPEG cannot be read")
}

fn downscaled(photo: &Photo, left: f32) -> Photo {
    let side = |px: u32| (px as f32 * left).round().max(1.0) as u32;
    shrink(photo, side(photo.width_px()), side(photo.height_px()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripes() -> Photo {
        let row: Vec<u8> =
            (0..96).flat_map(|x| [if x / 8 % 2 == 0 { 40 } else { 200 }; 3]).collect();
        Photo::from_rgb(96, 96, row.repeat(96)).unwrap()
    }

    fn mean_and_deviation(photo: &Photo) -> (f32, f32) {
        let count = photo.rgb().len() as f32;
        let mean = photo.rgb().iter().map(|&v| f32::from(v)).sum::<f32>() / count;
        let variance = photo.rgb().iter().map(|&v| (f32::from(v) - mean).powi(2)).sum::<f32>();
        (mean, (variance / count).sqrt())
    }

    #[test]
    fn no_strength_changes_nothing_and_more_changes_more() {
        let photo = stripes();
        for fault in Fault::ALL.into_iter().filter(|&fault| fault != Fault::Downscaling) {
            let off = |step| {
                let got = fault.add(&photo, step).unwrap();
                let pairs = got.rgb().iter().zip(photo.rgb());
                pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
            };
            let offs = [0, 1, 3, STEPS].map(off);
            assert_eq!(offs[0], 0, "{fault:?}");
            assert!(offs.windows(2).all(|pair| pair[0] < pair[1]), "{fault:?}: {offs:?}");
        }
        let small = Fault::Downscaling.add(&photo, STEPS).unwrap();
        assert_eq!((small.width_px(), small.height_px()), (17, 17));
    }

    #[test]
    fn faults_are_what_they_say() {
        let grey = Photo::from_rgb(96, 96, vec![128; 96 * 96 * 3]).unwrap();
        let (mean, deviation) = mean_and_deviation(&Fault::Noise.add(&grey, 2).unwrap());
        assert!((mean - 128.0).abs() < 0.5 && (deviation - 16.0).abs() < 0.5, "{mean} {deviation}");
        let (mean, deviation) = mean_and_deviation(&Fault::Blur.add(&stripes(), STEPS).unwrap());
        assert!((mean - 120.0).abs() < 2.0 && deviation < 30.0, "{mean} {deviation}");
        let dark = Fault::Darkness.add(&grey, 2).unwrap();
        assert_eq!(dark.rgb()[0], (128.0 * 0.25_f32.powf(1.0 / 2.2)).round() as u8);
    }
}
