//! Small files that want much: memory, or time.

use std::ops::Range;

use image::ExtendedColorType::{L8, Rgb8};
use jpeg_encoder::{ColorType, SamplingFactor};

use super::bits::Bits;
use super::container::{behind_soi, chunk, ihdr, place_of, png, riff, segment, segments, vp8x};
use super::good::{self, jpeg_of, webp_of};
use super::{Case, Want, vp8, vp8l};

/// The largest photo's sides.
const SIDE_PX: u32 = 5000;
const LARGEST: Want = Want::Photo(SIDE_PX, SIDE_PX);
/// What is inflated beyond the last row is not kept, and does not matter.
const SMALL: Want = Want::Photo(32, 32);
const CORRUPT: Want = Want::Error("Corrupt");
const MEMORY: Want = Want::Error("TooMuchMemory");
/// Room for what is around it in the largest file.
const MAX_ZLIB_BYTES: u64 = 12 * 1024 * 1024 - 1000;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = pngs();
    cases.extend(jpegs());
    cases.extend(webps());
    cases
}

/// The zlib stream of `count` zeros, rounded to what its codes can say: about a thousandth of that.
///
/// One dynamic block (RFC 1951, 3.2.7) whose codes for "258 bytes, from one byte ago" are one bit each, and zero.
pub(super) fn zlib_zeros(count: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0x78, 8).put(0x01, 8).put(1, 1).put(2, 2);
    bits.put(286 - 257, 5).put(0, 5).put(18 - 4, 4);
    // Code lengths 18 ("many zeros"), 1 and 2 have codes of 1, 2 and 2 bits, in the order 16, 17, 18, 0, ... 2, 14, 1.
    for index in 0..18 {
        bits.put(
            [(2, 1), (15, 2), (17, 2)].iter().find(|it| it.0 == index).map_or(0, |it| it.1),
            3,
        );
    }
    bits.code(3, 2); // Byte 0: 2 bits.
    bits.code(0, 1).put(138 - 11, 7).code(0, 1).put(117 - 11, 7); // Bytes 1 to 255: none.
    bits.code(3, 2); // End: 2 bits.
    bits.code(0, 1).put(28 - 11, 7); // Lengths up to 257: none.
    bits.code(2, 2); // Length 258: 1 bit.
    bits.code(2, 2); // One byte ago: 1 bit.
    bits.code(2, 2); // The first zero.
    let copies = count / (4 * 258) * 4;
    bits.zero_bytes(copies as usize / 4);
    bits.code(3, 2);
    let total = copies * 258 + 1;
    let adler = ((total % 65_521) as u32) << 16 | 1;
    [bits.into_bytes(), adler.to_be_bytes().to_vec()].concat()
}

/// As many zeros as the largest file can hold: 12 GB.
fn most_zeros() -> Vec<u8> {
    zlib_zeros(MAX_ZLIB_BYTES * 4 * 258)
}

fn pngs() -> Vec<Case> {
    let of = |depth, color, interlace, bytes| {
        png(&ihdr(SIDE_PX, SIDE_PX, depth, color, interlace), &[], &zlib_zeros(bytes))
    };
    let small = ihdr(32, 32, 8, 2, 0);
    let rows = |bits: u64| u64::from(SIDE_PX) * (1 + u64::from(SIDE_PX) * bits / 8) + 100_000;
    let palette = chunk(b"PLTE", &[1; 6]);
    let shades = |idat: &[u8]| {
        png(
            &ihdr(SIDE_PX, SIDE_PX, 1, 3, 0),
            &[palette.clone(), chunk(b"tRNS", &[9])].concat(),
            idat,
        )
    };
    let wide = ihdr(5000, 3000, 16, 6, 0);
    let case = |name: &str, want, file: Vec<u8>| Case::new(format!("PNG, {name}"), want, file);
    vec![
        case("12 GB in 32 x 32 pixels", SMALL, png(&small, &[], &most_zeros())),
        case("1 GB in 32 x 32 pixels", SMALL, png(&small, &[], &zlib_zeros(1 << 30))),
        case("25 MP of one bit", LARGEST, of(1, 0, 0, rows(1))),
        case("25 MP of grey", LARGEST, of(8, 0, 0, rows(8))),
        case("25 MP of grey and alpha", LARGEST, of(8, 4, 0, rows(16))),
        case("25 MP of wide grey", LARGEST, of(16, 0, 0, rows(16))),
        case("25 MP of colour", LARGEST, of(8, 2, 0, rows(24))),
        case("25 MP of colour and alpha", LARGEST, of(8, 6, 0, rows(32))),
        case("25 MP of colour, interlaced", LARGEST, of(8, 2, 1, rows(24) + 200_000)),
        case("25 MP of colour and alpha, interlaced", LARGEST, of(8, 6, 1, rows(32) + 200_000)),
        case("25 MP of a palette with alpha", LARGEST, shades(&zlib_zeros(rows(1)))),
        case("25 MP of wide colour", MEMORY, of(16, 2, 0, rows(48))),
        case("25 MP of wide colour and alpha", MEMORY, of(16, 6, 0, rows(64))),
        case(
            "15 MP of wide colour and alpha",
            Want::Photo(5000, 3000),
            png(&wide, &[], &zlib_zeros(rows(64))),
        ),
        case("25 MP without a pixel", CORRUPT, of(8, 2, 0, 0)),
        case("25 MP and half of them", CORRUPT, of(8, 2, 0, rows(12))),
    ]
}

fn jpegs() -> Vec<Case> {
    let of = |color, sampling, progressive| {
        jpeg_of(SIDE_PX, SIDE_PX, color, |it| {
            it.set_quality(30);
            it.set_sampling_factor(sampling);
            it.set_progressive(progressive);
        })
    };
    let (full, quarter) = (SamplingFactor::F_1_1, SamplingFactor::F_2_2);
    let quarters = of(ColorType::Rgb, quarter, false);
    let progressive = of(ColorType::Rgb, quarter, true);
    let case = |name: &str, want, file: Vec<u8>| Case::new(format!("JPEG, {name}"), want, file);
    vec![
        case("25 MP", LARGEST, of(ColorType::Rgb, full, false)),
        case("25 MP, 4:2:0", LARGEST, quarters.clone()),
        case("25 MP of grey", LARGEST, of(ColorType::Luma, full, false)),
        case("25 MP of CMYK", LARGEST, of(ColorType::Cmyk, full, false)),
        case("25 MP, progressive 4:4:4", MEMORY, of(ColorType::Rgb, full, true)),
        case("25 MP, progressive grey", LARGEST, of(ColorType::Luma, full, true)),
        case("25 MP, turned", LARGEST, turned(&quarters)),
        case("25 MP, turned, and 4 MB of comments", LARGEST, commented(&turned(&quarters))),
        case("25 MP, progressive, 63 scans", LARGEST, scanned(&progressive)),
        case("25 MP, progressive", LARGEST, progressive),
        case("25 MP without a pixel", CORRUPT, stretched(&good::jpeg(|_| {}))),
        case(
            "25 MP without a pixel, progressive",
            MEMORY,
            stretched(&good::jpeg(|it| it.set_progressive(true))),
        ),
        case(
            "25 MP without a pixel, restarts",
            CORRUPT,
            stretched(&good::jpeg(|it| it.set_restart_interval(3))),
        ),
    ]
}

fn turned(jpeg: &[u8]) -> Vec<u8> {
    let tiff = b"Exif\0\0II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    behind_soi(jpeg, &segment(0xE1, tiff))
}

fn commented(jpeg: &[u8]) -> Vec<u8> {
    behind_soi(jpeg, &segment(0xFE, &[0; 65_000]).repeat(64))
}

/// The first scan again and again, up to 63 in all.
fn scanned(jpeg: &[u8]) -> Vec<u8> {
    let at = place_of(jpeg, 0xDA);
    let scans = segments(jpeg).iter().filter(|(marker, _)| *marker == 0xDA).count();
    // As much of it as a file of 12 MB has room for.
    let scan = &jpeg[at.start..at.start + at.len().min(100_000)];
    [&jpeg[..at.start], &scan.repeat(63 - scans), &jpeg[at.start..]].concat()
}

/// A small JPEG that says it is large.
fn stretched(jpeg: &[u8]) -> Vec<u8> {
    let is_frame = |(marker, _): &(u8, Range<usize>)| matches!(marker, 0xC0..=0xC2);
    let sof = segments(jpeg).into_iter().find(is_frame).expect("a frame").1.start;
    let mut file = jpeg.to_vec();
    file[sof + 5..sof + 7].copy_from_slice(&(SIDE_PX as u16).to_be_bytes());
    file[sof + 7..sof + 9].copy_from_slice(&(SIDE_PX as u16).to_be_bytes());
    file
}

fn webps() -> Vec<Case> {
    let lossy = |w: u16, h: u16| riff(&[(b"VP8 ", &vp8::flat(w, h))]);
    let groups = |count| riff(&[(b"VP8L", &vp8l::with_groups(128, 128, count))]);
    let alpha = |count| {
        let alpha = vp8l::alpha_with_groups(128, 128, count);
        riff(&[
            (b"VP8X", &vp8x(0x10, 128, 128)),
            (b"ALPH", &alpha),
            (b"VP8 ", &vp8::flat(128, 128)),
        ])
    };
    let stored = [vec![0], vec![255; 12 * 1024 * 1024]].concat();
    let case = |name: &str, want, file: Vec<u8>| Case::new(format!("WebP, {name}"), want, file);
    vec![
        case("25 MP, lossy", LARGEST, lossy(5000, 5000)),
        case("25 MP, lossless", MEMORY, webp_of(SIDE_PX, SIDE_PX, Rgb8)),
        case("23 MP, lossless", Want::Photo(4600, 5000), webp_of(4600, 5000, Rgb8)),
        case("23 MP, lossless grey", Want::Photo(4600, 5000), webp_of(4600, 5000, L8)),
        case("25 MP without a pixel", CORRUPT, riff(&[(b"VP8 ", &vp8::header(5000, 5000, 0))])),
        case(
            "23 MP, lossless, without a pixel",
            CORRUPT,
            riff(&[(b"VP8L", &vp8l::start(4600, 5000).into_bytes())]),
        ),
        case(
            "12 MB of alpha that is too much",
            Want::Error("TooManyBytes"),
            riff(&[
                (b"VP8X", &vp8x(0x10, 64, 64)),
                (b"ALPH", &stored),
                (b"VP8 ", &vp8::flat(64, 64)),
            ]),
        ),
        case("100 groups of codes", Want::Photo(128, 128), groups(100)),
        case("5,000 groups of codes", Want::Photo(128, 128), groups(5_000)),
        case("9,000 groups of codes", MEMORY, groups(9_000)),
        case("65,536 groups of codes", MEMORY, groups(65_536)),
        case("alpha of 100 groups", Want::Photo(128, 128), alpha(100)),
        case("alpha of 65,536 groups", MEMORY, alpha(65_536)),
    ]
}
