//! Whatever channels a decoder gives, as RGB with 8 bits.

use image::{ColorType, ExtendedColorType};

use super::{DecodeError, PhotoFormat};

/// Turns `raw`, pixels of type `color` with samples in native byte order, into RGB; alpha is laid
/// over white.
///
/// Works in the same buffer where it can, so that a photo is in memory once.
pub(super) fn into_rgb(
    raw: Vec<u8>,
    color: ColorType,
    format: PhotoFormat,
) -> Result<Vec<u8>, DecodeError> {
    match color {
        ColorType::Rgb8 => Ok(raw),
        ColorType::L8 => Ok(raw.iter().flat_map(|&grey| [grey; 3]).collect()),
        ColorType::La8 => Ok(raw.chunks_exact(2).flat_map(grey_alpha).collect()),
        ColorType::Rgba8 => Ok(packed::<4>(raw, |p| over_white([p[0], p[1], p[2]], p[3]))),
        ColorType::L16 => Ok(raw.chunks_exact(2).flat_map(|p| [high(p, 0); 3]).collect()),
        ColorType::La16 => Ok(packed::<4>(raw, |p| over_white([high(p, 0); 3], high(p, 1)))),
        ColorType::Rgb16 => Ok(packed::<6>(raw, rgb_of)),
        ColorType::Rgba16 => Ok(packed::<8>(raw, |p| over_white(rgb_of(p), high(p, 3)))),
        other => Err(unsupported(other, format)),
    }
}

fn unsupported(color: ColorType, format: PhotoFormat) -> DecodeError {
    let detail = format!("pixels of type {:?}", ExtendedColorType::from(color));
    DecodeError::Corrupt { format, detail }
}

/// Shrinks pixels of `N` bytes to three bytes, in place: writing never overtakes reading.
fn packed<const N: usize>(mut raw: Vec<u8>, rgb: impl Fn(&[u8]) -> [u8; 3]) -> Vec<u8> {
    let pixels = raw.len() / N;
    for at in 0..pixels {
        let value = rgb(&raw[at * N..(at + 1) * N]);
        raw[at * 3..at * 3 + 3].copy_from_slice(&value);
    }
    raw.truncate(pixels * 3);
    raw.shrink_to_fit();
    raw
}

fn grey_alpha(pixel: &[u8]) -> [u8; 3] {
    over_white([pixel[0]; 3], pixel[1])
}

fn rgb_of(pixel: &[u8]) -> [u8; 3] {
    [high(pixel, 0), high(pixel, 1), high(pixel, 2)]
}

/// The 16-bit sample at `index` as 8 bits, rounded: 65535 / 255 = 257.
fn high(pixel: &[u8], index: usize) -> u8 {
    let sample = u16::from_ne_bytes([pixel[index * 2], pixel[index * 2 + 1]]);
    ((u32::from(sample) + 128) / 257) as u8
}

fn over_white(rgb: [u8; 3], alpha: u8) -> [u8; 3] {
    let alpha = u32::from(alpha);
    rgb.map(|value| ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_becomes_rgb_over_white() {
        struct Case {
            color: ColorType,
            raw: Vec<u8>,
            want: [u8; 3],
        }
        let wide = |samples: &[u16]| samples.iter().flat_map(|s| s.to_ne_bytes()).collect();
        let cases = [
            Case { color: ColorType::L8, raw: vec![9], want: [9; 3] },
            Case { color: ColorType::La8, raw: vec![9, 255], want: [9; 3] },
            Case { color: ColorType::La8, raw: vec![9, 0], want: [255; 3] },
            Case { color: ColorType::Rgb8, raw: vec![1, 2, 3], want: [1, 2, 3] },
            Case { color: ColorType::Rgba8, raw: vec![1, 2, 3, 255], want: [1, 2, 3] },
            Case { color: ColorType::Rgba8, raw: vec![0, 100, 200, 128], want: [127, 177, 227] },
            Case { color: ColorType::L16, raw: wide(&[65535]), want: [255; 3] },
            Case { color: ColorType::La16, raw: wide(&[257, 65535]), want: [1; 3] },
            Case { color: ColorType::Rgb16, raw: wide(&[0, 257, 65535]), want: [0, 1, 255] },
            Case { color: ColorType::Rgba16, raw: wide(&[0, 257, 514, 0]), want: [255; 3] },
        ];
        for Case { color, raw, want } in cases {
            let twice = raw.repeat(2);
            let got = into_rgb(twice, color, PhotoFormat::Png).unwrap();
            assert_eq!(got, want.repeat(2), "{color:?}");
        }
    }
}
