//! The prefix codes of a lossless WebP picture, weighed before a decoder makes tables of them (RFC 9649, section 3).
//!
//! A file may state 65,536 groups of five codes, for each of which a decoder makes a table: a gigabyte from 5 MB. How many
//! there are stands behind the transforms, so these are read through, without keeping a pixel.

/// Order in which the lengths of the code-length code are written (section 3.7.2.1.2).
const LENGTH_ORDER: [usize; 19] =
    [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const LONGEST_CODE: usize = 15;
const LITERALS: usize = 256;
const LENGTHS: usize = 24;
const DISTANCES: usize = 40;

/// What `image-webp` takes for a code whatever it holds, for each entry of its table, and for each symbol beyond it.
const CODE_BYTES: u64 = 96;
const TABLE_ENTRY_BYTES: u64 = 4;
const LONG_SYMBOL_BYTES: u64 = 32;
/// Bits of the largest table.
const TABLE_BITS: usize = 10;

/// Bytes that a decoder's tables of a picture will take; it stops counting beyond `max_bytes`.
///
/// `stream` begins behind the picture's header. `None` if it ends too early, or breaks a rule.
pub(super) fn table_bytes(
    stream: &[u8],
    (width, height): (u32, u32),
    max_bytes: u64,
) -> Option<u64> {
    let mut bits = Bits { bytes: stream, at: 0 };
    let width = skip_transforms(&mut bits, width, height)?;
    let cache = cache_symbols(&mut bits)?;
    let groups = if bits.take(1)? == 1 {
        let shift = bits.take(3)? + 2;
        1 + greatest_group(&mut bits, blocks(width, shift) * blocks(height, shift))?
    } else {
        1
    };
    let mut total = 0;
    for _ in 0..groups {
        for code in read_group(&mut bits, cache)? {
            total += code.table_bytes();
        }
        if total > max_bytes {
            break;
        }
    }
    Some(total)
}

/// Reads up to the end of the transforms, and gives the width of what they leave (section 3.5).
fn skip_transforms(bits: &mut Bits<'_>, mut width: u32, height: u32) -> Option<u32> {
    let mut seen = [false; 4];
    while bits.take(1)? == 1 {
        let kind = bits.take(2)?;
        if std::mem::replace(&mut seen[kind as usize], true) {
            return None;
        }
        match kind {
            2 => {}
            3 => {
                let colours = bits.take(8)? + 1;
                skip_picture(bits, colours)?;
                width = blocks(width, bundle_bits(colours));
            }
            _ => {
                let shift = bits.take(3)? + 2;
                skip_picture(bits, blocks(width, shift) * blocks(height, shift))?;
            }
        }
    }
    Some(width)
}

/// How many pixels share one, as a power of two, when there are so few colours (section 3.5.4).
fn bundle_bits(colours: u32) -> u32 {
    match colours {
        0..=2 => 3,
        3..=4 => 2,
        5..=16 => 1,
        _ => 0,
    }
}

fn blocks(side: u32, shift: u32) -> u32 {
    side.div_ceil(1 << shift)
}

fn skip_picture(bits: &mut Bits<'_>, pixels: u32) -> Option<()> {
    greatest_group(bits, pixels).map(drop)
}

/// The greatest number in a picture whose red and green are one. Copies and the colour cache repeat what was there before,
/// so that literals alone count.
fn greatest_group(bits: &mut Bits<'_>, pixels: u32) -> Option<u32> {
    let cache = cache_symbols(bits)?;
    let [green, red, blue, alpha, distance] = read_group(bits, cache)?;
    let (mut at, mut greatest) = (0, 0);
    while at < pixels {
        let symbol = green.symbol(bits)?;
        if symbol < LITERALS as u32 {
            greatest = greatest.max(red.symbol(bits)? << 8 | symbol);
            blue.symbol(bits)?;
            alpha.symbol(bits)?;
            at += 1;
        } else if symbol < (LITERALS + LENGTHS) as u32 {
            at = at.saturating_add(prefixed(bits, symbol - LITERALS as u32)?);
            let prefix = distance.symbol(bits)?;
            prefixed(bits, prefix)?;
        } else {
            at += 1;
        }
    }
    Some(greatest)
}

/// A length or distance: its prefix says how many bits follow (section 3.6.2.2).
fn prefixed(bits: &mut Bits<'_>, prefix: u32) -> Option<u32> {
    if prefix < 4 {
        return Some(prefix + 1);
    }
    let extra = (prefix - 2) >> 1;
    Some(((2 + (prefix & 1)) << extra) + bits.take(extra)? + 1)
}

/// Symbols that stand for colours in a cache.
fn cache_symbols(bits: &mut Bits<'_>) -> Option<usize> {
    if bits.take(1)? == 0 {
        return Some(0);
    }
    let size = bits.take(4)?;
    (1..=11).contains(&size).then(|| 1 << size)
}

/// The codes of green, red, blue, alpha and distances.
fn read_group(bits: &mut Bits<'_>, cache: usize) -> Option<[Code; 5]> {
    let green = Code::read(bits, LITERALS + LENGTHS + cache)?;
    let mut literal = || Code::read(bits, LITERALS);
    let (red, blue, alpha) = (literal()?, literal()?, literal()?);
    Some([green, red, blue, alpha, Code::read(bits, DISTANCES)?])
}

/// A canonical prefix code.
struct Code {
    /// How many symbols have a code of each length.
    counts: [u32; LONGEST_CODE + 1],
    /// In the order of their codes.
    symbols: Vec<u32>,
}

impl Code {
    fn read(bits: &mut Bits<'_>, alphabet: usize) -> Option<Self> {
        let code = match bits.take(1)? {
            1 => Self::read_simple(bits)?,
            _ => Self::read_normal(bits, alphabet)?,
        };
        let is_known = code.symbols.iter().all(|&symbol| symbol < alphabet as u32);
        is_known.then_some(code)
    }

    fn read_simple(bits: &mut Bits<'_>) -> Option<Self> {
        let is_pair = bits.take(1)? == 1;
        let width = if bits.take(1)? == 1 { 8 } else { 1 };
        let mut symbols = vec![bits.take(width)?];
        if is_pair {
            symbols.push(bits.take(8)?);
        }
        let mut counts = [0; LONGEST_CODE + 1];
        counts[1] = symbols.len() as u32;
        Some(Self { counts, symbols })
    }

    fn read_normal(bits: &mut Bits<'_>, alphabet: usize) -> Option<Self> {
        let mut lengths = [0; LENGTH_ORDER.len()];
        for &index in &LENGTH_ORDER[..bits.take(4)? as usize + 4] {
            lengths[index] = bits.take(3)? as u8;
        }
        let code = Self::of_lengths(&lengths)?;
        Self::of_lengths(&read_lengths(bits, &code, alphabet)?)
    }

    /// The code whose symbols have these lengths; `None` if bits would be left over, or are too few.
    fn of_lengths(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0; LONGEST_CODE + 1];
        for &length in lengths.iter().filter(|length| **length > 0) {
            counts[usize::from(length)] += 1;
        }
        let mut symbols: Vec<u32> = (0..lengths.len() as u32).collect();
        symbols.retain(|&symbol| lengths[symbol as usize] > 0);
        symbols.sort_by_key(|&symbol| lengths[symbol as usize]);
        let used =
            |sum: u32, (length, count): (usize, &u32)| sum + (count << (LONGEST_CODE - length));
        let is_complete = counts.iter().enumerate().fold(0, used) == 1 << LONGEST_CODE;
        (is_complete || symbols.len() == 1).then_some(Self { counts, symbols })
    }

    /// The next symbol. A code of one symbol takes no bits.
    fn symbol(&self, bits: &mut Bits<'_>) -> Option<u32> {
        if let [only] = self.symbols[..] {
            return Some(only);
        }
        let (mut code, mut first, mut before) = (0, 0, 0);
        for &count in &self.counts[1..] {
            code = code << 1 | bits.take(1)?;
            if code < first + count {
                return self.symbols.get((before + code - first) as usize).copied();
            }
            before += count;
            first = (first + count) << 1;
        }
        None
    }

    fn table_bytes(&self) -> u64 {
        let longest = self.counts.iter().rposition(|&count| count > 0).unwrap_or_default();
        let long_symbols: u32 = self.counts[TABLE_BITS + 1..].iter().sum();
        CODE_BYTES
            + (TABLE_ENTRY_BYTES << longest.min(TABLE_BITS))
            + LONG_SYMBOL_BYTES * u64::from(long_symbols)
    }
}

/// The lengths of a code's symbols, which are coded themselves (section 3.7.2.1.2).
fn read_lengths(bits: &mut Bits<'_>, code: &Code, alphabet: usize) -> Option<Vec<u8>> {
    let mut left = alphabet as u32;
    if bits.take(1)? == 1 {
        let width = 2 + 2 * bits.take(3)?;
        left = 2 + bits.take(width)?;
    }
    let (mut lengths, mut previous) = (Vec::with_capacity(alphabet), 8);
    while lengths.len() < alphabet && left > 0 {
        left -= 1;
        let (length, times) = match code.symbol(bits)? {
            16 => (previous, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (length as u8, 1),
        };
        if length != 0 {
            previous = length;
        }
        lengths.extend(std::iter::repeat_n(length, times as usize));
    }
    (lengths.len() <= alphabet).then_some(lengths)
}

/// Bits, the least significant of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// The next `count` bits, at most 24, as a number.
    fn take(&mut self, count: u32) -> Option<u32> {
        let end = self.at + count as usize;
        if end > self.bytes.len() * 8 {
            return None;
        }
        let mut four = [0; 4];
        let rest = &self.bytes[self.at / 8..];
        let there = rest.len().min(4);
        four[..there].copy_from_slice(&rest[..there]);
        let value = u32::from_le_bytes(four) >> (self.at % 8);
        self.at = end;
        Some(value & ((1 << count) - 1))
    }
}

#[cfg(test)]
#[cfg(feature = "png-webp")]
mod tests {
    use image::codecs::webp::WebPEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    use super::*;
    use crate::testing::{Noise, gradient};

    const SIDES_PX: (u32, u32) = (70, 50);
    const NO_LIMIT: u64 = u64::MAX;

    /// A lossless picture behind its header.
    fn stream() -> Vec<u8> {
        let mut file = Vec::new();
        let photo = gradient(SIDES_PX.0, SIDES_PX.1);
        let encoder = WebPEncoder::new_lossless(&mut file);
        encoder.write_image(photo.rgb(), SIDES_PX.0, SIDES_PX.1, ExtendedColorType::Rgb8).unwrap();
        file[25..].to_vec()
    }

    #[test]
    fn the_codes_of_a_real_picture_are_weighed() {
        let bytes = table_bytes(&stream(), SIDES_PX, NO_LIMIT).unwrap();
        // Five codes; the longest tables have 1,024 entries.
        assert!((5 * CODE_BYTES..100_000).contains(&bytes), "{bytes}");
    }

    #[test]
    fn a_stream_that_ends_within_its_codes_has_none() {
        let stream = stream();
        let last = (0..stream.len())
            .rfind(|&end| table_bytes(&stream[..end], SIDES_PX, NO_LIMIT).is_none());
        assert!(last.is_some_and(|last| last > 20), "{last:?}");
        for end in 0..=last.unwrap_or_default() {
            assert_eq!(table_bytes(&stream[..end], SIDES_PX, NO_LIMIT), None, "{end} bytes");
        }
    }

    #[test]
    fn counting_ends_beyond_the_limit() {
        let all = table_bytes(&stream(), SIDES_PX, NO_LIMIT).unwrap();
        assert_eq!(table_bytes(&stream(), SIDES_PX, 1), Some(all), "one group is read to its end");
    }

    #[test]
    fn bits_that_mean_nothing_never_panic() {
        let (mut noise, stream) = (Noise(0xB17), stream());
        for round in 0..20_000 {
            let mut bytes = if round % 2 == 0 { stream.clone() } else { noise.bytes(60) };
            for _ in 0..3 {
                let at = noise.below(bytes.len().min(80));
                bytes[at] = noise.next() as u8;
            }
            let _ = table_bytes(&bytes, SIDES_PX, NO_LIMIT);
        }
    }

    #[test] // RFC 9649, section 3.7.2.1: lengths 1, 2, 2 are 0, 10, 11.
    fn a_canonical_code_is_read_bit_by_bit() {
        let code = Code::of_lengths(&[2, 1, 0, 2]).unwrap();
        let mut bits = Bits { bytes: &[0b0110_1001], at: 0 };
        let read: Vec<_> = (0..4).map(|_| code.symbol(&mut bits)).collect();
        assert_eq!(read, [Some(0), Some(1), Some(0), Some(3)]);
        for lengths in [&[][..], &[0, 0], &[1, 2], &[1, 1, 1], &[2, 1, 1]] {
            assert!(Code::of_lengths(lengths).is_none(), "{lengths:?}");
        }
    }
}
