//! How the photo at hand relates to the photo that is judged.

use crate::detect::Face;
use crate::orient::Turn;
use crate::photo::Photo;

/// What is not seen in the pixels that are measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// How the photo must be turned so that its faces stand upright: a photo that lies on its side
    /// is no fault of the pose.
    pub turn: Turn,
    /// Pixels of the applicant's photo to a pixel of this one, which may have been shrunk for
    /// detection.
    pub scale: f32,
}

impl Default for View {
    /// Upright, not shrunk.
    fn default() -> Self {
        Self { turn: Turn::None, scale: 1.0 }
    }
}

impl View {
    /// The face as it lies in the turned photo, and that photo's size.
    pub(super) fn upright(self, photo: &Photo, face: &Face) -> (Face, (u32, u32)) {
        let (width, height) = (photo.width_px(), photo.height_px());
        let size = match self.turn {
            Turn::None | Turn::Half => (width, height),
            Turn::Quarter | Turn::ThreeQuarters => (height, width),
        };
        let (back, turned) = (self.turn.inverse(), (size.0 as f32, size.1 as f32));
        let face =
            face.map(|rect| back.undo_rect(rect, turned), |point| back.undo_point(point, turned));
        (face, size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Point, Rect};
    use crate::testing::gradient;

    #[test]
    fn a_face_is_turned_with_its_photo() {
        let photo = gradient(100, 60);
        let face = Face {
            rect: Rect { x: 10.0, y: 20.0, width: 30.0, height: 40.0 },
            landmarks: [Point { x: 10.0, y: 20.0 }; 5],
            score: 0.9,
        };
        struct Case {
            turn: Turn,
            size: (u32, u32),
            rect: [f32; 4],
            eye: (f32, f32),
        }
        let cases = [
            Case {
                turn: Turn::None,
                size: (100, 60),
                rect: [10.0, 20.0, 30.0, 40.0],
                eye: (10.0, 20.0),
            },
            Case {
                turn: Turn::Quarter,
                size: (60, 100),
                rect: [0.0, 10.0, 40.0, 30.0],
                eye: (40.0, 10.0),
            },
            Case {
                turn: Turn::Half,
                size: (100, 60),
                rect: [60.0, 0.0, 30.0, 40.0],
                eye: (90.0, 40.0),
            },
            Case {
                turn: Turn::ThreeQuarters,
                size: (60, 100),
                rect: [20.0, 60.0, 40.0, 30.0],
                eye: (20.0, 90.0),
            },
        ];
        for Case { turn, size, rect: [x, y, width, height], eye } in cases {
            let (got, got_size) = View { turn, scale: 1.0 }.upright(&photo, &face);
            assert_eq!(got_size, size, "{turn:?}");
            assert_eq!(got.rect, Rect { x, y, width, height }, "{turn:?}");
            assert_eq!(got.landmarks[0], Point { x: eye.0, y: eye.1 }, "{turn:?}");
        }
    }
}
