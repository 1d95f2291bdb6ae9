//! Everything that is read off one face, and how it becomes components from 0 to 100.

use facematch_contract::Quality;

use super::framing::{Framing, Room};
use super::light::Light;
use super::patch::FacePatch;
use super::pose::Pose;
use super::sharpness::detail_ratio;
use super::view::View;
use crate::detect::Face;
use crate::photo::Photo;

/// Detail ratios that count as 0 and as 100; see [`detail_ratio`].
const DETAIL_RANGE: (f32, f32) = (0.30, 0.42);

/// Yaw up to which the distance between the eyes is corrected for it.
const MOST_CORRECTED_YAW_DEG: f32 = 60.0;

/// What is read off one face, in units of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Readings {
    pub(super) light: Light,
    /// See [`detail_ratio`].
    pub(super) detail: f32,
    pub(super) pose: Pose,
    pub(super) framing: Framing,
}

impl Readings {
    pub(super) fn of(photo: &Photo, face: &Face, view: View) -> Self {
        let (upright, size) = view.upright(photo, face);
        let patch = FacePatch::cut(photo, face.rect, &face.landmarks);
        Self {
            light: Light::of(&patch),
            detail: detail_ratio(&patch),
            pose: Pose::of(&upright.landmarks),
            framing: Framing::of(&upright, size, view.scale),
        }
    }

    /// The contract's components. Formulas are those of ISO/IEC 29794-5:2025 as its reference
    /// implementation OFIQ has them, but for sharpness, which is a random forest there. Differences
    /// in what they are fed: the face is the ellipse in the detector's box instead of a segmented
    /// mask, uniformity compares its halves in 32 bins instead of two squares on the cheeks in 256,
    /// and the chin is placed by the eyes and the mouth.
    pub(super) fn quality(&self) -> Quality {
        let Self { light, pose, framing, .. } = self;
        let (least, most) = DETAIL_RANGE;
        let cosine_squared = |degrees: f32| degrees.to_radians().cos().max(0.0).powi(2);
        Quality {
            sharpness: percent((self.detail - least) / (most - least)),
            under_exposure_prevention: percent(1.2 * (0.832 - sigmoid(light.dark, 0.92, 0.05))),
            over_exposure_prevention: percent(0.01 / (light.burnt_out + 0.01)),
            dynamic_range: percent(light.entropy_bits / 8.0),
            illumination_uniformity: percent(light.overlap.powf(0.3)),
            inter_eye_distance: percent(sigmoid(self.frontal_inter_eye_px(), 70.0, 20.0)),
            head_size: percent(2.0 * (1.0 - sigmoid((framing.head - 0.45).abs(), 0.0, 0.05))),
            head_pose_yaw: percent(cosine_squared(pose.yaw_deg)),
            head_pose_pitch: percent(cosine_squared(pose.pitch_deg)),
            head_pose_roll: percent(cosine_squared(pose.roll_deg)),
            face_completeness: percent(completeness(framing.room)),
        }
    }

    /// Distance between the eyes if the face looked straight into the camera, in pixels.
    fn frontal_inter_eye_px(&self) -> f32 {
        let yaw_deg = self.pose.yaw_deg.abs().min(MOST_CORRECTED_YAW_DEG);
        self.framing.inter_eye_px / yaw_deg.to_radians().cos()
    }
}

/// The least of the leftward, rightward, upward and downward crop components, 0 to 1.
fn completeness(room: Room) -> f32 {
    let sides = [(room.left, 0.9), (room.right, 0.9), (room.above, 1.4), (room.below, 1.8)];
    sides.map(|(room, half)| sigmoid(room, half, 0.1)).into_iter().fold(1.0, f32::min)
}

/// A step from 0 to 1 with 0.5 at `half`, spread over `width` to both sides.
fn sigmoid(value: f32, half: f32, width: f32) -> f32 {
    1.0 / (1.0 + (-(value - half) / width).exp())
}

/// `share` of 100, rounded; below 0 and what is no number count as 0, above 1 as 100.
fn percent(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0 + 0.5) as u8
}
