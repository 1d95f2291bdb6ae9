//! The face, cut out and shrunk to a size at which every measure is cheap.

use crate::crop::PixelRect;
use crate::geometry::{Landmarks, Point, Rect};
use crate::photo::Photo;
use crate::resize::shrink;

use super::framing::midpoint;

/// Longest side of a patch, in pixels: what the embedding network sees of a face is no larger.
const LONGEST_SIDE_PX: u32 = 128;

/// The box of a face as far as the photo reaches, shrunk by area to at most 128 pixels a side and
/// never enlarged. Without pixels if no part of the face lies in the photo.
#[derive(Debug, Default)]
pub(super) struct FacePatch {
    pub(super) width: usize,
    /// Row by row from the top.
    pub(super) pixels: Vec<Pixel>,
}

/// One pixel of a patch.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Pixel {
    /// BT.709 luma of the sRGB values as stored: even steps to the eye.
    pub(super) luma: u8,
    /// BT.709 relative luminance of the linear light, 255 for white: what ISO/IEC 29794-5 counts.
    pub(super) luminance: u8,
    /// Which part of the face it shows.
    pub(super) part: Part,
}

/// Where a pixel lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// Outside the ellipse that the face's box holds.
    #[default]
    Background,
    /// In the ellipse, left of the line from between the eyes to the middle of the mouth.
    Left,
    /// In the ellipse, right of that line.
    Right,
}

impl FacePatch {
    /// Cuts the face with `rect` and `landmarks`, in pixels of `photo`, out of `photo`.
    pub(super) fn cut(photo: &Photo, rect: Rect, landmarks: &Landmarks) -> Self {
        let size = (photo.width_px(), photo.height_px());
        let Some(region) = PixelRect::within(size, rect) else { return Self::default() };
        let (width_px, height_px) = fitted(region);
        let small = shrink(&region.cut(photo), width_px, height_px);
        let outline = Outline::new(rect, landmarks, region, (width_px, height_px));
        let linear = linear_light();
        let pixels = small.rgb().chunks_exact(3).enumerate().map(|(index, rgb)| {
            let (x, y) = (index % width_px as usize, index / width_px as usize);
            let rgb = [rgb[0], rgb[1], rgb[2]];
            Pixel {
                luma: weighted(rgb.map(f32::from)),
                luminance: weighted(rgb.map(|value| linear[usize::from(value)])),
                part: outline.part_at(x, y),
            }
        });
        Self { width: width_px as usize, pixels: pixels.collect() }
    }

    /// The pixels that show the face.
    pub(super) fn face(&self) -> impl Iterator<Item = &Pixel> {
        self.pixels.iter().filter(|pixel| pixel.part != Part::Background)
    }
}

/// `region` shrunk to the size of a patch.
fn fitted(region: PixelRect) -> (u32, u32) {
    let longest = region.width.max(region.height);
    if longest <= LONGEST_SIDE_PX {
        return (region.width, region.height);
    }
    let side = |px: u32| (px * LONGEST_SIDE_PX).div_ceil(longest);
    (side(region.width), side(region.height))
}

/// The BT.709 sum of red, green and blue, rounded.
fn weighted([red, green, blue]: [f32; 3]) -> u8 {
    (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.5) as u8
}

/// Linear light for each sRGB value (IEC 61966-2-1), both 0 to 255.
fn linear_light() -> [f32; 256] {
    std::array::from_fn(|value| {
        let value = value as f32 / 255.0;
        let linear =
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        linear * 255.0
    })
}

/// Where the face lies in the photo, and how patch pixels map to it.
struct Outline {
    rect: Rect,
    /// Between the eyes.
    brow: Point,
    /// Middle of the mouth.
    mouth: Point,
    region: PixelRect,
    /// Photo pixels to a patch pixel, across and down.
    step_px: (f32, f32),
}

impl Outline {
    fn new(rect: Rect, landmarks: &Landmarks, region: PixelRect, size_px: (u32, u32)) -> Self {
        let brow = midpoint(landmarks[0], landmarks[1]);
        let mouth = midpoint(landmarks[3], landmarks[4]);
        let step = |source: u32, target: u32| source as f32 / target as f32;
        let step_px = (step(region.width, size_px.0), step(region.height, size_px.1));
        Self { rect, brow, mouth, region, step_px }
    }

    fn part_at(&self, x: usize, y: usize) -> Part {
        let at = Point {
            x: self.region.x as f32 + (x as f32 + 0.5) * self.step_px.0,
            y: self.region.y as f32 + (y as f32 + 0.5) * self.step_px.1,
        };
        let across = (at.x - self.rect.x) / self.rect.width * 2.0 - 1.0;
        let down = (at.y - self.rect.y) / self.rect.height * 2.0 - 1.0;
        if across * across + down * down > 1.0 {
            return Part::Background;
        }
        let side = (self.mouth.x - self.brow.x) * (at.y - self.brow.y)
            - (self.mouth.y - self.brow.y) * (at.x - self.brow.x);
        if side > 0.0 { Part::Left } else { Part::Right }
    }
}
