//! What is no photo at all, or a photo and something else.

use super::container::{before, behind_ihdr, behind_soi, chunk, segment};
use super::good::{self, ORDINARY};
use super::noise::Noise;
use super::{Case, Want};

const UNKNOWN: Want = Want::Error("UnknownFormat");
const MAGICS: [(&str, &[u8]); 6] = [
    ("JPEG", b"\xFF\xD8\xFF"),
    ("JPEG of JFIF", b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
    ("PNG", b"\x89PNG\r\n\x1a\n"),
    ("PNG with a header's name", b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR"),
    ("WebP", b"RIFF\0\x10\0\0WEBP"),
    ("WebP with a picture's name", b"RIFF\0\x10\0\0WEBPVP8L"),
];

/// One file, two readings: the photo is taken, and nothing else is looked at.
pub(super) fn polyglots() -> Vec<Case> {
    let (jpeg, png, webp) = (good::jpeg(|_| {}), good::png(), good::webp());
    let zip = b"PK\x03\x04\x14\0\0\0\0\0evil.txtPK\x05\x06\0\0\0\0";
    let php = b"<?php system($_GET['c']); ?>";
    let html = b"<html><script>alert(1)</script></html>";
    let joined = |a: &[u8], b: &[u8]| [a, b].concat();
    let mut cases = vec![
        Case::new("JPEG and PNG", ORDINARY, joined(&jpeg, &png)),
        Case::new("PNG and JPEG", ORDINARY, joined(&png, &jpeg)),
        Case::new("WebP and JPEG", ORDINARY, joined(&webp, &jpeg)),
        Case::new("PHP in a JPEG's comment", ORDINARY, behind_soi(&jpeg, &segment(0xFE, php))),
        Case::new("HTML in a JPEG's comment", ORDINARY, behind_soi(&jpeg, &segment(0xFE, html))),
        Case::new(
            "PDF in a JPEG's comment",
            ORDINARY,
            behind_soi(&jpeg, &segment(0xFE, b"%PDF-1.7")),
        ),
        Case::new(
            "a picture before the picture",
            ORDINARY,
            behind_soi(&jpeg, &segment(0xE2, &jpeg[..jpeg.len().min(60_000)])),
        ),
        Case::new(
            "PHP in a PNG's text",
            ORDINARY,
            behind_ihdr(&png, &chunk(b"tEXt", &joined(b"a\0", php))),
        ),
        Case::new("JPEG in a PNG's chunk", ORDINARY, behind_ihdr(&png, &chunk(b"jpEg", &jpeg))),
        Case::new("GIF, then JPEG", UNKNOWN, joined(b"GIF89a", &jpeg)),
        Case::new("PDF around a JPEG", UNKNOWN, joined(b"%PDF-1.4\n", &jpeg)),
        Case::new("a byte before a JPEG", UNKNOWN, joined(b" ", &jpeg)),
        Case::new("a byte-order mark before a PNG", UNKNOWN, joined(b"\xEF\xBB\xBF", &png)),
        Case::new("a JPEG that starts twice", Want::Error("Corrupt"), joined(&jpeg[..2], &jpeg)),
        Case::new(
            "a second frame",
            Want::Error("Corrupt"),
            before(&jpeg, 0xDA, &segment(0xC0, &[8, 0, 50, 0, 70, 1, 1, 0x11, 0])),
        ),
    ];
    for (name, file) in good::files() {
        cases.push(Case::new(format!("{name} and a ZIP"), ORDINARY, joined(&file, zip)));
    }
    cases
}

/// Files that are something else.
pub(super) fn formats() -> Vec<Case> {
    let files: [(&str, &[u8]); 30] = [
        ("GIF87a", b"GIF87a\x20\0\x20\0\0\0\0"),
        ("GIF89a", b"GIF89a\x20\0\x20\0\0\0\0"),
        ("BMP", b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0"),
        ("TIFF, little", b"II\x2A\0\x08\0\0\0"),
        ("TIFF, big", b"MM\0\x2A\0\0\0\x08"),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("AVIF", b"\0\0\0\x18ftypavif\0\0\0\0avifmif1"),
        ("MP4", b"\0\0\0\x18ftypisom\0\0\0\0isomiso2"),
        ("JPEG XL", b"\xFF\x0A\xFA\x7F"),
        ("JPEG XL in a box", b"\0\0\0\x0CJXL \r\n\x87\n"),
        ("JPEG 2000", b"\0\0\0\x0CjP  \r\n\x87\n"),
        ("JPEG-LS", b"\xFF\xD8"),
        ("ICO", b"\0\0\x01\0\x01\0\x10\x10"),
        ("PSD", b"8BPS\0\x01"),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("PDF", b"%PDF-1.7"),
        ("WAV", b"RIFF\x24\0\0\0WAVEfmt "),
        ("AVI", b"RIFF\x24\0\0\0AVI LIST"),
        ("RIFX", b"RIFX\0\0\0\x24WEBPVP8L"),
        ("MNG", b"\x8AMNG\r\n\x1a\n"),
        ("JNG", b"\x8BJNG\r\n\x1a\n"),
        ("a PNG that went through a text editor", b"\x89PNG\n\x1a\n\0\0\0\x0DIHDR"),
        ("a PNG without its high bit", b"\x09PNG\r\n\x1a\n\0\0\0\x0DIHDR"),
        ("ZIP", b"PK\x03\x04"),
        ("gzip", b"\x1F\x8B\x08\0"),
        ("ELF", b"\x7FELF\x02\x01\x01"),
        ("EXE", b"MZ\x90\0"),
        ("JSON", b"{\"image\": \"/9j/4AAQSkZJRgABAQ\"}"),
        ("a data URL", b"data:image/jpeg;base64,/9j/4AAQ"),
        ("a JPEG in hexadecimal", b"FFD8FFE000104A464946"),
    ];
    let mut cases: Vec<_> =
        files.iter().map(|(name, file)| Case::new(*name, UNKNOWN, *file)).collect();
    cases.push(Case::new("nothing", Want::Error("Empty"), []));
    cases
}

/// Noise, and bytes that are all alike.
pub(super) fn random() -> Vec<Case> {
    let mut noise = Noise(0x0DD5);
    let mut cases = Vec::new();
    for length in [1, 2, 3, 4, 7, 8, 11, 12, 13, 16, 33, 64, 100, 1000, 4096, 65_536, 1 << 20] {
        for round in 0..3 {
            let name = format!("{length} bytes, round {round}");
            cases.push(Case::new(name, UNKNOWN, noise.bytes(length)));
        }
    }
    for byte in [0x00, 0x20, 0x41, 0x89, 0xFE, 0xFF] {
        cases.push(Case::new(format!("4,096 times {byte:02X}"), UNKNOWN, vec![byte; 4096]));
    }
    cases
}

/// The first bytes of a photo, and then none of it.
pub(super) fn magic() -> Vec<Case> {
    let mut noise = Noise(0x5EED);
    let mut cases = Vec::new();
    for (name, magic) in MAGICS {
        for length in [0, 1, 2, 5, 16, 100, 4096, 65_536, 1 << 20] {
            for (what, rest) in [
                ("noise", noise.bytes(length)),
                ("zeros", vec![0; length]),
                ("FF", vec![0xFF; length]),
            ] {
                let name = format!("{name}, then {length} of {what}");
                cases.push(Case::new(name, Want::Refused, [magic, &rest].concat()));
            }
        }
    }
    for (name, file) in good::files() {
        for (other, magic) in MAGICS.into_iter().step_by(2) {
            let is_same = file.starts_with(&magic[..3]);
            let rest = &file[if is_same { 30 } else { magic.len() }..];
            let name = format!("{other}'s first bytes, then {name}");
            cases.push(Case::new(name, Want::Refused, [magic, rest].concat()));
        }
    }
    cases
}
