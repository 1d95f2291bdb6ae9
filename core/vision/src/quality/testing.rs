//! A face made by code, and what can be wrong with it.

use crate::detect::Face;
use crate::geometry::{Landmarks, Point, Rect};
use crate::photo::Photo;
use crate::testing::Noise;

/// Side of the photo, in pixels.
pub(super) const SIDE_PX: u32 = 400;
const BOX: Rect = Rect { x: 110.0, y: 90.0, width: 180.0, height: 230.0 };

/// Eyes, nose and mouth of a face that looks straight ahead, in units of the distance between the
/// eyes about their middle: right, down, and towards the camera.
const FACE: [[f32; 3]; 5] =
    [[-0.5, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.62, 0.45], [-0.4, 1.15, 0.08], [0.4, 1.15, 0.08]];

/// Landmarks of a face turned by these angles, in degrees: to the side, up or down, towards a
/// shoulder.
pub(super) fn landmarks(yaw: f32, pitch: f32, roll: f32) -> Landmarks {
    let [(sy, cy), (sp, cp), (sr, cr)] =
        [yaw, pitch, roll].map(|angle| angle.to_radians().sin_cos());
    FACE.map(|[x, y, z]| {
        let (x, z) = (x * cy + z * sy, z * cy - x * sy);
        let y = y * cp - z * sp;
        let (x, y) = (x * cr - y * sr, x * sr + y * cr);
        Point { x: 200.0 + x * 80.0, y: 180.0 + y * 80.0 }
    })
}

/// A surely found face, straight ahead, in the middle.
pub(super) fn face() -> Face {
    Face { rect: BOX, landmarks: landmarks(0.0, 0.0, 0.0), score: 0.95 }
}

/// The photo of [`face`]: shaded skin with fine texture before a plain wall.
pub(super) fn portrait() -> Photo {
    let mut grain = Noise(11);
    let mut rgb = Vec::new();
    for y in 0..SIDE_PX {
        for x in 0..SIDE_PX {
            rgb.extend(
                skin(x as f32, y as f32).map(|value| {
                    (value + (grain.next() % 31) as f32 - 15.0).clamp(0.0, 255.0) as u8
                }),
            );
        }
    }
    Photo::from_parts(SIDE_PX, SIDE_PX, rgb)
}

fn skin(x: f32, y: f32) -> [f32; 3] {
    let (across, down) = ((x - 200.0) / 90.0, (y - 205.0) / 115.0);
    let inside = 1.0 - across * across - down * down;
    if inside < 0.0 {
        return [150.0, 155.0, 160.0];
    }
    let dark = |cx: f32, cy: f32, r: f32| (x - cx).powi(2) + (y - cy).powi(2) < r * r;
    if dark(160.0, 180.0, 9.0) || dark(240.0, 180.0, 9.0) || dark(200.0, 272.0, 14.0) {
        return [40.0, 30.0, 30.0];
    }
    let light = 0.45 + 0.55 * inside.sqrt();
    [215.0 * light, 165.0 * light, 135.0 * light]
}

/// Each value changed by where it is, 0 to 1 from the left, and what it is.
pub(super) fn changed(photo: &Photo, change: impl Fn(f32, f32) -> f32) -> Photo {
    let width = photo.width_px();
    let value = |(index, &value): (usize, &u8)| {
        let across = (index as u32 / 3 % width) as f32 / width as f32;
        change(across, f32::from(value)).clamp(0.0, 255.0) as u8
    };
    let rgb = photo.rgb().iter().enumerate().map(value).collect();
    Photo::from_parts(width, photo.height_px(), rgb)
}

/// `times` passes of a mean over 3 by 3 pixels.
#[expect(clippy::needless_range_loop, reason = "the neighbours are read by place")]
pub(super) fn blurred(photo: &Photo, times: usize) -> Photo {
    let (width, height) = (photo.width_px() as usize, photo.height_px() as usize);
    let mut rgb = photo.rgb().to_vec();
    for _ in 0..times {
        let from = rgb.clone();
        for y in 1..height - 1 {
            for at in (y * width + 1) * 3..(y * width + width - 1) * 3 {
                let row = |at: usize| {
                    u32::from(from[at - 3]) + u32::from(from[at]) + u32::from(from[at + 3])
                };
                rgb[at] = ((row(at - width * 3) + row(at) + row(at + width * 3)) / 9) as u8;
            }
        }
    }
    Photo::from_parts(photo.width_px(), photo.height_px(), rgb)
}
