//! A face that was found.

use crate::geometry::{Landmarks, Point, Rect};

/// A face in a photo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// Forehead to chin, ear to ear, in pixels of the upright photo. It may reach beyond the photo.
    pub rect: Rect,
    /// Eyes, nose and mouth, in pixels of the upright photo.
    pub landmarks: Landmarks,
    /// How sure the detector is, 0 to 1.
    pub score: f32,
}

impl Face {
    /// Distance between the two eyes, in pixels of the upright photo.
    #[must_use]
    pub fn inter_eye_distance_px(&self) -> f32 {
        self.landmarks[0].distance_px(self.landmarks[1])
    }

    pub(super) fn is_finite(&self) -> bool {
        self.rect.is_finite() && self.landmarks.iter().all(|point| point.is_finite())
    }

    /// The same face with each place moved.
    pub(crate) fn map(&self, rect: impl Fn(Rect) -> Rect, point: impl Fn(Point) -> Point) -> Self {
        Self { rect: rect(self.rect), landmarks: self.landmarks.map(point), score: self.score }
    }
}
