//! One number for a face's quality.

use facematch_contract::Quality;

/// The least of the components that say how much of a face the embedder can see, 0 to 100: a photo
/// is as good as its worst fault. Size and place of the head in the photo are left out: they are a
/// matter of framing, and the face is cut out anyway.
#[must_use]
pub fn unified(quality: &Quality) -> u8 {
    let Quality { sharpness, under_exposure_prevention, over_exposure_prevention, .. } = *quality;
    let Quality { dynamic_range, inter_eye_distance, .. } = *quality;
    let Quality { head_pose_yaw, head_pose_pitch, head_pose_roll, .. } = *quality;
    let light = under_exposure_prevention.min(over_exposure_prevention).min(dynamic_range);
    let pose = head_pose_yaw.min(head_pose_pitch).min(head_pose_roll);
    sharpness.min(inter_eye_distance).min(light).min(pose)
}
