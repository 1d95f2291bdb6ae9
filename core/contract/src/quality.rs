use serde::{Deserialize, Serialize};

/// How fit one face is to be compared: each component from 0 (worst) to 100 (best).
///
/// Names and, where five landmarks suffice, formulas are those of ISO/IEC 29794-5:2025. It is no certified
/// implementation of it. Very low components end a comparison before it is made (`reasons`); they do not change a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Quality {
    /// Fine detail in the face, whatever the light: falls with motion blur and bad focus.
    pub sharpness: u8,
    /// Falls as the face sinks into black.
    pub under_exposure_prevention: u8,
    /// Falls as the face burns out to white.
    pub over_exposure_prevention: u8,
    /// How many shades the face has: falls with haze, faded print and flat light.
    pub dynamic_range: u8,
    /// How alike the light on the two halves of the face is.
    pub illumination_uniformity: u8,
    /// Distance between the eyes in pixels: 50 at 70 pixels.
    pub inter_eye_distance: u8,
    /// Size of the head in the photo against that of a passport photo: most phone photos score low, harmlessly.
    pub head_size: u8,
    /// Falls as the head turns to a side.
    pub head_pose_yaw: u8,
    /// Falls as the head nods up or down.
    pub head_pose_pitch: u8,
    /// Falls as the head tilts towards a shoulder.
    pub head_pose_roll: u8,
    /// Room around the face, on the side where there is least: the least of the four crop components.
    pub face_completeness: u8,
}

impl Quality {
    /// Every component with its name on the wire.
    pub fn components(&self) -> [(&'static str, u8); 11] {
        [
            ("sharpness", self.sharpness),
            ("underExposurePrevention", self.under_exposure_prevention),
            ("overExposurePrevention", self.over_exposure_prevention),
            ("dynamicRange", self.dynamic_range),
            ("illuminationUniformity", self.illumination_uniformity),
            ("interEyeDistance", self.inter_eye_distance),
            ("headSize", self.head_size),
            ("headPoseYaw", self.head_pose_yaw),
            ("headPosePitch", self.head_pose_pitch),
            ("headPoseRoll", self.head_pose_roll),
            ("faceCompleteness", self.face_completeness),
        ]
    }
}

/// Declares [`QualityFault`] and its table in one place: code, what it means, hint. The most important come first.
macro_rules! quality_faults {
    ($($variant:ident, $code:literal, $meaning:literal, $hint:literal;)*) => {
        /// What an applicant should change before a photo is taken or sent, the most important first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
        pub enum QualityFault {
            $(#[doc = $meaning] #[serde(rename = $code)] $variant,)*
        }

        impl QualityFault {
            /// Every fault, the most important first.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What the applicant can do about it: one line.
            pub fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint,)* }
            }
        }
    };
}

quality_faults! {
    NoFace, "no_face", "No face was found.",
        "Show the whole face, in good light.";
    SeveralFaces, "several_faces", "More than one face of comparable size.",
        "Show one person only.";
    CutOff, "cut_off", "Part of the face lies outside the photo.",
        "Move until the whole face is in the picture.";
    TooSmall, "too_small", "The eyes are too close together, in pixels.",
        "Move closer.";
    TooClose, "too_close", "The face fills the photo.",
        "Move a little further away.";
    OffCentre, "off_centre", "The face is far from the middle of the photo.",
        "Bring the face to the middle of the picture.";
    TooDark, "too_dark", "The face is too dark.",
        "Find more light.";
    TooBright, "too_bright", "The face is burnt out.",
        "Move out of the direct light.";
    Glare, "glare", "A reflection covers part of the face.",
        "Change the angle until the reflection is gone.";
    UnevenLight, "uneven_light", "One side of the face is much darker than the other.",
        "Turn until the light falls on the whole face.";
    LowContrast, "low_contrast", "The face has too few shades.",
        "Clean the lens, or find better light.";
    Blurred, "blurred", "The face is blurred.",
        "Hold still until the picture is sharp.";
    Turned, "turned", "The face is turned to a side.",
        "Look straight into the camera.";
    TiltedUpDown, "tilted_up_down", "The face looks up or down.",
        "Hold the camera at the height of the eyes.";
    Tilted, "tilted", "The face is tilted towards a shoulder.",
        "Hold the head and the camera upright.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_written_as_they_are_named_and_keep_their_order() {
        for (index, fault) in QualityFault::ALL.iter().enumerate() {
            assert_eq!(serde_json::to_value(fault).unwrap(), fault.as_str());
            let read: QualityFault = serde_json::from_value(fault.as_str().into()).unwrap();
            assert_eq!(read, *fault);
            assert!(QualityFault::ALL[..index].iter().all(|earlier| earlier < fault), "{fault:?}");
        }
    }

    #[test] // A hint is a caption under a camera preview.
    fn hints_are_one_short_sentence() {
        for fault in QualityFault::ALL {
            let hint = fault.hint();
            assert!(hint.ends_with('.') && hint.len() <= 60 && !hint.contains('\n'), "{hint}");
        }
    }

    #[test]
    fn components_are_written_in_camel_case() {
        let quality = Quality {
            sharpness: 1,
            under_exposure_prevention: 2,
            over_exposure_prevention: 3,
            dynamic_range: 4,
            illumination_uniformity: 5,
            inter_eye_distance: 6,
            head_size: 7,
            head_pose_yaw: 8,
            head_pose_pitch: 9,
            head_pose_roll: 10,
            face_completeness: 100,
        };
        let want = serde_json::json!({
            "sharpness": 1, "underExposurePrevention": 2, "overExposurePrevention": 3,
            "dynamicRange": 4, "illuminationUniformity": 5, "interEyeDistance": 6, "headSize": 7,
            "headPoseYaw": 8, "headPosePitch": 9, "headPoseRoll": 10, "faceCompleteness": 100,
        });
        assert_eq!(serde_json::to_value(quality).unwrap(), want);
        for (name, value) in quality.components() {
            assert_eq!(want[name], value, "{name}");
        }
        assert_eq!(serde_json::from_value::<Quality>(want).unwrap(), quality);
    }
}
