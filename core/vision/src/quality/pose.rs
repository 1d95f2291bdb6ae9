//! Which way a face looks.

use crate::geometry::Landmarks;

/// The five points of a mean face, in centimetres: x to the right of the picture, y down, z towards
/// the camera.
///
/// From the canonical face model of MediaPipe (Apache-2.0): eyes between vertices 33 and 133 and
/// between 362 and 263, nose tip 1, mouth corners 61 and 291.
const MEAN_FACE_CM: [[f64; 3]; 5] = [
    [-3.151, -2.625, 3.466],
    [3.151, -2.625, 3.466],
    [0.0, 1.127, 7.476],
    [-2.456, 4.343, 4.284],
    [2.456, 4.343, 4.284],
];

/// Angles of a face, in degrees, 0 when it looks straight into an upright camera. Signs are those of
/// ISO/IEC 39794-5, left and right those of the person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pose {
    /// Positive towards the left, which is the right of the picture.
    pub(super) yaw_deg: f32,
    /// Positive downwards.
    pub(super) pitch_deg: f32,
    /// Positive when tilted towards the right shoulder: counter-clockwise in the picture.
    pub(super) roll_deg: f32,
}

impl Pose {
    /// The pose at which a mean face, seen from afar (scaled orthographic projection), has
    /// `landmarks`.
    ///
    /// The affine map from the face in space to the picture is fitted by least squares, the first
    /// step of POSIT (DeMenthon and Davis, 1995). Its two rows are those of the rotation, which is
    /// roll after yaw after pitch, times the scale, so that quotients give the angles.
    pub(super) fn of(landmarks: &Landmarks) -> Self {
        let [x, y] = affine(landmarks);
        let roll = (-y[0]).atan2(x[0]);
        let (sin, cos) = roll.sin_cos();
        let across: [f64; 3] = std::array::from_fn(|axis| cos * x[axis] - sin * y[axis]);
        let down: [f64; 3] = std::array::from_fn(|axis| sin * x[axis] + cos * y[axis]);
        let pitch = down[2].atan2(down[1]);
        let yaw = (across[2] * pitch.cos() - across[1] * pitch.sin()).atan2(across[0]);
        let degrees = |radians: f64| radians.to_degrees() as f32;
        Self { yaw_deg: degrees(yaw), pitch_deg: degrees(pitch), roll_deg: degrees(roll) }
    }
}

/// The rows of the map from centimetres about the face's mean to pixels about the landmarks' mean.
///
/// The mean face is symmetric, so that its x axis is orthogonal to the two others and the normal
/// equations fall into one and two unknowns.
fn affine(landmarks: &Landmarks) -> [[f64; 3]; 2] {
    let face = centred(MEAN_FACE_CM);
    let points = centred(landmarks.map(|point| [f64::from(point.x), f64::from(point.y)]));
    let dot = |a: usize, b: usize| face.iter().map(|p| p[a] * p[b]).sum::<f64>();
    let (xx, yy, yz, zz) = (dot(0, 0), dot(1, 1), dot(1, 2), dot(2, 2));
    let determinant = yy * zz - yz * yz;
    [0, 1].map(|row| {
        let sum =
            |axis: usize| face.iter().zip(&points).map(|(p, q)| p[axis] * q[row]).sum::<f64>();
        let (x, y, z) = (sum(0), sum(1), sum(2));
        [x / xx, (y * zz - z * yz) / determinant, (z * yy - y * yz) / determinant]
    })
}

/// `points` about their mean.
fn centred<const N: usize>(points: [[f64; N]; 5]) -> [[f64; N]; 5] {
    let mean: [f64; N] =
        std::array::from_fn(|axis| points.iter().map(|point| point[axis]).sum::<f64>() / 5.0);
    points.map(|point| std::array::from_fn(|axis| point[axis] - mean[axis]))
}
