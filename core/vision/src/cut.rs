//! Cutting a face out of a photo: upright, at a known size, with the way back.

use crate::align::{AlignError, Alignment, Similarity};
use crate::crop::PixelRect;
use crate::geometry::{Landmarks, Point, Rect};
use crate::photo::Photo;
use crate::resize::shrink;
use crate::warp::warp;

/// Below this scale, bilinear sampling would skip pixels: the photo is shrunk by area first.
const LEAST_WARP_SCALE: f32 = 0.5;

/// A square picture of a face, and where its pixels lie in the photo.
pub(crate) struct FaceCut {
    /// The picture; black where the photo has nothing.
    pub(crate) photo: Photo,
    /// From the shrunk part of the photo onto the picture.
    onto_cut: Similarity,
    part: Part,
}

/// A part of the photo, perhaps shrunk.
#[derive(Clone, Copy)]
struct Part {
    /// Its top left corner in the photo, in pixels.
    corner: Point,
    /// Pixels of the part for each pixel of the photo, along x and y.
    scale: (f32, f32),
}

impl FaceCut {
    /// Brings the face with `landmarks` onto the template of `alignment`.
    ///
    /// # Errors
    /// [`AlignError`] if the landmarks span nothing or the face lies outside the photo.
    pub(crate) fn new(
        photo: &Photo,
        landmarks: &Landmarks,
        alignment: &Alignment,
    ) -> Result<Self, AlignError> {
        let &Alignment { ref template, side_px } = alignment;
        let onto_cut = Similarity::fit(landmarks, template)?;
        let region = sampled_region(photo, onto_cut, side_px)?;
        if onto_cut.scale() >= LEAST_WARP_SCALE {
            let photo = warp(photo, onto_cut, side_px);
            return Ok(Self { photo, onto_cut, part: Part::WHOLE });
        }
        let (small, part) = Part::shrink(photo, region, onto_cut.scale());
        let onto_cut = Similarity::fit(&landmarks.map(|point| part.of_photo(point)), template)?;
        Ok(Self { photo: warp(&small, onto_cut, side_px), onto_cut, part })
    }

    /// Where a point of the picture lies in the photo.
    pub(crate) fn in_photo(&self, point: Point) -> Point {
        self.part.in_photo(self.onto_cut.inverse().apply(point))
    }
}

/// The part of the photo that the cut is sampled from.
fn sampled_region(
    photo: &Photo,
    onto_cut: Similarity,
    side_px: u32,
) -> Result<PixelRect, AlignError> {
    let inverse = onto_cut.inverse();
    let side = side_px as f32;
    let corners = [(0.0, 0.0), (side, 0.0), (0.0, side), (side, side)]
        .map(|(x, y)| inverse.apply(Point { x, y }));
    let (low, high) = corners.iter().fold((corners[0], corners[0]), |(low, high), corner| {
        let low = Point { x: low.x.min(corner.x), y: low.y.min(corner.y) };
        (low, Point { x: high.x.max(corner.x), y: high.y.max(corner.y) })
    });
    // One target pixel more on each side, so that no sample feels the cut.
    let margin = 1.0 + 1.0 / onto_cut.scale();
    let low = Point { x: low.x - margin, y: low.y - margin };
    let high = Point { x: high.x + margin, y: high.y + margin };
    let size = (photo.width_px(), photo.height_px());
    PixelRect::within(size, Rect::from_corners(low, high)).ok_or(AlignError::OutsidePhoto)
}

impl Part {
    const WHOLE: Self = Self { corner: Point { x: 0.0, y: 0.0 }, scale: (1.0, 1.0) };

    /// The part `region` of `photo` shrunk by about `scale`.
    fn shrink(photo: &Photo, region: PixelRect, scale: f32) -> (Photo, Self) {
        let part = region.cut(photo);
        let target = |side: u32| (side as f32 * scale).round().max(1.0) as u32;
        let small = shrink(&part, target(part.width_px()), target(part.height_px()));
        let scale_x = small.width_px() as f32 / part.width_px() as f32;
        let scale_y = small.height_px() as f32 / part.height_px() as f32;
        let corner = Point { x: region.x as f32, y: region.y as f32 };
        (small, Self { corner, scale: (scale_x, scale_y) })
    }

    // Whole numbers name pixel centres, so half a pixel is added before scaling and taken off
    // after.
    fn of_photo(self, Point { x, y }: Point) -> Point {
        Point {
            x: (x - self.corner.x + 0.5) * self.scale.0 - 0.5,
            y: (y - self.corner.y + 0.5) * self.scale.1 - 0.5,
        }
    }

    fn in_photo(self, Point { x, y }: Point) -> Point {
        Point {
            x: (x + 0.5) / self.scale.0 - 0.5 + self.corner.x,
            y: (y + 0.5) / self.scale.1 - 0.5 + self.corner.y,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::gradient;

    #[test] // Both with and without shrinking first.
    fn the_way_back_leads_to_the_landmarks() {
        let alignment = Alignment::ARCFACE_112;
        for scale in [0.4, 1.0, 1.7, 2.5, 6.3] {
            let landmarks = alignment.template.map(|Point { x, y }| Point {
                x: (x * 0.9 - y * 0.2) * scale + 60.0,
                y: (x * 0.2 + y * 0.9) * scale + 40.0,
            });
            let cut = FaceCut::new(&gradient(900, 800), &landmarks, &alignment).unwrap();
            for (point, want) in alignment.template.iter().zip(landmarks) {
                let off = cut.in_photo(*point).distance_px(want);
                assert!(off < 0.02 * scale.max(1.0), "{scale}: {off} pixels off");
            }
        }
    }
}
