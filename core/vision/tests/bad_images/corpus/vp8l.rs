//! Lossless WebP pictures written bit by bit (RFC 9649, section 3).

use super::bits::Bits;

/// Order in which the lengths of code-length codes are written (section 3.7.2.1.2).
const LENGTH_ORDER: [usize; 19] =
    [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Signature and size; an alpha bit of 0; version 0.
pub(super) fn start(width_px: u32, height_px: u32) -> Bits {
    let mut bits = Bits::default();
    bits.put(0x2F, 8).put(width_px - 1, 14).put(height_px - 1, 14).put(0, 1 + 3);
    bits
}

/// A picture of black, which states `groups` groups of prefix codes, each as large in memory as so few bits can make it.
pub(super) fn with_groups(width_px: u32, height_px: u32, groups: u32) -> Vec<u8> {
    let mut bits = start(width_px, height_px);
    groups_of(&mut bits, (width_px, height_px), groups);
    bits.into_bytes()
}

/// As [`with_groups`], for the alpha of a lossy picture, which has no header of its own.
pub(super) fn alpha_with_groups(width_px: u32, height_px: u32, groups: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(1, 8); // Compressed, neither filtered nor pre-processed.
    groups_of(&mut bits, (width_px, height_px), groups);
    bits.into_bytes()
}

fn groups_of(bits: &mut Bits, (width_px, height_px): (u32, u32), groups: u32) {
    bits.put(0, 1); // No transforms.
    bits.put(0, 1); // No colour cache.
    bits.put(1, 1).put(0, 3); // Several groups, chosen for blocks of 4 x 4.
    let last = groups - 1;
    bits.put(0, 1); // No colour cache for the choice.
    two_symbols(bits, 0, last & 255); // Green is the low byte of a group's number,
    two_symbols(bits, 0, last >> 8); // red its high one.
    (0..3).for_each(|_| one_symbol(bits, 0));
    let blocks = width_px.div_ceil(4) * height_px.div_ceil(4);
    bits.put(1, 1).put(1, 1); // One block of the last group, the others of the first.
    (1..blocks).for_each(|_| {
        bits.put(0, 2);
    });
    for _ in 0..groups {
        (0..5).for_each(|_| deep_code(bits));
    }
    // Black, by the shortest code of each.
    for _ in 0..width_px * height_px {
        bits.put(0, 4);
    }
    bits.zero_bytes(8);
}

fn one_symbol(bits: &mut Bits, symbol: u32) {
    bits.put(1, 1).put(0, 1).put(1, 1).put(symbol, 8);
}

fn two_symbols(bits: &mut Bits, first: u32, second: u32) {
    bits.put(1, 1).put(1, 1).put(1, 1).put(first, 8).put(second, 8);
}

/// A code of 11 symbols with lengths 1, 2, ... 9, 10, 10: decoders make a table of 1,024 entries of it.
fn deep_code(bits: &mut Bits) {
    bits.put(0, 1);
    // Code lengths 1 to 8 have codes of 4 bits, and so have 9 and 10; the rest completes the code.
    let lengths: Vec<u32> =
        (0..19).map(|length| u32::from((1..=16).contains(&length)) * 4).collect();
    bits.put(19 - 4, 4);
    for index in LENGTH_ORDER {
        bits.put(lengths[index], 3);
    }
    bits.put(1, 1).put(1, 3).put(11 - 2, 4); // No more than 11 lengths follow.
    for length in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10] {
        bits.code(length - 1, 4);
    }
}
