//! Where a face lies in its photo.

use crate::detect::Face;
use crate::geometry::Point;

/// Distance from the eyes to the chin over that from the eyes to the mouth, in the canonical face
/// model of MediaPipe (chin: vertex 152).
const CHIN_TO_MOUTH: f32 = 1.726;

/// Where a face lies in its photo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Framing {
    /// Distance between the eyes, in pixels of the applicant's photo.
    pub(super) inter_eye_px: f32,
    /// Distance from the eyes to the chin over the height of the photo.
    pub(super) head: f32,
    /// The larger of the box's width and height, each as a share of the photo's.
    pub(super) filled: f32,
    /// The larger distance of the box's centre from the photo's, across or down, each as a share of
    /// the photo's width or height: 0 in the middle, 0.5 at the edge.
    pub(super) off_centre: f32,
    /// Room around the face.
    pub(super) room: Room,
}

/// Distances to the edges of the photo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Room {
    /// From the left eye of the picture to the left edge, in inter-eye distances.
    pub(super) left: f32,
    /// From the right eye of the picture to the right edge, in inter-eye distances.
    pub(super) right: f32,
    /// From between the eyes to the upper edge, in distances from there to the chin.
    pub(super) above: f32,
    /// From between the eyes to the lower edge, in distances from there to the chin.
    pub(super) below: f32,
}

impl Room {
    /// Least room on any side over what the face itself takes there: 1 where its outline touches an
    /// edge of the photo, less where it is cut off.
    ///
    /// Measured with YuNet on 200 photos of LFW that were cut along the box of the face.
    pub(super) fn beyond_face(&self) -> f32 {
        let sides = [(self.left, 0.3), (self.right, 0.3), (self.above, 0.5), (self.below, 0.95)];
        sides.map(|(room, face)| room / face).into_iter().fold(f32::INFINITY, f32::min)
    }
}

impl Framing {
    /// Where `face` lies in a photo of `size_px`, width and height, of which each pixel stands for
    /// `scale` of the applicant's.
    pub(super) fn of(face: &Face, size_px: (u32, u32), scale: f32) -> Self {
        let (width, height) = (size_px.0 as f32, size_px.1 as f32);
        let [left_eye, right_eye, _, left_mouth, right_mouth] = face.landmarks;
        let eyes = midpoint(left_eye, right_eye);
        let chin_px = eyes.distance_px(midpoint(left_mouth, right_mouth)) * CHIN_TO_MOUTH;
        let inter_eye_px = face.inter_eye_distance_px();
        let rect = face.rect;
        let centre = midpoint(rect.top_left(), rect.bottom_right());
        Self {
            inter_eye_px: inter_eye_px * scale,
            head: chin_px / height,
            filled: (rect.width / width).max(rect.height / height),
            off_centre: (centre.x / width - 0.5).abs().max((centre.y / height - 0.5).abs()),
            room: Room {
                left: left_eye.x / inter_eye_px,
                right: (width - right_eye.x) / inter_eye_px,
                above: eyes.y / chin_px,
                below: (height - eyes.y) / chin_px,
            },
        }
    }
}

/// The point halfway between two.
pub(super) fn midpoint(a: Point, b: Point) -> Point {
    Point { x: (a.x + b.x) / 2.0, y: (a.y + b.y) / 2.0 }
}
