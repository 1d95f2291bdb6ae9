//! Fitting a photo into the network's input and finding the way back.

use std::borrow::Cow;

use super::{Face, Look};
use crate::geometry::{Point, Rect};
use crate::orient::Turn;
use crate::photo::Photo;
use crate::picture::{Normalisation, Picture};
use crate::resize::shrink;

/// The network halves its input five times.
const SIDE_MULTIPLE_PX: usize = 32;

/// A photo shrunk for some looks.
pub(super) struct Shrunk {
    long_side_px: u32,
    small: Photo,
    /// Pixels of the photo for each pixel of the shrunk one, along x and y.
    scale: (f32, f32),
}

impl Shrunk {
    /// Shrinks `photo` to `long_side_px`; never enlarges it.
    pub(super) fn new(photo: &Photo, long_side_px: u32) -> Self {
        let factor = f64::from(long_side_px) / f64::from(photo.long_side_px());
        let target = |side: u32| (f64::from(side) * factor.min(1.0)).round() as u32;
        let small = shrink(photo, target(photo.width_px()), target(photo.height_px()));
        let scale = |from: u32, to: u32| from as f32 / to as f32;
        let scale = (
            scale(photo.width_px(), small.width_px()),
            scale(photo.height_px(), small.height_px()),
        );
        Self { long_side_px, small, scale }
    }

    /// Whether it has the size that `look` wants.
    pub(super) fn serves(&self, look: Look) -> bool {
        self.long_side_px == look.long_side_px
    }
}

/// A shrunk photo turned for one look, at the top left of a black canvas.
pub(super) struct Letterbox<'a> {
    turn: Turn,
    shrunk: &'a Shrunk,
    seen: Cow<'a, Photo>,
}

impl<'a> Letterbox<'a> {
    pub(super) fn new(shrunk: &'a Shrunk, turn: Turn) -> Self {
        let seen = match turn {
            Turn::None => Cow::Borrowed(&shrunk.small),
            other => Cow::Owned(other.apply(&shrunk.small)),
        };
        Self { turn, shrunk, seen }
    }

    /// What the network sees: blue, green and red, 0 to 255, sides padded to multiples of 32.
    pub(super) fn picture(&self) -> Picture<'_> {
        Picture::of(&self.seen, Normalisation::BGR_BYTES).padded_to_multiples_of(SIDE_MULTIPLE_PX)
    }

    /// A face on the canvas as it lies in the photo.
    pub(super) fn in_photo(&self, face: &Face) -> Face {
        let Shrunk { small, scale, .. } = self.shrunk;
        let size = (small.width_px() as f32, small.height_px() as f32);
        let point = |point: Point| {
            let Point { x, y } = self.turn.undo_point(point, size);
            Point { x: x * scale.0, y: y * scale.1 }
        };
        let rect = |rect: Rect| {
            let rect = self.turn.undo_rect(rect, size);
            Rect {
                x: rect.x * scale.0,
                y: rect.y * scale.1,
                width: rect.width * scale.0,
                height: rect.height * scale.1,
            }
        };
        face.map(rect, point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::gradient;

    #[test]
    fn a_photo_is_shrunk_turned_and_padded_and_never_enlarged() {
        struct Case {
            photo: (u32, u32),
            turn: Turn,
            want: (usize, usize),
        }
        let cases = [
            Case { photo: (250, 250), turn: Turn::None, want: (256, 256) },
            Case { photo: (970, 2204), turn: Turn::None, want: (288, 640) },
            Case { photo: (970, 2204), turn: Turn::Quarter, want: (640, 288) },
            Case { photo: (640, 427), turn: Turn::Half, want: (640, 448) },
            Case { photo: (8192, 32), turn: Turn::None, want: (640, 32) },
        ];
        for Case { photo: (width_px, height_px), turn, want } in cases {
            let shrunk = Shrunk::new(&gradient(width_px, height_px), 640);
            let letterbox = Letterbox::new(&shrunk, turn);
            let picture = letterbox.picture();
            assert_eq!((picture.width_px(), picture.height_px()), want, "{width_px}x{height_px}");
        }
    }
}
