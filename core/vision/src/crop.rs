//! Cutting a part out of a photo.

use crate::geometry::{Point, Rect};
use crate::photo::Photo;

/// Why nothing can be cut out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CropError {
    /// The box does not overlap the photo, or is not made of numbers.
    #[error("{rect:?} lies outside the photo")]
    OutsidePhoto {
        /// The box, its margin included.
        rect: Rect,
    },
}

/// Cuts out `rect`, in pixels of `photo`, with a margin of `margin` times its width on the left and
/// right and `margin` times its height above and below, as far as the photo reaches.
///
/// # Errors
/// [`CropError::OutsidePhoto`] if nothing of it lies in the photo.
pub fn crop_around(photo: &Photo, rect: Rect, margin: f32) -> Result<Photo, CropError> {
    let size = (photo.width_px(), photo.height_px());
    Ok(PixelRect::around(rect, margin, size)?.cut(photo))
}

/// Whole pixels that lie in a photo; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelRect {
    /// Columns left of it.
    pub x: u32,
    /// Rows above it.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl PixelRect {
    /// The pixels that `rect` and a margin touch: `margin` times its width on the left and right,
    /// `margin` times its height above and below, as far as a photo of `size` reaches.
    ///
    /// # Errors
    /// [`CropError::OutsidePhoto`] if nothing of it lies in the photo.
    pub fn around(rect: Rect, margin: f32, size: (u32, u32)) -> Result<Self, CropError> {
        let (across, down) = (rect.width * margin, rect.height * margin);
        let (low, high) = (rect.top_left(), rect.bottom_right());
        let low = Point { x: low.x - across, y: low.y - down };
        let high = Point { x: high.x + across, y: high.y + down };
        let rect = Rect { x: low.x, y: low.y, width: high.x - low.x, height: high.y - low.y };
        Self::within(size, rect).ok_or(CropError::OutsidePhoto { rect })
    }

    /// The pixels of a photo of `size` that `rect` touches; `None` if there are none.
    pub(crate) fn within((width_px, height_px): (u32, u32), rect: Rect) -> Option<Self> {
        if !rect.is_finite() {
            return None;
        }
        let (low, high) = (rect.top_left(), rect.bottom_right());
        // A float-to-integer cast saturates, so a negative edge becomes 0.
        let (x, y) = (low.x.floor() as u32, low.y.floor() as u32);
        let right = (high.x.ceil() as u32).min(width_px);
        let bottom = (high.y.ceil() as u32).min(height_px);
        (x < right && y < bottom).then(|| Self { x, y, width: right - x, height: bottom - y })
    }

    /// These pixels of `photo`, which must be the photo that they were made for.
    pub(crate) fn cut(self, photo: &Photo) -> Photo {
        let (from, to) = (self.x as usize * 3, (self.x + self.width) as usize * 3);
        let rows = photo.rows().skip(self.y as usize).take(self.height as usize);
        let rgb = rows.flat_map(|row| &row[from..to]).copied().collect();
        Photo::from_parts(self.width, self.height, rgb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::gradient;

    #[test]
    fn a_crop_is_clamped_to_the_photo() {
        struct Case {
            rect: [f32; 4],
            margin: f32,
            want: Option<(u32, u32)>,
        }
        let cases = [
            Case { rect: [10.0, 10.0, 20.0, 10.0], margin: 0.0, want: Some((20, 10)) },
            Case { rect: [10.0, 10.0, 20.0, 10.0], margin: 0.5, want: Some((40, 20)) },
            Case { rect: [10.0, 10.0, 20.0, 10.0], margin: 9.0, want: Some((60, 40)) },
            Case { rect: [10.2, 10.2, 0.5, 0.5], margin: 0.0, want: Some((1, 1)) },
            Case { rect: [-5.0, -5.0, 10.0, 10.0], margin: 0.0, want: Some((5, 5)) },
            Case { rect: [60.0, 0.0, 10.0, 10.0], margin: 0.0, want: None },
            Case { rect: [-50.0, 0.0, 10.0, 10.0], margin: 0.0, want: None },
            Case { rect: [f32::NAN, 0.0, 10.0, 10.0], margin: 0.0, want: None },
            Case { rect: [0.0, 0.0, f32::INFINITY, 1.0], margin: 0.0, want: None },
        ];
        let photo = gradient(60, 40);
        for Case { rect: [x, y, width, height], margin, want } in cases {
            let got = crop_around(&photo, Rect { x, y, width, height }, margin).ok();
            let got = got.map(|part| (part.width_px(), part.height_px()));
            assert_eq!(got, want, "{x},{y} {width}x{height}, margin {margin}");
        }
    }

    #[test]
    fn a_crop_holds_the_pixels_of_its_place() {
        let photo = gradient(8, 8);
        let part = crop_around(&photo, Rect { x: 3.0, y: 2.0, width: 2.0, height: 2.0 }, 0.0);
        let want = [2, 3].map(|y| photo.rgb()[(y * 8 + 3) * 3..(y * 8 + 5) * 3].to_vec()).concat();
        assert_eq!(part.unwrap().rgb(), want);
    }
}
