//! Sampling a photo through a similarity.

use crate::align::Similarity;
use crate::geometry::Point;
use crate::photo::Photo;

/// A square of `side_px`: each of its pixels is sampled bilinearly from where `onto_target` brings
/// it from.
///
/// Whole numbers name pixel centres, as in OpenCV's `warpAffine`. What lies outside the photo
/// counts as black.
pub(crate) fn warp(photo: &Photo, onto_target: Similarity, side_px: u32) -> Photo {
    let from_target = onto_target.inverse();
    let mut rgb = Vec::with_capacity(side_px as usize * side_px as usize * 3);
    for y in 0..side_px {
        for x in 0..side_px {
            let source = from_target.apply(Point { x: x as f32, y: y as f32 });
            rgb.extend(bilinear(photo, source));
        }
    }
    Photo::from_parts(side_px, side_px, rgb)
}

fn bilinear(photo: &Photo, at: Point) -> [u8; 3] {
    let (left, top) = (at.x.floor(), at.y.floor());
    let (right_part, bottom_part) = (at.x - left, at.y - top);
    let (left, top) = (left as i64, top as i64);
    let weights = [
        (left, top, (1.0 - right_part) * (1.0 - bottom_part)),
        (left + 1, top, right_part * (1.0 - bottom_part)),
        (left, top + 1, (1.0 - right_part) * bottom_part),
        (left + 1, top + 1, right_part * bottom_part),
    ];
    let mut sum = [0.0_f32; 3];
    for (x, y, weight) in weights {
        for (sum, value) in sum.iter_mut().zip(pixel(photo, x, y)) {
            *sum += weight * f32::from(value);
        }
    }
    sum.map(|value| (value + 0.5) as u8)
}

fn pixel(photo: &Photo, x: i64, y: i64) -> [u8; 3] {
    let (width, height) = (i64::from(photo.width_px()), i64::from(photo.height_px()));
    if !(0..width).contains(&x) || !(0..height).contains(&y) {
        return [0; 3];
    }
    let at = (y * width + x) as usize * 3;
    let rgb = photo.rgb();
    [rgb[at], rgb[at + 1], rgb[at + 2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sampling_between_pixels_and_beyond_the_edge() {
        let photo = Photo::from_rgb(2, 2, [0, 100, 200, 40].map(|v| [v; 3]).concat()).unwrap();
        struct Case {
            at: (f32, f32),
            want: u8,
        }
        let cases = [
            Case { at: (0.0, 0.0), want: 0 },
            Case { at: (1.0, 1.0), want: 40 },
            Case { at: (0.5, 0.0), want: 50 },
            Case { at: (0.0, 0.25), want: 50 },
            Case { at: (0.5, 0.5), want: 85 },
            Case { at: (1.5, 0.0), want: 50 },
            Case { at: (-1.0, 0.0), want: 0 },
            Case { at: (9e9, -9e9), want: 0 },
        ];
        for Case { at: (x, y), want } in cases {
            assert_eq!(bilinear(&photo, Point { x, y }), [want; 3], "{x},{y}");
        }
    }
}
