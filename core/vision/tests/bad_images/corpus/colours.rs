//! Every kind of colour and depth that a format has, and those that it has not.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::container::{chunk, ihdr, place_of, png, segment, zlib_stored};
use super::good::{HEIGHT_PX, ORDINARY, WIDTH_PX, jpeg, jpeg_of};
use super::{Case, Want};

const SAMPLINGS: [SamplingFactor; 8] = [
    SamplingFactor::F_1_1,
    SamplingFactor::F_2_1,
    SamplingFactor::F_1_2,
    SamplingFactor::F_2_2,
    SamplingFactor::F_4_1,
    SamplingFactor::F_4_2,
    SamplingFactor::F_1_4,
    SamplingFactor::F_2_4,
];
/// PNG's colour types with their channels and depths (W3C PNG, table 8).
const PNG_COLOURS: [(u8, u32, &[u8]); 5] = [
    (0, 1, &[1, 2, 4, 8, 16]),
    (2, 3, &[8, 16]),
    (3, 1, &[1, 2, 4, 8]),
    (4, 2, &[8, 16]),
    (6, 4, &[8, 16]),
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = four_channels();
    cases.extend(samplings());
    cases.extend(frames());
    cases.extend(pngs());
    cases
}

fn four_channels() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, color) in [("CMYK", ColorType::Cmyk), ("YCCK", ColorType::CmykAsYcck)] {
        let file = jpeg_of(WIDTH_PX, HEIGHT_PX, color, |_| {});
        let adobe = place_of(&file, 0xEE);
        for transform in [0, 1, 2, 3, 255] {
            let mut file = file.clone();
            file[adobe.start + 15] = transform;
            // Which transforms fit four channels is the decoder's to say.
            let want = if transform == 0 || transform == 2 { ORDINARY } else { ANY_TRANSFORM };
            cases.push(Case::new(format!("{name}, Adobe's transform {transform}"), want, file));
        }
        let plain = [&file[..adobe.start], &file[adobe.end..]].concat();
        cases.push(Case::new(format!("{name} without Adobe's segment"), ORDINARY, plain));
        let progressive = jpeg_of(WIDTH_PX, HEIGHT_PX, color, |it| it.set_progressive(true));
        cases.push(Case::new(format!("progressive {name}"), ORDINARY, progressive));
    }
    let rgb = jpeg(|_| {});
    for transform in [0, 1, 2] {
        let adobe = segment(0xEE, &[b"Adobe\0\x64\0\0\0\0", &[transform][..]].concat());
        let file = [&rgb[..2], &adobe, &rgb[2..]].concat();
        let want = if transform == 2 { ANY_TRANSFORM } else { ORDINARY };
        cases.push(Case::new(format!("RGB, Adobe's transform {transform}"), want, file));
    }
    cases
}

const ANY_TRANSFORM: Want =
    Want::Either("a transform that does not fit its channels: some decoders overlook it");

fn samplings() -> Vec<Case> {
    let mut cases = Vec::new();
    for sampling in SAMPLINGS {
        for (name, change) in [
            ("baseline", (|_| {}) as fn(&mut Encoder<&mut Vec<u8>>)),
            ("progressive", |it| it.set_progressive(true)),
            ("with restarts", |it| it.set_restart_interval(2)),
        ] {
            let file = jpeg(|it| {
                it.set_sampling_factor(sampling);
                change(it);
            });
            // The encoder writes a scan for each channel there, whose colours no decoder here gets right.
            let is_parted = (sampling as u8 >> 4).max(sampling as u8 & 15) == 4;
            let is_refused = is_parted && name != "progressive";
            let want = if is_refused { Want::Error("Unsupported") } else { ORDINARY };
            cases.push(Case::new(format!("{name} JPEG, {sampling:?}"), want, file));
        }
    }
    for scans in [2, 4, 10, 20, 30, 64] {
        let file = jpeg(|it| it.set_progressive_scans(scans));
        // For each of three channels.
        let want = if scans > 20 { Want::Error("Unsupported") } else { ORDINARY };
        cases.push(Case::new(format!("JPEG of {scans} scans"), want, file));
    }
    cases
}

/// The ordinary JPEG with another frame header.
fn frames() -> Vec<Case> {
    let file = jpeg(|_| {});
    let sof = place_of(&file, 0xC0).start;
    let with = |at: usize, byte: u8| {
        let mut file = file.clone();
        file[sof + at] = byte;
        file
    };
    let unsupported = Want::Error("Unsupported");
    let mut cases = Vec::new();
    for bits in [0, 1, 2, 7, 9, 10, 12, 16, 255] {
        cases.push(Case::new(format!("JPEG of {bits} bits"), unsupported, with(4, bits)));
        let mut extended = with(4, bits);
        extended[sof + 1] = 0xC1;
        cases.push(Case::new(format!("extended JPEG of {bits} bits"), unsupported, extended));
    }
    for marker in [0xC3, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF] {
        cases.push(Case::new(format!("JPEG of frame {marker:X}"), unsupported, with(1, marker)));
    }
    for count in [0, 2, 4, 5, 255] {
        let name = format!("JPEG that says {count} channels");
        cases.push(Case::new(name, Want::Error("Corrupt"), with(9, count)));
    }
    for factors in [0x00, 0x01, 0x10, 0x15, 0x51, 0xFF] {
        let name = format!("JPEG sampled {factors:02X}");
        cases.push(Case::new(name, Want::Error("Corrupt"), with(11, factors)));
    }
    cases
}

fn pngs() -> Vec<Case> {
    let mut cases = Vec::new();
    for (color, channels, depths) in PNG_COLOURS {
        for &depth in depths {
            for interlace in [0, 1] {
                let idat = zlib_stored(&rows(channels * u32::from(depth), interlace == 1));
                let header = ihdr(WIDTH_PX, HEIGHT_PX, depth, color, interlace);
                for (name, between) in between(color) {
                    let name = format!(
                        "PNG of colour {color}, depth {depth}, interlace {interlace}, {name}"
                    );
                    cases.push(Case::new(name, ORDINARY, png(&header, &between, &idat)));
                }
            }
        }
    }
    for (depth, color) in [(3, 2), (0, 0), (16, 3), (4, 2), (1, 6), (8, 1), (8, 5), (8, 7), (32, 2)]
    {
        let header = ihdr(WIDTH_PX, HEIGHT_PX, depth, color, 0);
        let file = png(&header, &[], &zlib_stored(&rows(32, false)));
        cases.push(Case::new(
            format!("PNG of colour {color}, depth {depth}"),
            Want::Error("Corrupt"),
            file,
        ));
    }
    cases
}

/// Palettes and transparency, as far as a colour type has them.
fn between(color: u8) -> Vec<(&'static str, Vec<u8>)> {
    let palette = chunk(b"PLTE", &[7; 6]);
    match color {
        0 => vec![("plain", vec![]), ("a grey see-through", chunk(b"tRNS", &[0, 0]))],
        2 => vec![("plain", vec![]), ("a colour see-through", chunk(b"tRNS", &[0; 6]))],
        3 => vec![
            ("plain", palette.clone()),
            ("see-through", [palette, chunk(b"tRNS", &[100])].concat()),
        ],
        _ => vec![("plain", vec![])],
    }
}

/// Rows of zeros, each with its filter byte; interlaced in seven passes (W3C PNG, 8.2).
fn rows(bits_per_pixel: u32, interlaced: bool) -> Vec<u8> {
    let passes: &[(u32, u32, u32, u32)] = if interlaced {
        &[
            (0, 0, 8, 8),
            (4, 0, 8, 8),
            (0, 4, 4, 8),
            (2, 0, 4, 4),
            (0, 2, 2, 4),
            (1, 0, 2, 2),
            (0, 1, 1, 2),
        ]
    } else {
        &[(0, 0, 1, 1)]
    };
    let bytes = |&(x, y, step_x, step_y): &(u32, u32, u32, u32)| {
        let width = (WIDTH_PX - x).div_ceil(step_x);
        (HEIGHT_PX - y).div_ceil(step_y) * (1 + (width * bits_per_pixel).div_ceil(8))
    };
    vec![0; passes.iter().map(bytes).sum::<u32>() as usize]
}
