//! Files made by code: good ones of every kind, and bad ones.

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::*;
use crate::orient::upright;
use crate::testing::{Noise, gradient};

const WIDTH_PX: u32 = 70;
const HEIGHT_PX: u32 = 50;

fn jpeg(change: impl Fn(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 98);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    change(&mut encoder);
    let photo = gradient(WIDTH_PX, HEIGHT_PX);
    encoder.encode(photo.rgb(), WIDTH_PX as u16, HEIGHT_PX as u16, ColorType::Rgb).unwrap();
    file
}

fn png(exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).unwrap();
    }
    let photo = gradient(WIDTH_PX, HEIGHT_PX);
    encoder.write_image(photo.rgb(), WIDTH_PX, HEIGHT_PX, ExtendedColorType::Rgb8).unwrap();
    file
}

fn webp(exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut file);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).unwrap();
    }
    let photo = gradient(WIDTH_PX, HEIGHT_PX);
    encoder.write_image(photo.rgb(), WIDTH_PX, HEIGHT_PX, ExtendedColorType::Rgb8).unwrap();
    file
}

/// A little-endian TIFF block whose only entry is the orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    block
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let checked = [kind, body].concat();
    let length = (body.len() as u32).to_be_bytes();
    [&length[..], &checked, &crc32(&checked).to_be_bytes()].concat()
}

/// PNG's checksum (W3C PNG, annex D), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |c, _| step(c)))
}

fn ihdr(width_px: u32, height_px: u32, depth: u8, color: u8) -> Vec<u8> {
    let sides = [width_px.to_be_bytes(), height_px.to_be_bytes()].concat();
    chunk(b"IHDR", &[&sides[..], &[depth, color, 0, 0, 0]].concat())
}

/// `file` with `extra` behind the PNG header.
fn behind_header(file: &[u8], extra: &[u8]) -> Vec<u8> {
    [&file[..33], extra, &file[33..]].concat()
}

fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, bytes) in chunks {
        body.extend_from_slice(*kind);
        body.extend((bytes.len() as u32).to_le_bytes());
        body.extend_from_slice(bytes);
        body.extend(vec![0; bytes.len() % 2]);
    }
    [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
}

fn sof(marker: u8, precision: u8, height_px: u16, width_px: u16, sampling: u8) -> Vec<u8> {
    let (h, w) = (height_px.to_be_bytes(), width_px.to_be_bytes());
    let head = [0xFF, 0xD8, 0xFF, marker, 0, 17, precision, h[0], h[1], w[0], w[1], 3];
    let table = [1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0];
    [&head[..], &table, &[0xFF, 0xD9]].concat()
}

/// The start of the error's debug form, or "Ok".
fn outcome(file: &[u8]) -> String {
    match Photo::decode(file) {
        Ok(_) => "Ok".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}

fn mean_difference(a: &Photo, b: &Photo) -> f64 {
    assert_eq!((a.width_px(), a.height_px()), (b.width_px(), b.height_px()));
    let sum: u64 = a.rgb().iter().zip(b.rgb()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.rgb().len() as f64
}

#[test]
fn every_orientation_of_every_format_is_applied() {
    let photo = gradient(WIDTH_PX, HEIGHT_PX);
    for code in 1..=8 {
        let orientation = Orientation::from_exif(code).unwrap();
        let want = upright(photo.clone(), orientation);
        let block = [b"Exif\0\0", &exif(code)[..]].concat();
        let app1 = jpeg(|encoder| encoder.add_app_segment(1, block.clone()).unwrap());
        let files = [
            ("JPEG", app1, 12.0),
            ("PNG", png(Some(exif(code))), 0.0),
            ("WebP", webp(Some(exif(code))), 0.0),
            ("WebP with a prefix", webp(Some(block)), 0.0),
        ];
        for (name, file, tolerance) in files {
            let got = Photo::decode(&file).unwrap();
            let header = PhotoHeader::read(&file).unwrap();
            let size = (want.width_px(), want.height_px());
            assert_eq!((header.width_px, header.height_px), size, "{name}, EXIF {code}");
            let difference = mean_difference(&got, &want);
            assert!(difference <= tolerance, "{name}, EXIF {code}: {difference}");
        }
    }
}

#[test]
fn an_exif_block_that_cannot_be_read_turns_nothing() {
    for block in [vec![], vec![0xFF; 40], exif(0), exif(9), exif(6)[..12].to_vec()] {
        let got = Photo::decode(&png(Some(block.clone()))).unwrap();
        assert_eq!(got, gradient(WIDTH_PX, HEIGHT_PX), "{block:?}");
    }
}

#[test]
fn every_kind_of_jpeg_is_decoded() {
    let want = gradient(WIDTH_PX, HEIGHT_PX);
    let plain = jpeg(|_| {});
    let trailing = [&plain[..], &[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]].concat();
    let cases = [
        ("plain", plain.clone()),
        ("progressive", jpeg(|encoder| encoder.set_progressive(true))),
        ("restarts", jpeg(|encoder| encoder.set_restart_interval(3))),
        ("4:2:0", jpeg(|encoder| encoder.set_sampling_factor(SamplingFactor::F_2_2))),
        ("progressive 4:2:0", jpeg(progressive_subsampled)),
        ("a scan for each channel", jpeg(|encoder| encoder.set_optimized_huffman_tables(true))),
        // Phones put a second picture or a film behind the first.
        ("bytes behind its end", trailing),
    ];
    for (name, file) in cases {
        let got = Photo::decode(&file).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let difference = mean_difference(&got, &want);
        assert!(difference < 14.0, "{name}: {difference}");
    }
}

fn progressive_subsampled(encoder: &mut Encoder<&mut Vec<u8>>) {
    encoder.set_progressive(true);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
}

#[test] // The decoder gets its colours wrong without a word.
fn a_scan_for_each_channel_of_subsampled_colours_is_refused() {
    for sampling in [SamplingFactor::F_2_2, SamplingFactor::F_2_1, SamplingFactor::F_1_2] {
        let file = jpeg(|encoder| {
            encoder.set_sampling_factor(sampling);
            encoder.set_optimized_huffman_tables(true);
        });
        let got = outcome(&file);
        assert!(got.starts_with("Unsupported"), "{sampling:?}: {got}");
    }
}

#[test]
fn grey_and_four_channel_jpegs_become_rgb() {
    for (color, value, want) in [
        (ColorType::Luma, &[200][..], [200; 3]),
        (ColorType::Cmyk, &[0, 0, 0, 0][..], [255; 3]),
        (ColorType::Cmyk, &[0, 255, 255, 0][..], [255, 0, 0]),
        (ColorType::CmykAsYcck, &[0, 255, 255, 0][..], [255, 0, 0]),
    ] {
        let mut file = Vec::new();
        let raw = value.repeat(40 * 40);
        Encoder::new(&mut file, 95).encode(&raw, 40, 40, color).unwrap();
        let got = Photo::decode(&file).unwrap_or_else(|error| panic!("{color:?}: {error:?}"));
        let far = got.rgb()[..3].iter().zip(want).any(|(a, b)| a.abs_diff(b) > 4);
        assert!(!far, "{color:?} {value:?}: {:?}", &got.rgb()[..3]);
    }
}

#[test]
fn every_kind_of_png_becomes_rgb_over_white() {
    let cases = [
        (ExtendedColorType::L8, vec![7], [7; 3]),
        (ExtendedColorType::La8, vec![7, 0], [255; 3]),
        (ExtendedColorType::Rgba8, vec![0, 10, 20, 0], [255; 3]),
        (ExtendedColorType::L16, vec![0x80, 0x80], [128; 3]),
        (ExtendedColorType::Rgb16, vec![0, 0, 0x80, 0x80, 255, 255], [0, 128, 255]),
        (ExtendedColorType::Rgba16, [0, 0, 0x80, 0x80].repeat(2), [127, 191, 127]),
    ];
    for (color, pixel, want) in cases {
        let mut file = Vec::new();
        let raw = pixel.repeat(32 * 32);
        PngEncoder::new(&mut file).write_image(&raw, 32, 32, color).unwrap();
        let got = Photo::decode(&file).unwrap();
        assert_eq!(got.rgb()[..3], want, "{color:?}");
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let files = [
        ("JPEG", jpeg(|_| {})),
        ("progressive JPEG", jpeg(|encoder| encoder.set_progressive(true))),
        ("JPEG with restarts", jpeg(|encoder| encoder.set_restart_interval(3))),
        ("PNG", png(Some(exif(6)))),
        ("WebP", webp(Some(exif(6)))),
    ];
    for (name, file) in files {
        assert_eq!(outcome(&file), "Ok", "{name}");
        for length in 0..file.len() {
            let got = outcome(&file[..length]);
            assert_ne!(got, "Ok", "{name} cut at {length} of {}", file.len());
            let header = PhotoHeader::read(&file[..length]);
            assert!(header.is_err(), "{name} cut at {length}: {header:?}");
        }
        let got = outcome(&file[..file.len() * 2 / 3]);
        assert!(got.starts_with("Truncated"), "{name}: {got}");
    }
}

#[test]
fn a_jpeg_with_a_hole_is_refused() {
    let file = jpeg(|_| {});
    let (start, end) = (file.len() / 2, file.len() * 3 / 4);
    let holed = [&file[..start], &file[end..]].concat();
    assert!(outcome(&holed).starts_with("Corrupt"), "{}", outcome(&holed));
}

#[test]
fn limits_are_checked_before_pixels() {
    let png = |header: Vec<u8>| [&b"\x89PNG\r\n\x1a\n"[..], &header].concat();
    let lossy = |w: u16, h: u16| {
        let (w, h) = (w.to_le_bytes(), h.to_le_bytes());
        [0x10, 0, 0, 0x9D, 0x01, 0x2A, w[0], w[1], h[0], h[1]]
    };
    let canvas = |w: u32, h: u32| {
        let (w, h) = ((w - 1).to_le_bytes(), (h - 1).to_le_bytes());
        [0, 0, 0, 0, w[0], w[1], w[2], h[0], h[1], h[2]]
    };
    let (small, huge) = (lossy(64, 64), lossy(16383, 16383));
    let cases = [
        ("no bytes", vec![], "Empty"),
        ("12 MiB and one", vec![0xFF; 12 * 1024 * 1024 + 1], "TooManyBytes"),
        ("text", b"GIF89a no thanks".to_vec(), "UnknownFormat"),
        ("JPEG of 65535", sof(0xC0, 8, 65535, 65535, 0x22), "SideTooLong"),
        ("JPEG of 8192 x 8192", sof(0xC0, 8, 8192, 8192, 0x22), "TooManyPixels"),
        ("JPEG of 8 x 8", sof(0xC0, 8, 8, 8, 0x22), "TooSmall"),
        ("JPEG of unknown height", sof(0xC0, 8, 0, 800, 0x22), "TooSmall"),
        ("JPEG of 12 bits", sof(0xC1, 12, 800, 800, 0x22), "Unsupported"),
        ("lossless JPEG", sof(0xC3, 8, 800, 800, 0x22), "Unsupported"),
        ("arithmetic JPEG", sof(0xC9, 8, 800, 800, 0x22), "Unsupported"),
        ("progressive 24 MP 4:4:4", sof(0xC2, 8, 4000, 6000, 0x11), "TooMuchMemory"),
        ("JPEG without a scan", sof(0xC0, 8, 800, 800, 0x22), "Corrupt"),
        ("JPEG with no sampling", sof(0xC0, 8, 800, 800, 0x02), "Corrupt"),
        ("PNG of 4 G", png(ihdr(u32::MAX, u32::MAX, 8, 2)), "SideTooLong"),
        ("PNG of 8000 x 8000", png(ihdr(8000, 8000, 8, 2)), "TooManyPixels"),
        ("PNG of 24 MP, 16 bits", png(ihdr(6000, 4000, 16, 6)), "TooMuchMemory"),
        ("PNG of 1 x 1", png(ihdr(1, 1, 8, 2)), "TooSmall"),
        ("PNG without a header", png(chunk(b"IDAT", &[0; 13])), "Corrupt"),
        ("WebP of 16383", riff(&[(b"VP8 ", &huge)]), "SideTooLong"),
        (
            "WebP, small canvas",
            riff(&[(b"VP8X", &canvas(64, 64)), (b"VP8 ", &huge)]),
            "SideTooLong",
        ),
        ("WebP, other canvas", riff(&[(b"VP8X", &canvas(64, 65)), (b"VP8 ", &small)]), "Corrupt"),
        ("WebP with two", riff(&[(b"VP8 ", &small), (b"VP8 ", &small)]), "Corrupt"),
        ("WebP with none", riff(&[(b"VP8X", &canvas(64, 64))]), "Corrupt"),
        ("WebP without frames", riff(&[(b"VP8 ", &small), (b"ANMF", &[])]), "Animated"),
        ("animated WebP", riff(&[(b"VP8X", &[2, 0, 0, 0, 99, 0, 0, 99, 0, 0])]), "Animated"),
    ];
    for (name, file, want) in cases {
        let got = outcome(&file);
        assert!(got.starts_with(want), "{name}: {got} is not {want}");
    }
}

#[test] // Were it inflated, the profile would fail the decode: it is no zlib stream at all.
fn compressed_png_chunks_are_never_inflated() {
    let poison = |kind, head: &[u8]| chunk(kind, &[head, &[0x78, 0x9C, 0xFF, 0xFF]].concat());
    let extras = [
        ("iCCP", poison(b"iCCP", b"icc\0\0")),
        ("zTXt", poison(b"zTXt", b"key\0\0")),
        ("iTXt", poison(b"iTXt", b"key\0\x01\0\0\0")),
        ("acTL", chunk(b"acTL", &[0, 0, 0xFF, 0xFF, 0, 0, 0, 0])),
    ];
    for (name, extra) in extras {
        let file = behind_header(&png(None), &extra);
        assert_eq!(Photo::decode(&file).unwrap(), gradient(WIDTH_PX, HEIGHT_PX), "{name}");
    }
    let critical = behind_header(&png(None), &chunk(b"BOMB", &[]));
    assert!(outcome(&critical).starts_with("Corrupt"));
}

#[test] // 25 MB in the pixel data of a small PNG: what is more than the header says is not kept.
fn more_pixel_data_than_the_header_says_costs_nothing() {
    let mut inflated = Vec::new();
    let encoder = PngEncoder::new(&mut inflated);
    encoder.write_image(&vec![0; 5000 * 5000], 5000, 5000, ExtendedColorType::L8).unwrap();
    let small = [&b"\x89PNG\r\n\x1a\n"[..], &ihdr(64, 64, 8, 0), &inflated[33..]].concat();
    let got = outcome(&small);
    assert!(got == "Ok" || got.starts_with("Corrupt"), "{got}");
}

#[test]
fn bytes_that_mean_nothing_never_panic() {
    let mut noise = Noise(0x5EED);
    let heads = [&b"\xFF\xD8\xFF"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8 "];
    for round in 0..600 {
        let length = noise.below(400);
        let file = [heads[round % 3], &noise.bytes(length)].concat();
        assert_ne!(outcome(&file), "Ok");
    }
}

#[test]
fn good_files_with_wrong_bytes_never_panic() {
    let mut noise = Noise(0xF00D);
    let files = [
        jpeg(|_| {}),
        jpeg(|encoder| encoder.set_progressive(true)),
        png(Some(exif(3))),
        webp(Some(exif(3))),
    ];
    for round in 0..2000 {
        let mut file = files[round % files.len()].clone();
        for _ in 0..=noise.below(6) {
            let at = noise.below(file.len());
            file[at] = noise.next() as u8;
        }
        let _ = Photo::decode(&file);
    }
}

#[test]
fn the_format_is_told_by_the_first_bytes_alone() {
    let cases = [
        (&jpeg(|_| {})[..], Some(PhotoFormat::Jpeg)),
        (&png(None), Some(PhotoFormat::Png)),
        (&webp(None), Some(PhotoFormat::WebP)),
        (b"RIFF1234WAVE", None),
        (b"\xFF\xD8", None),
        (b"", None),
    ];
    for (file, want) in cases {
        assert_eq!(PhotoFormat::sniff(file), want);
    }
}
