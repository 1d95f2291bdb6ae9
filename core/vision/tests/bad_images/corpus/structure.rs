//! Containers that break their own rules.

use super::container::{
    PNG_SIGNATURE, before, behind_soi, chunk, chunks, ihdr, picture, place_of, png, riff, segment,
    segments, vp8x, zlib_stored,
};
use super::good::{self, HEIGHT_PX, ORDINARY, WIDTH_PX};
use super::{Case, Want, vp8, vp8l};

const CORRUPT: Want = Want::Error("Corrupt");
const TRUNCATED: Want = Want::Error("Truncated");

pub(super) fn cases() -> Vec<Case> {
    let mut cases = jpegs();
    cases.extend(restarts());
    cases.extend(pngs());
    cases.extend(webps());
    cases
}

fn jpegs() -> Vec<Case> {
    let jpeg = good::jpeg(|_| {});
    let progressive = good::jpeg(|it| it.set_progressive(true));
    let without = |marker| {
        let mut file = jpeg.clone();
        while let Some((_, at)) = segments(&file).into_iter().find(|(found, _)| *found == marker) {
            file.drain(at);
        }
        file
    };
    let (sof, sos) = (place_of(&jpeg, 0xC0), place_of(&jpeg, 0xDA));
    let scan = &jpeg[sos.clone()];
    let (half, three_quarters) = (jpeg.len() / 2, jpeg.len() * 3 / 4);
    let hole = [&jpeg[..half], &jpeg[three_quarters..]].concat();
    let scans = |count| {
        let at = place_of(&progressive, 0xDA);
        let scan = progressive[at.clone()].repeat(count);
        [&progressive[..at.start], &scan, &progressive[at.start..]].concat()
    };
    let with = |at: usize, byte: u8| {
        let mut file = jpeg.clone();
        file[at] = byte;
        file
    };
    let early = [&jpeg[..sof.start], scan, &jpeg[sof.start..]].concat();
    let case = |name: &str, want, file: Vec<u8>| Case::new(format!("JPEG, {name}"), want, file);
    vec![
        case("no frame", CORRUPT, without(0xC0)),
        case("no scan", CORRUPT, without(0xDA)),
        case("no end", TRUNCATED, without(0xD9)),
        case("no Huffman tables", CORRUPT, without(0xC4)),
        case("no quantisation tables", CORRUPT, without(0xDB)),
        case("an end and nothing else", CORRUPT, vec![0xFF, 0xD8, 0xFF, 0xD9]),
        case("a scan before the frame", CORRUPT, early),
        case("a hole in its middle", CORRUPT, hole),
        case("a segment of length 0", CORRUPT, behind_soi(&jpeg, &[0xFF, 0xE0, 0, 0])),
        case("a segment of length 1", CORRUPT, behind_soi(&jpeg, &[0xFF, 0xE0, 0, 1])),
        case("a segment beyond the end", TRUNCATED, behind_soi(&jpeg, &[0xFF, 0xE0, 0xFF, 0xFF])),
        case("bytes between segments", CORRUPT, before(&jpeg, 0xC4, &[1, 2, 3])),
        case("a stuffed byte between segments", CORRUPT, before(&jpeg, 0xC4, &[0xFF, 0])),
        case("a start in its middle", CORRUPT, before(&jpeg, 0xC4, &[0xFF, 0xD8])),
        case("restarts between segments", ORDINARY, before(&jpeg, 0xC4, &[0xFF, 0xD0, 0xFF, 0x01])),
        case("a frame header cut short", CORRUPT, before(&jpeg, 0xC0, &segment(0xC0, &[8, 0, 50]))),
        case("a scan of no channels", CORRUPT, with(sos.start + 4, 0)),
        case("a scan of five channels", CORRUPT, with(sos.start + 4, 5)),
        case("a scan of an unknown channel", CORRUPT, with(sos.start + 5, 99)),
        case("Huffman table 15", CORRUPT, with(sos.start + 6, 0xFF)),
        case("quantisation table 9", CORRUPT, with(sof.start + 12, 9)),
        case("an overfull Huffman table", CORRUPT, before(&jpeg, 0xDA, &overfull())),
        case(
            "a Huffman table of class 15",
            CORRUPT,
            before(&jpeg, 0xDA, &segment(0xC4, &[0xF0; 17])),
        ),
        case("a Huffman table cut short", CORRUPT, before(&jpeg, 0xDA, &segment(0xC4, &[0; 5]))),
        case(
            "a quantisation table cut short",
            CORRUPT,
            before(&jpeg, 0xDA, &segment(0xDB, &[0; 5])),
        ),
        case(
            "a quantisation table of zeros",
            ORDINARY,
            before(&jpeg, 0xDA, &segment(0xDB, &[0; 65])),
        ),
        case("an interval cut short", CORRUPT, before(&jpeg, 0xDA, &segment(0xDD, &[1]))),
        case("a second scan", CORRUPT, [&jpeg[..sos.end], scan, &jpeg[sos.end..]].concat()),
        case("60 scans", ANY_SCAN, scans(50)),
        case("100 scans", Want::Error("Unsupported"), scans(100)),
        case("100,000 scans", Want::Error("Unsupported"), scans(100_000)),
        case(
            "the number of lines once more",
            ORDINARY,
            before(&jpeg, 0xD9, &segment(0xDC, &[0, 50])),
        ),
    ]
}

const ANY_SCAN: Want = Want::Either(
    "the same scan again: it changes the picture and breaks no rule that readers check",
);

/// A table that has more codes of one bit than there are.
fn overfull() -> Vec<u8> {
    let mut body = vec![0x00, 9];
    body.extend([0; 15]);
    body.extend([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    segment(0xC4, &body)
}

fn restarts() -> Vec<Case> {
    let file = good::jpeg(|it| it.set_restart_interval(3));
    let marks: Vec<usize> = (0..file.len() - 1)
        .filter(|&at| file[at] == 0xFF && matches!(file[at + 1], 0xD0..=0xD7))
        .collect();
    let with = |mark: usize, byte: u8| {
        let mut file = file.clone();
        file[marks[mark] + 1] = byte;
        file
    };
    let middle = marks[marks.len() / 2];
    let interval = place_of(&file, 0xDD);
    let mut other = file.clone();
    other[interval.start + 5] = 7;
    let none = [&file[..interval.start], &file[interval.end..]].concat();
    let case = |name: &str, want, file: Vec<u8>| Case::new(format!("JPEG, {name}"), want, file);
    vec![
        case("a restart of another number", CORRUPT, with(1, 0xD7)),
        case("a restart less", CORRUPT, [&file[..middle], &file[middle + 2..]].concat()),
        case("an interval less", CORRUPT, [&file[..marks[2]], &file[marks[3]..]].concat()),
        case("eight intervals less", CORRUPT, [&file[..marks[0]], &file[marks[8]..]].concat()),
        case("restarts that nobody announced", CORRUPT, none),
        case("restarts at another interval", CORRUPT, other),
    ]
}

fn pngs() -> Vec<Case> {
    let file = good::png();
    let header = ihdr(WIDTH_PX, HEIGHT_PX, 8, 2, 0);
    let rows = vec![0; (HEIGHT_PX * (1 + WIDTH_PX * 3)) as usize];
    let (whole, short) = (zlib_stored(&rows), zlib_stored(&rows[..rows.len() / 2]));
    let filtered = |filter| {
        let mut rows = rows.clone();
        rows[0] = filter;
        png(&header, &[], &zlib_stored(&rows))
    };
    let flipped = |kind: &[u8; 4]| {
        let mut file = file.clone();
        let place = chunks(&file).into_iter().find(|(found, _)| found == kind).expect("it").1;
        file[place.end - 1] ^= 1;
        file
    };
    let changed = |at: usize, byte: u8| {
        let mut bytes = ihdr(WIDTH_PX, HEIGHT_PX, 8, 2, 0)[8..21].to_vec();
        bytes[at] = byte;
        png(&chunk(b"IHDR", &bytes), &[], &whole)
    };
    let two = [chunk(b"IDAT", &whole[..50]), chunk(b"tEXt", b"a\0b")].concat();
    let parted = png(&header, &two, &whole[50..]);
    let many: Vec<u8> = whole.chunks(1).flat_map(|byte| chunk(b"IDAT", byte)).collect();
    let many = [PNG_SIGNATURE, &header, &many, &chunk(b"IEND", &[])].concat();
    let (mut adler, mut zlib) = (whole.clone(), whole.clone());
    *adler.last_mut().expect("a byte") ^= 1;
    zlib[0] = 0xFF;
    let no_data = [PNG_SIGNATURE, &header, &chunk(b"IEND", &[])].concat();
    let case = |name: &str, want, file: Vec<u8>| Case::new(format!("PNG, {name}"), want, file);
    let palette = |entries: usize| {
        png(&ihdr(WIDTH_PX, HEIGHT_PX, 8, 3, 0), &chunk(b"PLTE", &vec![0; entries * 3]), &whole)
    };
    vec![
        case("no pixels", CORRUPT, no_data),
        case("pixels of no bytes", CORRUPT, png(&header, &[], &[])),
        case("half of the rows", CORRUPT, png(&header, &[], &short)),
        case("half of the stream", CORRUPT, png(&header, &[], &whole[..whole.len() / 2])),
        case("a stream that is none", CORRUPT, png(&header, &[], &zlib)),
        case(
            "a wrong sum of the stream, in a chunk with a right one",
            ORDINARY,
            png(&header, &[], &adler),
        ),
        case("a wrong sum of the header", CORRUPT, flipped(b"IHDR")),
        case("a wrong sum of the pixels", CORRUPT, flipped(b"IDAT")),
        case("a wrong sum of the end", ORDINARY, flipped(b"IEND")),
        case("filter 4", ORDINARY, filtered(4)),
        case("filter 5", CORRUPT, filtered(5)),
        case("filter 255", CORRUPT, filtered(255)),
        case("compression 1", CORRUPT, changed(10, 1)),
        case("filter method 1", CORRUPT, changed(11, 1)),
        case("interlace 2", CORRUPT, changed(12, 2)),
        case("a header of 12 bytes", CORRUPT, png(&chunk(b"IHDR", &[0; 12]), &[], &whole)),
        case("two headers", CORRUPT, png(&header, &header, &whole)),
        case("pixels before the header", CORRUPT, png(&chunk(b"IDAT", &whole), &header, &whole)),
        case("a chunk between the pixels", ORDINARY, parted),
        case("a chunk for each byte", ORDINARY, many),
        case(
            "a chunk of 4 GB",
            TRUNCATED,
            png(&[&header[..], &[0xFF; 4], b"tEXt"].concat(), &[], &whole),
        ),
        case("a chunk without a name", CORRUPT, png(&header, &chunk(b"\0\0\0\0", &[]), &whole)),
        case("no palette", CORRUPT, png(&ihdr(WIDTH_PX, HEIGHT_PX, 8, 3, 0), &[], &whole)),
        case("a palette of none", CORRUPT, palette(0)),
        case("a palette of 257", CORRUPT, palette(257)),
        case("no end", TRUNCATED, file[..file.len() - 12].to_vec()),
        case(
            "bytes in its end",
            ORDINARY,
            [&file[..file.len() - 12], &chunk(b"IEND", &[1; 9])].concat(),
        ),
    ]
}

fn webps() -> Vec<Case> {
    let webp = good::webp();
    let lossless = picture(&webp);
    let lossy = vp8::flat(WIDTH_PX as u16, HEIGHT_PX as u16);
    let canvas = vp8x(0, WIDTH_PX, HEIGHT_PX);
    let alpha = vp8x(0x10, WIDTH_PX, HEIGHT_PX);
    let stated = |length: u32| {
        let mut file = webp.clone();
        file[4..8].copy_from_slice(&length.to_le_bytes());
        file
    };
    let changed = |at: usize, byte: u8, kind: &[u8; 4], body: &[u8]| {
        let mut body = body.to_vec();
        body[at] = byte;
        riff(&[(kind, &body)])
    };
    let short = &lossy[..lossy.len() / 10];
    let case = |name: &str, want, file: Vec<u8>| Case::new(format!("WebP, {name}"), want, file);
    vec![
        case("a length of 0", CORRUPT, stated(0)),
        case("a length of 4", CORRUPT, stated(4)),
        case("a length of 4 G", TRUNCATED, stated(u32::MAX)),
        case("a byte less than it says", TRUNCATED, stated(webp.len() as u32 - 7)),
        case("a chunk beyond the end", TRUNCATED, stated(webp.len() as u32 - 20)),
        case("no picture", CORRUPT, riff(&[(b"VP8X", &canvas)])),
        case("no chunk", CORRUPT, riff(&[])),
        case("two pictures", CORRUPT, riff(&[(b"VP8 ", &lossy), (b"VP8L", lossless)])),
        case("the same picture twice", CORRUPT, riff(&[(b"VP8L", lossless), (b"VP8L", lossless)])),
        case("another canvas", CORRUPT, riff(&[(b"VP8X", &vp8x(0, 71, 50)), (b"VP8L", lossless)])),
        case("a canvas cut short", CORRUPT, riff(&[(b"VP8X", &canvas[..9]), (b"VP8L", lossless)])),
        case(
            "a canvas behind its picture",
            ORDINARY,
            riff(&[(b"VP8L", lossless), (b"VP8X", &canvas)]),
        ),
        case(
            "no alpha where there should be",
            CORRUPT,
            riff(&[(b"VP8X", &alpha), (b"VP8 ", &lossy)]),
        ),
        case(
            "alpha of no bytes",
            CORRUPT,
            riff(&[(b"VP8X", &alpha), (b"ALPH", &[]), (b"VP8 ", &lossy)]),
        ),
        case(
            "alpha cut short",
            CORRUPT,
            riff(&[(b"VP8X", &alpha), (b"ALPH", &[0; 99]), (b"VP8 ", &lossy)]),
        ),
        case(
            "alpha of method 3",
            CORRUPT,
            riff(&[(b"VP8X", &alpha), (b"ALPH", &[3; 9999]), (b"VP8 ", &lossy)]),
        ),
        case("alpha alone", CORRUPT, riff(&[(b"VP8X", &alpha), (b"ALPH", &[0; 3501])])),
        case("a picture of no bytes", CORRUPT, riff(&[(b"VP8 ", &[])])),
        case("a lossless picture of no bytes", CORRUPT, riff(&[(b"VP8L", &[])])),
        case("another start code", CORRUPT, changed(3, 0, b"VP8 ", &lossy)),
        case("a frame between frames", CORRUPT, changed(0, lossy[0] | 1, b"VP8 ", &lossy)),
        case("a first partition beyond the end", CORRUPT, changed(2, 0xFF, b"VP8 ", &lossy)),
        case("a tenth of a lossy picture", CORRUPT, riff(&[(b"VP8 ", short)])),
        case(
            "a profile, EXIF and XMP that are not there",
            CORRUPT,
            riff(&[(b"VP8X", &vp8x(0x2C, WIDTH_PX, HEIGHT_PX)), (b"VP8L", lossless)]),
        ),
        case("another signature", CORRUPT, changed(0, 0x2E, b"VP8L", lossless)),
        case("version 7", CORRUPT, changed(4, lossless[4] | 0xE0, b"VP8L", lossless)),
        case(
            "a header and no more",
            CORRUPT,
            riff(&[(b"VP8L", &vp8l::start(70, 50).into_bytes())]),
        ),
    ]
}
