//! From no pixel to more than anybody can have.

use image::ExtendedColorType::Rgb8;
use jpeg_encoder::ColorType;

use super::container::{PNG_SIGNATURE, ihdr, place_of, png, riff, vp8x};
use super::good::{self, jpeg_of, png_of, webp_of};
use super::{Case, Want, vp8, vp8l};

/// Sizes that a JPEG's header can state, and what they come to.
const STATED: &[(u16, u16, &str)] = &[
    (0, 0, "TooSmall"),
    (0, 50, "TooSmall"),
    (50, 0, "TooSmall"),
    (1, 1, "TooSmall"),
    (31, 32, "TooSmall"),
    (32, 31, "TooSmall"),
    (65_535, 1, "TooSmall"),
    (1, 65_535, "TooSmall"),
    (65_535, 32, "SideTooLong"),
    (32, 65_535, "SideTooLong"),
    (65_535, 65_535, "SideTooLong"),
    (8193, 32, "SideTooLong"),
    (8192, 8192, "TooManyPixels"),
    (8192, 3052, "TooManyPixels"),
    (5001, 5000, "TooManyPixels"),
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = stated();
    cases.extend(beyond());
    cases.extend(real());
    cases
}

/// Small files whose headers say another size.
fn stated() -> Vec<Case> {
    let mut cases = Vec::new();
    let jpeg = good::jpeg(|_| {});
    let sof = place_of(&jpeg, 0xC0).start + 5;
    for &(w, h, error) in STATED {
        let want = Want::Error(error);
        let mut file = jpeg.clone();
        file[sof..sof + 2].copy_from_slice(&h.to_be_bytes());
        file[sof + 2..sof + 4].copy_from_slice(&w.to_be_bytes());
        cases.push(Case::new(format!("JPEG of {w}x{h}"), want, file));
        let header = ihdr(w.into(), h.into(), 8, 2, 0);
        cases.push(Case::new(format!("PNG of {w}x{h}"), want, png(&header, &[], &[])));
        if w > 0 && h > 0 && w.max(h) < 1 << 14 {
            let lossy = riff(&[(b"VP8 ", &vp8::header(w, h, 0))]);
            cases.push(Case::new(format!("lossy WebP of {w}x{h}"), want, lossy));
            let lossless = riff(&[(b"VP8L", &vp8l::start(w.into(), h.into()).into_bytes())]);
            cases.push(Case::new(format!("lossless WebP of {w}x{h}"), want, lossless));
        }
    }
    cases
}

/// Sizes that only one format can state.
fn beyond() -> Vec<Case> {
    let side = Want::Error("SideTooLong");
    let mut cases = Vec::new();
    for (w, h) in [(1 << 31, 1 << 31), (u32::MAX, u32::MAX), (u32::MAX, 32), (65_536, 65_536)] {
        let file = [PNG_SIGNATURE, &ihdr(w, h, 8, 6, 0)].concat();
        cases.push(Case::new(format!("PNG of {w}x{h}"), side, file));
    }
    let small = vp8::flat(64, 64);
    let canvas = vp8x(0, 1 << 24, 1 << 24);
    let file = riff(&[(b"VP8X", &canvas), (b"VP8 ", &small)]);
    cases.push(Case::new("WebP canvas of 16 million", side, file));
    let lossy = riff(&[(b"VP8 ", &vp8::header(16_383, 16_383, 0))]);
    cases.push(Case::new("lossy WebP of 16383", side, lossy));
    let lossless = riff(&[(b"VP8L", &vp8l::start(1 << 14, 1 << 14).into_bytes())]);
    cases.push(Case::new("lossless WebP of 16384", side, lossless));
    let hidden = riff(&[(b"VP8X", &vp8x(0, 64, 64)), (b"VP8 ", &vp8::header(8000, 3000, 0))]);
    cases.push(Case::new("WebP, small canvas", Want::Error("Corrupt"), hidden));
    cases
}

/// Whole files at the limits.
fn real() -> Vec<Case> {
    let mut cases = Vec::new();
    for (w, h, want) in [
        (1, 1, Want::Error("TooSmall")),
        (31, 31, Want::Error("TooSmall")),
        (32, 32, Want::Photo(32, 32)),
        (33, 32, Want::Photo(33, 32)),
        (8192, 32, Want::Photo(8192, 32)),
        (32, 8192, Want::Photo(32, 8192)),
        (8193, 32, Want::Error("SideTooLong")),
    ] {
        cases.push(Case::new(format!("{w}x{h} JPEG"), want, jpeg_of(w, h, ColorType::Rgb, |_| {})));
        cases.push(Case::new(format!("{w}x{h} PNG"), want, png_of(w, h, Rgb8)));
        cases.push(Case::new(format!("{w}x{h} WebP"), want, webp_of(w, h, Rgb8)));
        let lossy = riff(&[(b"VP8 ", &vp8::flat(w as u16, h as u16))]);
        cases.push(Case::new(format!("{w}x{h} lossy WebP"), want, lossy));
    }
    let want = Want::Error("SideTooLong");
    let long = jpeg_of(65_535, 32, ColorType::Rgb, |_| {});
    cases.push(Case::new("65535x32 JPEG, whole", want, long));
    cases.push(Case::new("65535x32 PNG, whole", want, png_of(65_535, 32, Rgb8)));
    cases
}
