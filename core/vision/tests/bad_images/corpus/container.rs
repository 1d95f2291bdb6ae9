//! The containers of the three formats: taking them apart, and putting them together.

use std::ops::Range;

pub(super) const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Where the first chunk behind a PNG's header begins.
const BEHIND_IHDR: usize = 33;

/// A JPEG's marker segments with their places. The last scan's bytes belong to its header.
pub(super) fn segments(file: &[u8]) -> Vec<(u8, Range<usize>)> {
    let mut found = vec![(0xD8, 0..2)];
    let mut at = 2;
    while at + 1 < file.len() {
        let marker = file[at + 1];
        let mut end = at + 2;
        if !matches!(marker, 0x01 | 0xD0..=0xD9) {
            end += usize::from(u16::from_be_bytes([file[end], file[end + 1]]));
        }
        while end < file.len() && (file[end] != 0xFF || matches!(file[end + 1], 0 | 0xD0..=0xD7)) {
            end += 1;
        }
        found.push((marker, at..end));
        at = end;
    }
    found
}

/// A JPEG segment with its length.
pub(super) fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&[0xFF, marker][..], &length, body].concat()
}

/// `jpeg` with `extra` behind start-of-image.
pub(super) fn behind_soi(jpeg: &[u8], extra: &[u8]) -> Vec<u8> {
    [&jpeg[..2], extra, &jpeg[2..]].concat()
}

/// `jpeg` with `extra` before its first segment of that marker.
pub(super) fn before(jpeg: &[u8], marker: u8, extra: &[u8]) -> Vec<u8> {
    let place = place_of(jpeg, marker);
    [&jpeg[..place.start], extra, &jpeg[place.start..]].concat()
}

/// Where the first segment of that marker lies.
pub(super) fn place_of(jpeg: &[u8], marker: u8) -> Range<usize> {
    let mut all = segments(jpeg).into_iter();
    all.find(|(found, _)| *found == marker).expect("such a segment").1
}

/// A PNG chunk with its length and checksum.
pub(super) fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let checked = [kind, body].concat();
    let length = (body.len() as u32).to_be_bytes();
    [&length[..], &checked, &crc32(&checked).to_be_bytes()].concat()
}

/// A PNG's header.
pub(super) fn ihdr(width_px: u32, height_px: u32, depth: u8, color: u8, interlace: u8) -> Vec<u8> {
    let sides = [width_px.to_be_bytes(), height_px.to_be_bytes()].concat();
    chunk(b"IHDR", &[&sides[..], &[depth, color, 0, 0, interlace]].concat())
}

/// A PNG of `header`, one `IDAT` and whatever `between` them.
pub(super) fn png(header: &[u8], between: &[u8], idat: &[u8]) -> Vec<u8> {
    [PNG_SIGNATURE, header, between, &chunk(b"IDAT", idat), &chunk(b"IEND", &[])].concat()
}

/// `png` with `extra` behind its header.
pub(super) fn behind_ihdr(png: &[u8], extra: &[u8]) -> Vec<u8> {
    [&png[..BEHIND_IHDR], extra, &png[BEHIND_IHDR..]].concat()
}

/// A PNG's chunks with their places.
pub(super) fn chunks(png: &[u8]) -> Vec<([u8; 4], Range<usize>)> {
    let mut found = Vec::new();
    let mut at = PNG_SIGNATURE.len();
    while at < png.len() {
        let length = u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes")) as usize;
        let kind = png[at + 4..at + 8].try_into().expect("four bytes");
        found.push((kind, at..at + 12 + length));
        at += 12 + length;
    }
    found
}

/// PNG's checksum (W3C PNG, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
    let table: Vec<u32> = (0..256).map(|byte| (0..8).fold(byte, |crc, _| step(crc))).collect();
    let next = |crc: u32, &byte: &u8| table[(crc as u8 ^ byte) as usize] ^ (crc >> 8);
    !bytes.iter().fold(u32::MAX, next)
}

/// The zlib stream of `bytes`, stored as they are.
pub(super) fn zlib_stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = bytes.chunks(0xFFFF).count().max(1);
    for index in 0..blocks {
        let block = bytes.chunks(0xFFFF).nth(index).unwrap_or_default();
        let length = block.len() as u16;
        out.push(u8::from(index + 1 == blocks));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend(adler32(bytes).to_be_bytes());
    out
}

fn adler32(bytes: &[u8]) -> u32 {
    let add = |(a, b): (u32, u32), &byte: &u8| {
        let a = (a + u32::from(byte)) % 65521;
        (a, (b + a) % 65521)
    };
    let (a, b) = bytes.iter().fold((1, 0), add);
    b << 16 | a
}

/// A WebP of these chunks.
pub(super) fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, bytes) in chunks {
        body.extend_from_slice(*kind);
        body.extend((bytes.len() as u32).to_le_bytes());
        body.extend_from_slice(bytes);
        body.extend(vec![0; bytes.len() % 2]);
    }
    [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
}

/// The body of an extended WebP's first chunk.
pub(super) fn vp8x(flags: u8, width_px: u32, height_px: u32) -> Vec<u8> {
    let (w, h) = ((width_px - 1).to_le_bytes(), (height_px - 1).to_le_bytes());
    vec![flags, 0, 0, 0, w[0], w[1], w[2], h[0], h[1], h[2]]
}

/// The body of the one picture's chunk in a simple WebP.
pub(super) fn picture(webp: &[u8]) -> &[u8] {
    let length = u32::from_le_bytes(webp[16..20].try_into().expect("four bytes")) as usize;
    &webp[20..20 + length]
}
