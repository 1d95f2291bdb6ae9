//! The simplest lossy WebP picture: one grey, whatever its size (RFC 6386).

/// Bytes for what precedes the macroblocks, and for each of them: more than they take.
const HEADER_BYTES: usize = 64;
const MODES_BYTES: usize = 8;
const COEFFICIENTS_BYTES: usize = 32;

/// A key frame of zeros alone. The boolean decoder reads them as "no" whatever the likelihood (section 7.3), and so: no
/// segments, no filter, no changed probabilities, flat predictions, no coefficients.
pub(super) fn flat(width_px: u16, height_px: u16) -> Vec<u8> {
    let macroblocks = usize::from(width_px.div_ceil(16)) * usize::from(height_px.div_ceil(16));
    let first = HEADER_BYTES + macroblocks * MODES_BYTES;
    let mut frame = header(width_px, height_px, first);
    frame.resize(frame.len() + first + macroblocks * COEFFICIENTS_BYTES, 0);
    frame
}

/// A key frame's header (section 9.1), which says how long its first partition is.
pub(super) fn header(width_px: u16, height_px: u16, first_partition_bytes: usize) -> Vec<u8> {
    let tag = (1 << 4 | (first_partition_bytes as u32) << 5).to_le_bytes();
    let (w, h) = (width_px.to_le_bytes(), height_px.to_le_bytes());
    vec![tag[0], tag[1], tag[2], 0x9D, 0x01, 0x2A, w[0], w[1], h[0], h[1]]
}
