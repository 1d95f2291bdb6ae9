//! A WebP file's chunks, read before any pixel (RFC 9649).

use facematch_contract::limits::MAX_DECODE_BYTES;

use super::limits::{Size, check_memory};
use super::webp_codes::table_bytes;
use super::{DecodeError, PhotoFormat};

const RIFF_HEADER_BYTES: usize = 12;
const ANIMATION_FLAG: u8 = 0x02;
/// Signature, size, alpha and version.
const LOSSLESS_HEADER_BYTES: usize = 5;
/// How alpha is compressed: the low two bits of its first byte (RFC 9649, 2.7.1.2).
const ALPHA_METHOD_MASK: u8 = 0x03;
const ALPHA_IS_LOSSLESS: u8 = 1;

/// What a walk over a WebP file finds.
#[derive(Debug)]
pub(super) struct WebpParts<'a> {
    pub(super) size: Size,
    pub(super) exif: Option<&'a [u8]>,
    /// The file without what lies behind its end.
    #[cfg_attr(
        not(feature = "png-webp"),
        expect(dead_code, reason = "the decoder alone reads it")
    )]
    pub(super) whole: &'a [u8],
}

/// Reads the chunks of `file` up to the end that its RIFF header states.
///
/// # Errors
/// `Truncated` if the file is shorter than it states; a limit's error if the size of the canvas or
/// of the one picture breaks it; `Corrupt` if the two differ, which would let a small canvas hide a
/// huge picture.
pub(super) fn walk(file: &[u8]) -> Result<WebpParts<'_>, DecodeError> {
    let stated = file.get(4..8).and_then(le_u32).ok_or(TRUNCATED)? as usize;
    let whole = stated.checked_add(8).and_then(|end| file.get(..end)).ok_or(TRUNCATED)?;
    let mut found = Found::default();
    let mut at = RIFF_HEADER_BYTES;
    while at < whole.len() {
        at += found.chunk(whole, at)?;
    }
    let size = found.size()?;
    Ok(WebpParts { size, exif: found.exif, whole })
}

#[derive(Default)]
struct Found<'a> {
    canvas: Option<Size>,
    picture: Option<Size>,
    /// The lossless picture behind its header.
    lossless: Option<&'a [u8]>,
    alpha: Option<&'a [u8]>,
    exif: Option<&'a [u8]>,
}

impl<'a> Found<'a> {
    /// Takes the chunk at `at` and returns how many bytes it takes up, padding included.
    fn chunk(&mut self, whole: &'a [u8], at: usize) -> Result<usize, DecodeError> {
        let header = whole.get(at..at + 8).ok_or(TRUNCATED)?;
        let length = le_u32(&header[4..]).ok_or(TRUNCATED)? as usize;
        let end = (at + 8).checked_add(length).ok_or(TRUNCATED)?;
        let body = whole.get(at + 8..end).ok_or(TRUNCATED)?;
        self.take(&header[..4], body)?;
        // Padding after the last chunk is left out by some writers.
        Ok(8 + length + length % 2)
    }

    fn take(&mut self, kind: &[u8], body: &'a [u8]) -> Result<(), DecodeError> {
        match kind {
            b"VP8X" => self.canvas(body)?,
            b"ANIM" | b"ANMF" => return Err(ANIMATED),
            b"VP8 " => self.picture(lossy_size(body)?)?,
            b"VP8L" => {
                self.picture(lossless_size(body)?)?;
                self.lossless = body.get(LOSSLESS_HEADER_BYTES..);
            }
            b"ALPH" if self.alpha.is_some() => return Err(corrupt("second alpha")),
            b"ALPH" => self.alpha = Some(body),
            b"EXIF" => self.exif = self.exif.or(Some(body)),
            _ => {}
        }
        Ok(())
    }

    fn canvas(&mut self, body: &[u8]) -> Result<(), DecodeError> {
        let &[flags, _, _, _, w0, w1, w2, h0, h1, h2, ..] = body else {
            return Err(corrupt("canvas header too short"));
        };
        if flags & ANIMATION_FLAG != 0 {
            return Err(ANIMATED);
        }
        let side = |bytes: [u8; 3]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1;
        self.canvas = Some(Size::checked(side([w0, w1, w2]), side([h0, h1, h2]))?);
        Ok(())
    }

    fn picture(&mut self, (width_px, height_px): (u32, u32)) -> Result<(), DecodeError> {
        if self.picture.is_some() {
            return Err(corrupt("second picture"));
        }
        self.picture = Some(Size::checked(width_px, height_px)?);
        Ok(())
    }

    fn size(&self) -> Result<Size, DecodeError> {
        let picture = self.picture.ok_or_else(|| corrupt("no picture"))?;
        if self.canvas.is_some_and(|canvas| canvas != picture) {
            return Err(corrupt("canvas and picture differ in size"));
        }
        let pixel_bytes = picture.pixels() * self.bytes_per_pixel_x2() / 2;
        check_memory(pixel_bytes)?;
        check_memory(pixel_bytes + self.table_bytes(picture)?)?;
        Ok(picture)
    }

    /// What the prefix codes of all that is coded without loss take.
    fn table_bytes(&self, picture: Size) -> Result<u64, DecodeError> {
        let side = (picture.width_px, picture.height_px);
        let alpha = self.alpha.and_then(|body| match body {
            [method, stream @ ..] if method & ALPHA_METHOD_MASK == ALPHA_IS_LOSSLESS => {
                Some(stream)
            }
            _ => None,
        });
        let streams = [self.lossless, alpha].into_iter().flatten();
        streams
            .map(|stream| table_bytes(stream, side, MAX_DECODE_BYTES))
            .sum::<Option<u64>>()
            .ok_or_else(|| corrupt("prefix codes that make no sense"))
    }

    /// Twice the bytes that `image-webp` allocates for each pixel at its peak.
    fn bytes_per_pixel_x2(&self) -> u64 {
        match (self.lossless.is_some(), self.alpha.is_some()) {
            (true, _) => 14,     // RGBA inside, RGB out.
            (false, false) => 9, // YUV 4:2:0 inside, RGB out.
            (false, true) => 21, // As above with RGBA out, and alpha decoded as RGBA and copied.
        }
    }
}

/// Width and height from a lossy key frame's header (RFC 6386, 9.1).
fn lossy_size(body: &[u8]) -> Result<(u32, u32), DecodeError> {
    let &[_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1, ..] = body else {
        return Err(corrupt("lossy picture without a start code"));
    };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
    Ok((side(w0, w1), side(h0, h1)))
}

/// Width and height from a lossless picture's header (RFC 9649, 3.4).
fn lossless_size(body: &[u8]) -> Result<(u32, u32), DecodeError> {
    let (Some(0x2F), Some(bits)) = (body.first(), body.get(1..5).and_then(le_u32)) else {
        return Err(corrupt("lossless picture without a signature"));
    };
    Ok(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
}

fn le_u32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk::<4>().map(|four| u32::from_le_bytes(*four))
}

const TRUNCATED: DecodeError = DecodeError::Truncated { format: PhotoFormat::WebP };
const ANIMATED: DecodeError = DecodeError::Animated { format: PhotoFormat::WebP };

fn corrupt(detail: &str) -> DecodeError {
    DecodeError::Corrupt { format: PhotoFormat::WebP, detail: detail.to_owned() }
}
