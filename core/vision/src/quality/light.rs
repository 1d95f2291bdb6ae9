//! How a face is lit.

use std::ops::RangeInclusive;

use super::patch::{FacePatch, Part, Pixel};

/// Luminance of a dark pixel, of 255 (ISO/IEC 29794-5). It is linear light: the sRGB value is 88.
const DARK: RangeInclusive<u8> = 0..=25;

/// Luminance of a burnt-out pixel, of 255 (ISO/IEC 29794-5). The sRGB value is 252.
const BURNT_OUT: RangeInclusive<u8> = 247..=255;

/// Least luminance of a reflection, of 255. The sRGB value is 242: JPEG leaves ripples around white.
const LEAST_GLARE: u8 = 225;

/// Side of the cells in which reflections are looked for, in pixels of the patch, and how much of a
/// cell one must fill: eyes, teeth and flecks do not.
const CELL_SIDE_PX: usize = 6;
const LEAST_CELL_PX: usize = CELL_SIDE_PX * CELL_SIDE_PX * 3 / 4;

/// Luminance levels to one bin of the histograms that are compared between the halves: a patch has
/// too few pixels for 256 bins.
const LEVELS_PER_BIN: usize = 8;

/// How a face is lit; shares are those of the face's pixels, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Light {
    /// Share of dark pixels.
    pub(super) dark: f32,
    /// Share of burnt-out pixels.
    pub(super) burnt_out: f32,
    /// Share of pixels under reflections: bright patches, not flecks.
    pub(super) glare: f32,
    /// Luma at the 95th percentile, of 255.
    pub(super) highlight: u8,
    /// Median luminance, of 255.
    pub(super) median: u8,
    /// Entropy of the luminance histogram, in bits, 0 to 8.
    pub(super) entropy_bits: f32,
    /// Luma from the 5th to the 95th percentile, of 255.
    pub(super) contrast: u8,
    /// Overlap of the luminance histograms of the two halves, 0 to 1.
    pub(super) overlap: f32,
    /// Mean luminance of the darker half over that of the brighter, 0 to 1.
    pub(super) balance: f32,
}

impl Light {
    /// Reads the light off `patch`; one without a face is as dark and as burnt out as can be.
    pub(super) fn of(patch: &FacePatch) -> Self {
        let of_part = |part| patch.pixels.iter().filter(move |pixel| pixel.part == part);
        let luminance = |part| Histogram::of(of_part(part).map(|pixel| pixel.luminance));
        let (left, right) = (luminance(Part::Left), luminance(Part::Right));
        let face = left.plus(&right);
        let luma = Histogram::of(patch.face().map(|pixel| pixel.luma));
        Self {
            dark: face.share(DARK),
            burnt_out: face.share(BURNT_OUT),
            glare: glare(patch),
            highlight: luma.percentile(95),
            median: face.percentile(50),
            entropy_bits: face.entropy_bits(),
            contrast: luma.percentile(95) - luma.percentile(5),
            overlap: left.overlap(&right),
            balance: left.balance(&right),
        }
    }
}

/// How many pixels have each level.
struct Histogram {
    counts: [u32; 256],
    pixels: u32,
}

impl Histogram {
    fn of(levels: impl Iterator<Item = u8>) -> Self {
        let mut counts = [0; 256];
        levels.for_each(|level| counts[usize::from(level)] += 1);
        Self { counts, pixels: counts.iter().sum() }
    }

    fn plus(&self, other: &Self) -> Self {
        let counts = std::array::from_fn(|level| self.counts[level] + other.counts[level]);
        Self { counts, pixels: self.pixels + other.pixels }
    }

    /// `count` as a share of all pixels; 1 if there are none.
    fn of_all(&self, count: u32) -> f32 {
        if self.pixels > 0 { count as f32 / self.pixels as f32 } else { 1.0 }
    }

    fn share(&self, levels: RangeInclusive<u8>) -> f32 {
        self.of_all(levels.map(|level| self.counts[usize::from(level)]).sum())
    }

    /// The least level with `percent` of the pixels at or below it.
    fn percentile(&self, percent: u64) -> u8 {
        let wanted = u64::from(self.pixels) * percent;
        let mut seen = 0;
        let reaches = |&count: &u32| {
            seen += u64::from(count) * 100;
            seen >= wanted
        };
        self.counts.iter().position(reaches).unwrap_or_default() as u8
    }

    fn entropy_bits(&self) -> f32 {
        let shares = self.counts.iter().filter(|&&count| count > 0).map(|&n| self.of_all(n));
        shares.map(|share| -share * share.log2()).sum()
    }

    /// Shares of all pixels in wider bins.
    fn bins(&self) -> impl Iterator<Item = f32> {
        let bins = self.counts.chunks_exact(LEVELS_PER_BIN);
        bins.map(|bin| if self.pixels > 0 { self.of_all(bin.iter().sum()) } else { 0.0 })
    }

    /// Histogram intersection (Swain and Ballard, 1991).
    fn overlap(&self, other: &Self) -> f32 {
        self.bins().zip(other.bins()).map(|(a, b)| a.min(b)).sum()
    }

    fn mean(&self) -> f32 {
        let weighted = self.counts.iter().zip(0_u64..).map(|(&n, level)| u64::from(n) * level);
        weighted.sum::<u64>() as f32 / self.pixels.max(1) as f32
    }

    fn balance(&self, other: &Self) -> f32 {
        let (a, b) = (self.mean(), other.mean());
        if a.max(b) > 0.0 { a.min(b) / a.max(b) } else { 1.0 }
    }
}

/// Share of the face that reflections cover.
fn glare(patch: &FacePatch) -> f32 {
    let shines = |pixel: &&Pixel| pixel.part != Part::Background && pixel.luminance >= LEAST_GLARE;
    let rows: Vec<_> = patch.pixels.chunks_exact(patch.width.max(1)).collect();
    let columns = || (0..patch.width / CELL_SIDE_PX).map(|column| column * CELL_SIDE_PX);
    let cells = rows.chunks_exact(CELL_SIDE_PX).flat_map(|band| {
        let cell = move |x: usize| band.iter().flat_map(move |row| &row[x..x + CELL_SIDE_PX]);
        columns().map(move |x| cell(x).filter(shines).count())
    });
    let covered: usize = cells.filter(|&count| count >= LEAST_CELL_PX).sum();
    covered as f32 / patch.face().count().max(1) as f32
}
