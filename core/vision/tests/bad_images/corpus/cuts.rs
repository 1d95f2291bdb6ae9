//! Files that stop before their end: no interrupted upload may become a picture.

use super::container::{chunk, chunks, place_of, segments};
use super::{Case, Want, good};

/// Places in each file, beside those that its format has.
const PLACES: usize = 120;

pub(super) fn cut_off() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, file) in good::files() {
        for end in ends(&file) {
            let name = format!("{name}, {end} of {} bytes", file.len());
            cases.push(Case::new(name, Want::Refused, &file[..end]));
        }
    }
    cases
}

/// As if somebody had put an end to it: the last segment, chunk or length is made to fit.
pub(super) fn cut_and_closed() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, file) in good::files() {
        let (least, why) = last_that_counts(name, &file);
        for end in ends(&file).into_iter().filter(|end| *end > 20) {
            let want = if end < least { Want::Refused } else { Want::Either(why) };
            cases.push(Case::new(format!("{name}, closed at {end}"), want, closed(&file[..end])));
        }
    }
    cases
}

fn closed(cut: &[u8]) -> Vec<u8> {
    match cut {
        [0xFF, ..] => [cut, &[0xFF, 0xD9]].concat(),
        [0x89, ..] => [cut, &chunk(b"IEND", &[])].concat(),
        _ => with_lengths(cut),
    }
}

/// From which byte on a cut that was closed may be overlooked, and why.
fn last_that_counts(name: &str, file: &[u8]) -> (usize, &'static str) {
    let end = file.len();
    if name.starts_with("progressive") {
        return (
            place_of(file, 0xDA).start,
            "a progressive picture may end after any of its scans",
        );
    }
    match file {
        [0xFF, ..] => {
            (end - 100, "the zeros that the decoder may read ahead stand for the last few blocks")
        }
        [0x89, ..] => (end - 12, "nothing is missing but the end's own bytes"),
        _ if name.starts_with("lossy") => (20, "the rest is zeros, more of them than are read"),
        _ => (end - 4, "the last bytes are padding"),
    }
}

/// A WebP whose lengths are those of the bytes that are there.
fn with_lengths(cut: &[u8]) -> Vec<u8> {
    let mut file = cut.to_vec();
    let length = (cut.len() as u32 - 8).to_le_bytes();
    file[4..8].copy_from_slice(&length);
    let mut at = 12;
    while let Some(header) = cut.get(at..at + 8) {
        let stated = u32::from_le_bytes(header[4..].try_into().expect("four bytes")) as usize;
        let there = cut.len() - at - 8;
        if stated >= there {
            file[at + 4..at + 8].copy_from_slice(&(there as u32).to_le_bytes());
        }
        at += 8 + stated + stated % 2;
    }
    file
}

/// Where to cut: around each marker, segment and chunk, through the headers, and evenly over all of it.
fn ends(file: &[u8]) -> Vec<usize> {
    let borders: Vec<usize> = match file {
        [0xFF, ..] => segments(file).into_iter().flat_map(|(_, at)| around(at.start)).collect(),
        [0x89, ..] => chunks(file).into_iter().flat_map(|(_, at)| around(at.start)).collect(),
        _ => (0..60).collect(),
    };
    let even = (0..PLACES).map(|n| file.len() * n / PLACES);
    let last = file.len().saturating_sub(12)..file.len();
    let mut ends: Vec<usize> = borders.into_iter().chain(even).chain(0..24).chain(last).collect();
    ends.sort_unstable();
    ends.dedup();
    ends.retain(|end| *end < file.len());
    ends
}

fn around(start: usize) -> impl Iterator<Item = usize> {
    // Before the marker, within it, behind it, within and behind its length, and into its body.
    (start..start + 6).chain([start + 8, start + 12])
}
