//! From readings to what an applicant should change.

use facematch_contract::{QualityFault, Role};

use super::readings::Readings;

/// What the photo of a role may show without a fault.
struct Limits {
    /// Least [`room`](super::framing::Room::beyond_face) around the face.
    least_room: f32,
    /// Least distance between the eyes, in pixels.
    least_inter_eye_px: f32,
    /// Most of the photo's width or height that the face may fill.
    most_filled: f32,
    /// Farthest that the face may be from the middle, as a share of the photo's width or height.
    most_off_centre: f32,
    /// Largest share of dark pixels.
    most_dark: f32,
    /// Largest median luminance, of 255.
    most_luminance: u8,
    /// Largest share of the face under reflections.
    most_glare: f32,
    /// Least luminance of one half over that of the other.
    least_balance: f32,
    /// Least luma from the 5th to the 95th percentile, of 255.
    least_contrast: u8,
    /// Least [`detail_ratio`](super::sharpness::detail_ratio).
    least_detail: f32,
    /// Largest angles either way, in degrees.
    most_yaw_deg: f32,
    most_pitch_deg: f32,
    most_roll_deg: f32,
}

const SELFIE: Limits = Limits {
    least_room: 1.0,
    least_inter_eye_px: 32.0,
    most_filled: 0.85,
    most_off_centre: 0.2,
    most_dark: 0.92,
    most_luminance: 170,
    most_glare: 0.03,
    least_balance: 0.27,
    least_contrast: 40,
    least_detail: 0.357,
    most_yaw_deg: 25.0,
    most_pitch_deg: 20.0,
    most_roll_deg: 20.0,
};

/// An earlier selfie: taken elsewhere, so it may lie anywhere in its photo.
const REFERENCE_SELFIE: Limits = Limits {
    least_inter_eye_px: 24.0,
    most_filled: 0.95,
    most_off_centre: 0.5,
    most_yaw_deg: 30.0,
    most_pitch_deg: 25.0,
    most_roll_deg: 30.0,
    ..SELFIE
};

/// A portrait on a card: small, at a side of the photo, printed, faded.
const ID_PORTRAIT: Limits = Limits {
    least_room: 0.8,
    least_inter_eye_px: 16.0,
    most_filled: 1.2,
    most_off_centre: 0.5,
    most_dark: 0.95,
    most_luminance: 190,
    most_glare: 0.03,
    least_balance: 0.27,
    least_contrast: 28,
    least_detail: 0.350,
    most_yaw_deg: 40.0,
    most_pitch_deg: 35.0,
    most_roll_deg: 45.0,
};

/// The faults of a face in a photo of `role`, the most important first.
pub(super) fn of(readings: &Readings, role: Role) -> impl Iterator<Item = QualityFault> {
    let limits = match role {
        Role::Selfie => &SELFIE,
        Role::IdPortrait => &ID_PORTRAIT,
        Role::ReferenceSelfie => &REFERENCE_SELFIE,
    };
    let checks = framing(readings, limits).into_iter().chain(light(readings, limits));
    checks
        .chain(sharpness_and_pose(readings, limits))
        .filter_map(|(fault, has)| has.then_some(fault))
}

fn framing(Readings { framing, .. }: &Readings, limits: &Limits) -> [(QualityFault, bool); 4] {
    [
        (QualityFault::CutOff, framing.room.beyond_face() < limits.least_room),
        (QualityFault::TooSmall, framing.inter_eye_px < limits.least_inter_eye_px),
        (QualityFault::TooClose, framing.filled > limits.most_filled),
        (QualityFault::OffCentre, framing.off_centre > limits.most_off_centre),
    ]
}

fn light(Readings { light, .. }: &Readings, limits: &Limits) -> [(QualityFault, bool); 5] {
    let too_bright = light.median > limits.most_luminance;
    [
        (QualityFault::TooDark, light.dark > limits.most_dark),
        (QualityFault::TooBright, too_bright),
        (QualityFault::Glare, !too_bright && light.glare > limits.most_glare),
        (QualityFault::UnevenLight, light.balance < limits.least_balance),
        (QualityFault::LowContrast, light.contrast < limits.least_contrast),
    ]
}

fn sharpness_and_pose(readings: &Readings, limits: &Limits) -> [(QualityFault, bool); 4] {
    let pose = &readings.pose;
    [
        (QualityFault::Blurred, readings.detail < limits.least_detail),
        (QualityFault::Turned, pose.yaw_deg.abs() > limits.most_yaw_deg),
        (QualityFault::TiltedUpDown, pose.pitch_deg.abs() > limits.most_pitch_deg),
        (QualityFault::Tilted, pose.roll_deg.abs() > limits.most_roll_deg),
    ]
}
