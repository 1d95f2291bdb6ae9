//! Below which quality a face is not compared.

use facematch_contract::{Quality, QualityFault};
use serde::Deserialize;

/// Least values of quality components, 0 to 100; 0 asks for nothing.
///
/// A floor is for what cannot carry an answer. It does not ask for a good photo: that is what the
/// hints in the browser are for, and every refusal costs an applicant another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QualityFloor {
    /// Of [`Quality::under_exposure_prevention`].
    pub under_exposure_prevention: u8,
    /// Of [`Quality::over_exposure_prevention`].
    pub over_exposure_prevention: u8,
    /// Of [`Quality::dynamic_range`].
    pub dynamic_range: u8,
    /// Of [`Quality::sharpness`].
    pub sharpness: u8,
    /// Of [`Quality::head_pose_yaw`].
    pub head_pose_yaw: u8,
}

impl QualityFloor {
    /// Asks for nothing.
    pub const NONE: Self = Self {
        under_exposure_prevention: 0,
        over_exposure_prevention: 0,
        dynamic_range: 0,
        sharpness: 0,
        head_pose_yaw: 0,
    };

    /// The first component of `quality` below its floor: what is wrong, the value and the least one.
    #[must_use]
    pub fn fault(&self, quality: &Quality) -> Option<(QualityFault, u8, u8)> {
        let components = [
            (
                QualityFault::TooDark,
                quality.under_exposure_prevention,
                self.under_exposure_prevention,
            ),
            (
                QualityFault::TooBright,
                quality.over_exposure_prevention,
                self.over_exposure_prevention,
            ),
            (QualityFault::LowContrast, quality.dynamic_range, self.dynamic_range),
            (QualityFault::Blurred, quality.sharpness, self.sharpness),
            (QualityFault::Turned, quality.head_pose_yaw, self.head_pose_yaw),
        ];
        components.into_iter().find(|(_, value, least)| value < least)
    }

    /// Whether every value lies in its range.
    pub(crate) fn is_sound(&self) -> bool {
        let Self { under_exposure_prevention, over_exposure_prevention, .. } = *self;
        let Self { dynamic_range, sharpness, head_pose_yaw, .. } = *self;
        let exposure = [under_exposure_prevention, over_exposure_prevention];
        let others = [dynamic_range, sharpness, head_pose_yaw];
        exposure.into_iter().chain(others).all(|least| least <= 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(value: u8) -> Quality {
        Quality {
            sharpness: value,
            under_exposure_prevention: value,
            over_exposure_prevention: value,
            dynamic_range: value,
            illumination_uniformity: value,
            inter_eye_distance: value,
            head_size: value,
            head_pose_yaw: value,
            head_pose_pitch: value,
            head_pose_roll: value,
            face_completeness: value,
        }
    }

    #[test]
    fn each_floor_names_its_fault_exactly_below_it() {
        let none = QualityFloor::NONE;
        let cases = [
            (QualityFloor { under_exposure_prevention: 30, ..none }, QualityFault::TooDark),
            (QualityFloor { over_exposure_prevention: 30, ..none }, QualityFault::TooBright),
            (QualityFloor { dynamic_range: 30, ..none }, QualityFault::LowContrast),
            (QualityFloor { sharpness: 30, ..none }, QualityFault::Blurred),
            (QualityFloor { head_pose_yaw: 30, ..none }, QualityFault::Turned),
        ];
        for (floor, want) in cases {
            assert_eq!(floor.fault(&all(29)), Some((want, 29, 30)));
            assert_eq!(floor.fault(&all(30)), None, "{want:?}");
        }
        assert_eq!(none.fault(&all(0)), None);
    }
}
