//! Fitting a photo into the network's input and finding the way back.

use super::{Face, Look};
use crate::geometry::{Point, Rect};
use crate::model::Tensor;
use crate::photo::Photo;
use crate::resize::shrink;

/// The network halves its input five times.
const SIDE_MULTIPLE_PX: u32 = 32;

/// A photo shrunk and turned for one look, at the top left of a black canvas.
pub(super) struct Letterbox {
    look: Look,
    /// Shrunk and turned.
    seen: Photo,
    /// Size once shrunk, before it is turned.
    shrunk: (f32, f32),
    /// Pixels of the photo for each pixel of the shrunk one, along x and y.
    scale: (f32, f32),
}

impl Letterbox {
    pub(super) fn new(photo: &Photo, look: Look) -> Self {
        let factor = f64::from(look.long_side_px) / f64::from(photo.long_side_px());
        let target = |side: u32| (f64::from(side) * factor.min(1.0)).round() as u32;
        let small = shrink(photo, target(photo.width_px()), target(photo.height_px()));
        let shrunk = (small.width_px() as f32, small.height_px() as f32);
        let scale = (photo.width_px() as f32 / shrunk.0, photo.height_px() as f32 / shrunk.1);
        Self { look, seen: look.turn.apply(&small), shrunk, scale }
    }

    /// Width and height of the canvas, in pixels: multiples of 32.
    pub(super) fn canvas(&self) -> (usize, usize) {
        let padded = |side: u32| side.next_multiple_of(SIDE_MULTIPLE_PX) as usize;
        (padded(self.seen.width_px()), padded(self.seen.height_px()))
    }

    /// The canvas as `[1, 3, H, W]`: blue, green and red planes, 0 to 255.
    pub(super) fn input(&self) -> Tensor {
        let (width, height) = self.canvas();
        let mut planes = vec![0.0; 3 * width * height];
        for (plane, channel) in planes.chunks_exact_mut(width * height).zip([2, 1, 0]) {
            for (to, from) in plane.chunks_exact_mut(width).zip(self.seen.rows()) {
                for (to, pixel) in to.iter_mut().zip(from.chunks_exact(3)) {
                    *to = f32::from(pixel[channel]);
                }
            }
        }
        Tensor::new(&[1, 3, height, width], planes).expect("three planes of the canvas's size")
    }

    /// A face on the canvas as it lies in the photo.
    pub(super) fn in_photo(&self, face: &Face) -> Face {
        let point = |point: Point| {
            let Point { x, y } = self.look.turn.undo_point(point, self.shrunk);
            Point { x: x * self.scale.0, y: y * self.scale.1 }
        };
        let rect = |rect: Rect| {
            let rect = self.look.turn.undo_rect(rect, self.shrunk);
            Rect {
                x: rect.x * self.scale.0,
                y: rect.y * self.scale.1,
                width: rect.width * self.scale.0,
                height: rect.height * self.scale.1,
            }
        };
        face.map(rect, point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orient::Turn;
    use crate::testing::gradient;

    #[test]
    fn the_canvas_is_padded_and_never_larger_than_needed() {
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
            let look = Look { long_side_px: 640, turn };
            let letterbox = Letterbox::new(&gradient(width_px, height_px), look);
            assert_eq!(letterbox.canvas(), want, "{width_px}x{height_px}");
            let input = letterbox.input();
            assert_eq!(input.shape(), [1, 3, want.1, want.0]);
        }
    }

    #[test]
    fn planes_are_blue_green_red_and_padding_is_black() {
        let photo = Photo::from_rgb(33, 32, [10, 20, 30].repeat(33 * 32)).unwrap();
        let input = Letterbox::new(&photo, Look::FIRST).input();
        let (width, plane) = (64, 64 * 32);
        assert_eq!([0, 1, 2].map(|index| input.data()[index * plane]), [30.0, 20.0, 10.0]);
        assert_eq!(input.data()[32], 30.0);
        assert_eq!(input.data()[33], 0.0);
        assert_eq!(input.data()[width + 33], 0.0);
    }
}
