//! Ordinary files of every kind, small; most others are made from them.

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::container::{riff, vp8x};
use super::vp8;
use super::{Case, Want};

pub(super) const WIDTH_PX: u32 = 70;
pub(super) const HEIGHT_PX: u32 = 50;
/// What comes of an ordinary file.
pub(super) const ORDINARY: Want = Want::Photo(WIDTH_PX, HEIGHT_PX);

type Change = fn(&mut Encoder<&mut Vec<u8>>);

/// A JPEG as its encoder makes it, once `change` was there.
pub(super) fn jpeg(change: impl Fn(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    jpeg_of(WIDTH_PX, HEIGHT_PX, ColorType::Rgb, change)
}

/// A JPEG of any size and colours.
pub(super) fn jpeg_of(
    width_px: u32,
    height_px: u32,
    color: ColorType,
    change: impl Fn(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let channels = match color {
        ColorType::Luma => 1,
        ColorType::Rgb => 3,
        _ => 4,
    };
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 90);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    change(&mut encoder);
    let raw = gradient(width_px, height_px, channels);
    encoder.encode(&raw, width_px as u16, height_px as u16, color).expect("a JPEG");
    file
}

/// A PNG of any size and colours.
pub(super) fn png_of(width_px: u32, height_px: u32, color: ExtendedColorType) -> Vec<u8> {
    let mut file = Vec::new();
    let raw = gradient(width_px, height_px, u32::from(color.bits_per_pixel()) / 8);
    let encoder = PngEncoder::new(&mut file);
    encoder.write_image(&raw, width_px, height_px, color).expect("a PNG");
    file
}

pub(super) fn png() -> Vec<u8> {
    png_of(WIDTH_PX, HEIGHT_PX, ExtendedColorType::Rgb8)
}

/// A lossless WebP of any size.
pub(super) fn webp_of(width_px: u32, height_px: u32, color: ExtendedColorType) -> Vec<u8> {
    let mut file = Vec::new();
    let raw = gradient(width_px, height_px, u32::from(color.bits_per_pixel()) / 8);
    let encoder = WebPEncoder::new_lossless(&mut file);
    encoder.write_image(&raw, width_px, height_px, color).expect("a WebP");
    file
}

pub(super) fn webp() -> Vec<u8> {
    webp_of(WIDTH_PX, HEIGHT_PX, ExtendedColorType::Rgb8)
}

/// A lossy WebP.
pub(super) fn lossy() -> Vec<u8> {
    riff(&[(b"VP8 ", &vp8::flat(WIDTH_PX as u16, HEIGHT_PX as u16))])
}

/// A lossy WebP with alpha, stored as it is.
pub(super) fn lossy_with_alpha() -> Vec<u8> {
    let alpha = [vec![0], vec![200; (WIDTH_PX * HEIGHT_PX) as usize]].concat();
    let picture = vp8::flat(WIDTH_PX as u16, HEIGHT_PX as u16);
    let canvas = vp8x(0x10, WIDTH_PX, HEIGHT_PX);
    riff(&[(b"VP8X", &canvas), (b"ALPH", &alpha), (b"VP8 ", &picture)])
}

/// Pixels that differ from their neighbours, with any count of channels.
fn gradient(width_px: u32, height_px: u32, channels: u32) -> Vec<u8> {
    let row = |y: u32| {
        let byte = move |at: u32| ((at / channels) * 7 + y * 5 + (at % channels) * 40) as u8;
        (0..width_px * channels).map(byte)
    };
    (0..height_px).flat_map(row).collect()
}

/// Small files of every kind, all of them ordinary.
pub(super) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let jpegs: [(&str, Change); 8] = [
        ("JPEG", |_| {}),
        ("JPEG 4:2:0", |it| it.set_sampling_factor(SamplingFactor::F_2_2)),
        ("JPEG 4:2:2", |it| it.set_sampling_factor(SamplingFactor::F_2_1)),
        ("JPEG with restarts", |it| it.set_restart_interval(3)),
        ("JPEG, a scan a channel", |it| it.set_optimized_huffman_tables(true)),
        ("progressive JPEG", |it| it.set_progressive(true)),
        ("progressive JPEG 4:2:0", |it| {
            it.set_progressive(true);
            it.set_sampling_factor(SamplingFactor::F_2_2);
        }),
        ("progressive JPEG with restarts", |it| {
            it.set_progressive(true);
            it.set_restart_interval(3);
        }),
    ];
    let (w, h) = (WIDTH_PX, HEIGHT_PX);
    let mut files: Vec<_> = jpegs.map(|(name, change)| (name, jpeg(change))).into();
    files.extend([
        ("grey JPEG", jpeg_of(w, h, ColorType::Luma, |_| {})),
        ("CMYK JPEG", jpeg_of(w, h, ColorType::Cmyk, |_| {})),
        ("PNG", png()),
        ("grey PNG", png_of(w, h, ExtendedColorType::L8)),
        ("PNG with alpha", png_of(w, h, ExtendedColorType::Rgba8)),
        ("PNG of 16 bits", png_of(w, h, ExtendedColorType::Rgb16)),
        ("lossless WebP", webp()),
        ("lossless WebP with alpha", webp_of(w, h, ExtendedColorType::Rgba8)),
        ("lossy WebP", lossy()),
        ("lossy WebP with alpha", lossy_with_alpha()),
    ]);
    files
}

pub(super) fn cases() -> Vec<Case> {
    files().into_iter().map(|(name, file)| Case::new(name, ORDINARY, file)).collect()
}
