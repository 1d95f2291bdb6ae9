//! EXIF blocks of every kind, in each of the three formats. What cannot be read turns nothing.

use super::container::{before, behind_ihdr, behind_soi, chunk, picture, riff, segment, vp8x};
use super::good::{self, HEIGHT_PX, ORDINARY, WIDTH_PX};
use super::noise::Noise;
use super::{Case, Want};

const TURNED: Want = Want::Photo(HEIGHT_PX, WIDTH_PX);
/// EXIF 2.32, table 4.
const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;

pub(super) fn cases() -> Vec<Case> {
    let (jpeg, png, webp) = (good::jpeg(|_| {}), good::png(), good::webp());
    let mut cases = Vec::new();
    for (name, block, want) in blocks() {
        let prefixed = [b"Exif\0\0", &block[..]].concat();
        let app1 = segment(0xE1, &prefixed);
        cases.push(Case::new(format!("JPEG, {name}"), want, behind_soi(&jpeg, &app1)));
        let file = behind_ihdr(&png, &chunk(b"eXIf", &block));
        cases.push(Case::new(format!("PNG, {name}"), want, file));
        let canvas = vp8x(0x08, WIDTH_PX, HEIGHT_PX);
        let file = riff(&[(b"VP8X", &canvas), (b"VP8L", picture(&webp)), (b"EXIF", &prefixed)]);
        cases.push(Case::new(format!("WebP, {name}"), want, file));
    }
    cases.extend(of_jpeg(&jpeg));
    cases
}

/// What only a JPEG can have.
fn of_jpeg(jpeg: &[u8]) -> Vec<Case> {
    let app1 = |code| segment(0xE1, &[b"Exif\0\0", &tiff(true, &[entry(code)])[..]].concat());
    let xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
    let late = before(jpeg, 0xDA, &app1(6));
    let behind = [jpeg, &app1(6)].concat();
    vec![
        Case::new("JPEG, two blocks", TURNED, behind_soi(jpeg, &[app1(6), app1(1)].concat())),
        Case::new("JPEG, XMP first", TURNED, behind_soi(jpeg, &[xmp, app1(8)].concat())),
        Case::new("JPEG, behind the tables", TURNED, late),
        Case::new("JPEG, behind the end", ORDINARY, behind),
        Case::new("JPEG, no block at all", ORDINARY, behind_soi(jpeg, &segment(0xE1, &[]))),
        Case::new("JPEG, half a prefix", ORDINARY, behind_soi(jpeg, &segment(0xE1, b"Exif\0"))),
    ]
}

fn blocks() -> Vec<(String, Vec<u8>, Want)> {
    let mut blocks = Vec::new();
    for code in (0..=10).chain([255, 256, 65_535]) {
        let want = if (5..=8).contains(&code) { TURNED } else { ORDINARY };
        for little in [true, false] {
            let order = if little { "little" } else { "big" };
            blocks.push((
                format!("orientation {code}, {order}"),
                tiff(little, &[entry(code)]),
                want,
            ));
        }
    }
    let six = tiff(true, &[entry(6)]);
    for end in 0..six.len() - 6 {
        blocks.push((format!("{end} bytes of a block"), six[..end].to_vec(), ORDINARY));
    }
    blocks.extend(odd().map(|(name, block, want)| (name.to_owned(), block, want)));
    blocks
}

fn odd() -> [(&'static str, Vec<u8>, Want); 16] {
    let six = tiff(true, &[entry(6)]);
    let with = |at: usize, bytes: &[u8]| {
        let mut block = six.clone();
        block[at..at + bytes.len()].copy_from_slice(bytes);
        block
    };
    let many = vec![[0x0F, 0x01, SHORT, 1, 7]; 4000];
    [
        ("orientation behind another", tiff(true, &[[0, 0x010F, 2, 1, 0], entry(6)]), TURNED),
        ("orientation behind 4,000 others", tiff(true, &[many, vec![entry(6)]].concat()), TURNED),
        ("orientation twice", tiff(true, &[entry(6), entry(3)]), TURNED),
        ("a long orientation", tiff(true, &[[0, ORIENTATION, 4, 1, 6]]), ORDINARY),
        ("a text as orientation", tiff(true, &[[0, ORIENTATION, 2, 1, 6]]), ORDINARY),
        ("no orientations", tiff(true, &[[0, ORIENTATION, SHORT, 0, 6]]), ORDINARY),
        ("two orientations", tiff(true, &[[0, ORIENTATION, SHORT, 2, 6]]), ORDINARY),
        ("65,535 entries, and one there", with(8, &[0xFF, 0xFF]), TURNED),
        ("no entries", with(8, &[0, 0]), ORDINARY),
        ("a directory far away", with(4, &[0xFF; 4]), ORDINARY),
        ("a directory in the header", with(4, &[0; 4]), ORDINARY),
        ("a directory that follows itself", with(22, &[8, 0, 0, 0]), TURNED),
        ("BigTIFF", with(2, &[43]), ORDINARY),
        ("no byte order", with(0, b"XX"), ORDINARY),
        ("noise", Noise(3).bytes(3000), ORDINARY),
        ("60 kB of FF", vec![0xFF; 60_000], ORDINARY),
    ]
}

/// An unused word, tag, type, count and value.
type Entry = [u16; 5];

fn entry(code: u16) -> Entry {
    [0, ORIENTATION, SHORT, 1, code]
}

/// A TIFF block of one directory.
fn tiff(little: bool, entries: &[Entry]) -> Vec<u8> {
    let short = |value: u16| if little { value.to_le_bytes() } else { value.to_be_bytes() };
    let long = |value: u16| {
        let value = u32::from(value);
        if little { value.to_le_bytes() } else { value.to_be_bytes() }
    };
    let mut block = if little { b"II".to_vec() } else { b"MM".to_vec() };
    block.extend([short(42), short(0)].concat());
    block.splice(4.., long(8));
    block.extend(short(entries.len() as u16));
    for &[_, tag, kind, count, value] in entries {
        block.extend([short(tag), short(kind)].concat());
        block.extend(long(count));
        block.extend([short(value), short(0)].concat());
    }
    block.extend(long(0));
    block
}
