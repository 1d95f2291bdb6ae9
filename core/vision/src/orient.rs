//! Turning and mirroring whole photos: the eight EXIF orientations and the detector's quarter
//! turns.

use image::metadata::Orientation;

use crate::geometry::{Point, Rect};
use crate::photo::Photo;

/// Side of the square tiles that a turn copies at a time, in pixels, so that reads and writes stay
/// in the cache.
const TILE_PX: usize = 32;

/// How far a photo was turned clockwise so that its faces stand upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// Not at all.
    #[default]
    None,
    /// 90 degrees clockwise.
    Quarter,
    /// 180 degrees.
    Half,
    /// 270 degrees clockwise.
    ThreeQuarters,
}

impl Turn {
    /// Degrees clockwise.
    #[must_use]
    pub fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Quarter => 90,
            Self::Half => 180,
            Self::ThreeQuarters => 270,
        }
    }

    /// The turn that undoes this one.
    pub(crate) fn inverse(self) -> Self {
        match self {
            Self::Quarter => Self::ThreeQuarters,
            Self::ThreeQuarters => Self::Quarter,
            same => same,
        }
    }

    /// The turned photo.
    #[must_use]
    pub fn apply(self, photo: &Photo) -> Photo {
        let orientation = match self {
            Self::None => Orientation::NoTransforms,
            Self::Quarter => Orientation::Rotate90,
            Self::Half => Orientation::Rotate180,
            Self::ThreeQuarters => Orientation::Rotate270,
        };
        remapped(photo, orientation)
    }

    /// Where a point of the turned photo lies in the photo before it was turned; `before` is that
    /// photo's size.
    pub(crate) fn undo_point(self, point: Point, before: (f32, f32)) -> Point {
        let ((width, height), Point { x, y }) = (before, point);
        match self {
            Self::None => point,
            Self::Quarter => Point { x: y, y: height - x },
            Self::Half => Point { x: width - x, y: height - y },
            Self::ThreeQuarters => Point { x: width - y, y: x },
        }
    }

    /// As [`Turn::undo_point`], for a box.
    pub(crate) fn undo_rect(self, rect: Rect, before: (f32, f32)) -> Rect {
        let corner = |point| self.undo_point(point, before);
        Rect::from_corners(corner(rect.top_left()), corner(rect.bottom_right()))
    }
}

/// `photo` as it looks once `orientation` is applied.
pub(crate) fn upright(photo: Photo, orientation: Orientation) -> Photo {
    match orientation {
        Orientation::NoTransforms => photo,
        other => remapped(&photo, other),
    }
}

/// Whether `orientation` exchanges width and height.
pub(crate) fn is_sideways(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

fn remapped(photo: &Photo, orientation: Orientation) -> Photo {
    let walk = Walk::new(photo, orientation);
    let mut rgb = vec![0; photo.rgb().len()];
    for tile_y in (0..walk.height).step_by(TILE_PX) {
        for tile_x in (0..walk.width).step_by(TILE_PX) {
            walk.copy_tile(photo.rgb(), &mut rgb, (tile_x, tile_y));
        }
    }
    Photo::from_parts(walk.width as u32, walk.height as u32, rgb)
}

/// Which source pixel each target pixel comes from: `start + x * step_x + y * step_y`, counted in
/// pixels.
struct Walk {
    width: usize,
    height: usize,
    start: isize,
    step_x: isize,
    step_y: isize,
}

impl Walk {
    fn new(photo: &Photo, orientation: Orientation) -> Self {
        let (w, h) = (photo.width_px() as isize, photo.height_px() as isize);
        let (turned, start, step_x, step_y) = match orientation {
            Orientation::NoTransforms => (false, 0, 1, w),
            Orientation::FlipHorizontal => (false, w - 1, -1, w),
            Orientation::Rotate180 => (false, w * h - 1, -1, -w),
            Orientation::FlipVertical => (false, (h - 1) * w, 1, -w),
            Orientation::Rotate90FlipH => (true, 0, w, 1),
            Orientation::Rotate90 => (true, (h - 1) * w, -w, 1),
            Orientation::Rotate270FlipH => (true, w * h - 1, -w, -1),
            Orientation::Rotate270 => (true, w - 1, w, -1),
        };
        let (width, height) = if turned { (h, w) } else { (w, h) };
        Self { width: width as usize, height: height as usize, start, step_x, step_y }
    }

    fn copy_tile(&self, from: &[u8], to: &mut [u8], (left, top): (usize, usize)) {
        let right = (left + TILE_PX).min(self.width);
        for y in top..(top + TILE_PX).min(self.height) {
            let row = &mut to[(y * self.width + left) * 3..(y * self.width + right) * 3];
            let mut source = self.start + left as isize * self.step_x + y as isize * self.step_y;
            for pixel in row.chunks_exact_mut(3) {
                let at = source as usize * 3;
                pixel.copy_from_slice(&from[at..at + 3]);
                source += self.step_x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, RgbImage};

    use super::*;
    use crate::testing::gradient;

    const ALL: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

    #[test] // `image` is the oracle: slow, but widely used.
    fn every_orientation_is_as_the_image_crate_does_it() {
        for (width_px, height_px) in [(1, 1), (5, 3), (33, 70), (64, 32)] {
            let photo = gradient(width_px, height_px);
            for exif in ALL {
                let orientation = Orientation::from_exif(exif).unwrap();
                let raw = RgbImage::from_raw(width_px, height_px, photo.rgb().to_vec()).unwrap();
                let mut want = DynamicImage::ImageRgb8(raw);
                want.apply_orientation(orientation);
                let got = upright(photo.clone(), orientation);
                assert_eq!((got.width_px(), got.height_px()), (want.width(), want.height()));
                assert_eq!(got.rgb(), want.as_bytes(), "EXIF {exif} at {width_px}x{height_px}");
            }
        }
    }

    #[test]
    fn a_turn_can_be_undone() {
        let photo = gradient(7, 5);
        for turn in [Turn::None, Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
            let turned = turn.apply(&photo);
            let centre = |x: u32, y: u32| Point { x: x as f32 + 0.5, y: y as f32 + 0.5 };
            for (x, y) in [(0, 0), (3, 1), (4, 4)] {
                let back = turn.undo_point(centre(x, y), (7.0, 5.0));
                let at = |photo: &Photo, x: u32, y: u32| {
                    let at = (y * photo.width_px() + x) as usize * 3;
                    photo.rgb()[at..at + 3].to_vec()
                };
                let want = at(&turned, x, y);
                assert_eq!(at(&photo, back.x as u32, back.y as u32), want, "{turn:?} {x},{y}");
            }
        }
    }

    #[test]
    fn a_box_keeps_its_area_when_a_turn_is_undone() {
        let rect = Rect { x: 1.0, y: 2.0, width: 3.0, height: 1.0 };
        let got = Turn::Quarter.undo_rect(rect, (10.0, 8.0));
        assert_eq!(got, Rect { x: 2.0, y: 4.0, width: 1.0, height: 3.0 });
    }
}
