//! A PNG file's chunks, read before anything is inflated (W3C PNG, third edition, section 5).

use super::limits::{Size, check_memory};
use super::{DecodeError, PhotoFormat};

const SIGNATURE_BYTES: usize = 8;

/// What a walk over a PNG file finds.
#[derive(Debug)]
pub(super) struct PngParts<'a> {
    pub(super) size: Size,
    pub(super) exif: Option<&'a [u8]>,
    /// The file with only the chunks that pixels need. Compressed profiles and texts, which can
    /// inflate to any size, and the frames of an animation are not in it.
    #[cfg_attr(
        not(feature = "png-webp"),
        expect(dead_code, reason = "the decoder alone reads it")
    )]
    pub(super) lean: Vec<u8>,
}

/// Reads the chunks of `file` up to `IEND`.
///
/// # Errors
/// `Truncated` if the file ends before `IEND`; a limit's error as soon as the header breaks it.
pub(super) fn walk(file: &[u8]) -> Result<PngParts<'_>, DecodeError> {
    let header = chunk(file, SIGNATURE_BYTES)?;
    let size = header.size()?;
    let mut lean = [&file[..SIGNATURE_BYTES], header.whole].concat();
    let (mut at, mut exif) = (lean.len(), None);
    loop {
        let next = chunk(file, at)?;
        at += next.whole.len();
        match &next.kind {
            b"IHDR" => return Err(corrupt("second header")),
            b"PLTE" | b"IDAT" | b"tRNS" => lean.extend_from_slice(next.whole),
            b"eXIf" => exif = exif.or(Some(next.body)),
            b"IEND" => {
                lean.extend_from_slice(next.whole);
                return Ok(PngParts { size, exif, lean });
            }
            // An upper-case first letter says that no decoder may skip the chunk.
            kind if kind[0].is_ascii_uppercase() => return Err(corrupt("unknown critical chunk")),
            _ => {}
        }
    }
}

struct Chunk<'a> {
    kind: [u8; 4],
    body: &'a [u8],
    /// Length, kind, body and checksum.
    whole: &'a [u8],
}

fn chunk(file: &[u8], at: usize) -> Result<Chunk<'_>, DecodeError> {
    let rest = file.get(at..).ok_or(TRUNCATED)?;
    let Some((&[l3, l2, l1, l0, a, b, c, d], _)) = rest.split_first_chunk::<8>() else {
        return Err(TRUNCATED);
    };
    let kind = [a, b, c, d];
    if !kind.iter().all(u8::is_ascii_alphabetic) {
        return Err(corrupt("chunk without a name"));
    }
    let length = u32::from_be_bytes([l3, l2, l1, l0]) as usize;
    let end = length.checked_add(12).ok_or(TRUNCATED)?;
    let whole = rest.get(..end).ok_or(TRUNCATED)?;
    Ok(Chunk { kind, body: &whole[8..end - 4], whole })
}

impl Chunk<'_> {
    /// The size that this chunk, which must be a header, states.
    fn size(&self) -> Result<Size, DecodeError> {
        let (b"IHDR", &[w3, w2, w1, w0, h3, h2, h1, h0, depth, color, _, _, _]) =
            (&self.kind, self.body)
        else {
            return Err(corrupt("no header"));
        };
        let width_px = u32::from_be_bytes([w3, w2, w1, w0]);
        let size = Size::checked(width_px, u32::from_be_bytes([h3, h2, h1, h0]))?;
        check_memory(size.pixels() * decoded_bytes_per_pixel(depth, color))?;
        Ok(size)
    }
}

/// Bytes that one pixel takes once palettes are resolved; a transparent palette gives RGBA.
fn decoded_bytes_per_pixel(depth: u8, color: u8) -> u64 {
    let channels = match color {
        0 => 2, // Grey; a tRNS chunk adds alpha.
        4 => 2, // Grey with alpha.
        _ => 4, // RGB, palette, RGBA; a tRNS chunk adds alpha to the first two.
    };
    match (depth, channels) {
        // Most of it is given back once it is RGB of three bytes, which may take a copy.
        (16, 4) => 8 + 3,
        (16, _) => 4,
        _ => channels.max(3),
    }
}

const TRUNCATED: DecodeError = DecodeError::Truncated { format: PhotoFormat::Png };

fn corrupt(detail: &str) -> DecodeError {
    DecodeError::Corrupt { format: PhotoFormat::Png, detail: detail.to_owned() }
}
