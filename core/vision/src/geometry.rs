//! Points and boxes in pixels. The origin is the top left corner of the photo, x grows right, y
//! grows down.

/// A position in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// Pixels from the left side of the photo.
    pub x: f32,
    /// Pixels from the top side of the photo.
    pub y: f32,
}

impl Point {
    /// Distance to `other`, in pixels.
    #[must_use]
    pub fn distance_px(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    pub(crate) fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

/// Five points of a face, as seen with the face upright: left eye, right eye, nose tip, left and
/// right mouth corner.
///
/// Left and right are those of the picture, not of the person.
pub type Landmarks = [Point; 5];

/// An upright box in pixels. It may reach beyond the photo.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left side.
    pub x: f32,
    /// Top side.
    pub y: f32,
    /// Extent to the right.
    pub width: f32,
    /// Extent down.
    pub height: f32,
}

impl Rect {
    /// The smallest box that holds both corners, whatever their order.
    #[must_use]
    pub fn from_corners(a: Point, b: Point) -> Self {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        Self { x, y, width: (a.x - b.x).abs(), height: (a.y - b.y).abs() }
    }

    /// Top left corner.
    #[must_use]
    pub fn top_left(self) -> Point {
        Point { x: self.x, y: self.y }
    }

    /// Bottom right corner.
    #[must_use]
    pub fn bottom_right(self) -> Point {
        Point { x: self.x + self.width, y: self.y + self.height }
    }

    /// Area in square pixels; 0 for a box without extent.
    #[must_use]
    pub fn area(self) -> f32 {
        self.width.max(0.0) * self.height.max(0.0)
    }

    /// Intersection over union, in 0..=1; 0 if the boxes do not touch or have no area.
    #[must_use]
    pub fn iou(self, other: Self) -> f32 {
        let shared = self.overlap(other);
        let union = self.area() + other.area() - shared;
        if union > 0.0 { shared / union } else { 0.0 }
    }

    /// Area that both boxes cover, in square pixels.
    fn overlap(self, other: Self) -> f32 {
        let (a, b) = (self.bottom_right(), other.bottom_right());
        let width = a.x.min(b.x) - self.x.max(other.x);
        let height = a.y.min(b.y) - self.y.max(other.y);
        width.max(0.0) * height.max(0.0)
    }

    pub(crate) fn is_finite(self) -> bool {
        self.top_left().is_finite() && self.bottom_right().is_finite()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iou_of_boxes() {
        struct Case {
            other: [f32; 4],
            want: f32,
        }
        let cases = [
            Case { other: [0.0, 0.0, 10.0, 10.0], want: 1.0 },
            Case { other: [5.0, 0.0, 10.0, 10.0], want: 50.0 / 150.0 },
            Case { other: [10.0, 0.0, 10.0, 10.0], want: 0.0 },
            Case { other: [2.0, 2.0, 5.0, 5.0], want: 0.25 },
            Case { other: [3.0, 3.0, 0.0, 0.0], want: 0.0 },
            Case { other: [-20.0, -20.0, 5.0, 5.0], want: 0.0 },
        ];
        let unit = Rect { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };
        for Case { other: [x, y, width, height], want } in cases {
            let got = unit.iou(Rect { x, y, width, height });
            assert!((got - want).abs() < 1e-6, "{x},{y},{width},{height}: {got} is not {want}");
        }
    }

    #[test]
    fn corners_come_in_any_order() {
        let (a, b) = (Point { x: 4.0, y: 1.0 }, Point { x: 1.0, y: 5.0 });
        let want = Rect { x: 1.0, y: 1.0, width: 3.0, height: 4.0 };
        assert_eq!(Rect::from_corners(a, b), want);
        assert_eq!(Rect::from_corners(b, a), want);
    }

    #[test]
    fn distance_is_euclidean() {
        let a = Point { x: 1.0, y: 1.0 };
        assert!((a.distance_px(Point { x: 4.0, y: 5.0 }) - 5.0).abs() < 1e-6);
    }
}
