//! Profiles, texts and comments: none of them is needed for pixels, and none may cost anything.

use super::bombs::zlib_zeros;
use super::container::{behind_ihdr, behind_soi, chunk, picture, riff, segment, vp8x};
use super::good::{self, HEIGHT_PX, ORDINARY, WIDTH_PX};
use super::noise::Noise;
use super::{Case, Want};

const ICC: &[u8] = b"ICC_PROFILE\0";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = jpegs();
    cases.extend(pngs());
    cases.extend(webps());
    cases
}

fn jpegs() -> Vec<Case> {
    let jpeg = good::jpeg(|_| {});
    let part = |number: u8, of: u8, bytes: usize| {
        segment(0xE2, &[ICC, &[number, of], &Noise(5).bytes(bytes)].concat())
    };
    let parts = |numbers: &[(u8, u8)], bytes| {
        numbers.iter().flat_map(|&(number, of)| part(number, of, bytes)).collect::<Vec<u8>>()
    };
    let all: Vec<(u8, u8)> = (1..=180).map(|number| (number, 180)).collect();
    let case = |name: &str, extra: &[u8]| {
        Case::new(format!("JPEG, {name}"), ORDINARY, behind_soi(&jpeg, extra))
    };
    vec![
        case("a small profile", &part(1, 1, 500)),
        case("a profile of noise, 11 MB", &parts(&all, 65_000)),
        case("part 0 of 0", &part(0, 0, 20)),
        case("part 255 of 1", &part(255, 1, 20)),
        case("one part twice", &parts(&[(1, 2), (1, 2)], 100)),
        case("a part that is missing", &parts(&[(1, 3), (3, 3)], 100)),
        case("a profile of no bytes", &part(1, 1, 0)),
        case("a profile without its number", &segment(0xE2, ICC)),
        case("10,000 comments", &segment(0xFE, b"x").repeat(10_000)),
        case("11 MB of comments", &segment(0xFE, &[b'x'; 65_000]).repeat(175)),
        case("11 MB of Photoshop's", &segment(0xED, &[b'8'; 65_000]).repeat(175)),
        case("11 MB of XMP", &segment(0xE1, &[b'<'; 65_000]).repeat(175)),
        case("fill bytes", &[0xFF; 100_000]),
        case("a preview within", &segment(0xE0, &jpeg[..jpeg.len().min(60_000)])),
    ]
}

fn pngs() -> Vec<Case> {
    let png = good::png();
    let bomb = zlib_zeros(4_000_000_000);
    let case = |name: &str, extra: &[u8]| {
        Case::new(format!("PNG, {name}"), ORDINARY, behind_ihdr(&png, extra))
    };
    let with = |head: &[u8], rest: &[u8]| [head, rest].concat();
    vec![
        case("a profile of 4 GB", &chunk(b"iCCP", &with(b"icc\0\0", &bomb))),
        case("a text of 4 GB", &chunk(b"zTXt", &with(b"key\0\0", &bomb))),
        case("a text of all languages, 4 GB", &chunk(b"iTXt", &with(b"key\0\x01\0\0\0", &bomb))),
        case("a profile that is none", &chunk(b"iCCP", b"icc\0\0nothing")),
        case("a profile without a name", &chunk(b"iCCP", &[])),
        case("two profiles", &chunk(b"iCCP", b"a\0\0x").repeat(2)),
        case("100,000 texts", &chunk(b"tEXt", b"a\0b").repeat(100_000)),
        case("11 MB of text", &chunk(b"tEXt", &vec![b'x'; 11_000_000])),
        case("gamma of 0", &chunk(b"gAMA", &[0; 4])),
        case("odd chromaticities", &chunk(b"cHRM", &[0xFF; 32])),
        case("a time that never was", &chunk(b"tIME", &[0xFF; 7])),
        case("a histogram without a palette", &chunk(b"hIST", &[0; 600])),
        case("100,000 chunks that nobody knows", &chunk(b"abCd", &[]).repeat(100_000)),
        Case::new(
            "PNG, a chunk that everybody must know",
            Want::Error("Corrupt"),
            behind_ihdr(&png, &chunk(b"ABCD", &[])),
        ),
    ]
}

fn webps() -> Vec<Case> {
    let webp = good::webp();
    let canvas = |flags| vp8x(flags, WIDTH_PX, HEIGHT_PX);
    let case = |name: &str, flags, kind: &[u8; 4], body: &[u8]| {
        let chunks: [(&[u8; 4], &[u8]); 3] =
            [(b"VP8X", &canvas(flags)), (kind, body), (b"VP8L", picture(&webp))];
        Case::new(format!("WebP, {name}"), ORDINARY, riff(&chunks))
    };
    let plain = canvas(0);
    let mut many: Vec<(&[u8; 4], &[u8])> = vec![(b"VP8X", &plain)];
    many.extend(vec![(b"ABCD", &b""[..]); 100_000]);
    many.push((b"VP8L", picture(&webp)));
    vec![
        case("a profile of 11 MB", 0x20, b"ICCP", &vec![7; 11_000_000]),
        case("a profile of no bytes", 0x20, b"ICCP", &[]),
        case("XMP of 11 MB", 0x04, b"XMP ", &vec![b'<'; 11_000_000]),
        case("a chunk that nobody knows", 0, b"ABCD", &[1, 2, 3]),
        Case::new("WebP, 100,000 chunks that nobody knows", ORDINARY, riff(&many)),
    ]
}
