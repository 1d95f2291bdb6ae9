use facematch_contract::{BoundingBox, FaceReport, ImageReport, Point, ReasonCode, Role};
use facematch_matching::{AcceptedFace, GateRefusal};
use facematch_vision::{DecodeError, Detection, Face, Photo, View, measure};

/// What was found in a photo, for the result.
pub(super) fn image_report(
    role: Role,
    photo: &Photo,
    detection: &Detection,
    compared: Option<&AcceptedFace>,
) -> ImageReport {
    let view = View { turn: detection.look.turn, ..View::default() };
    ImageReport {
        role,
        width_px: photo.width_px(),
        height_px: photo.height_px(),
        faces_found: u32::try_from(detection.faces.len()).unwrap_or(u32::MAX),
        face: compared.map(|face| face_report(face.face())),
        quality: compared.map(|face| measure(photo, face.face(), view)),
    }
}

/// A face, for the result. Coordinates keep a tenth of a pixel, scores four digits.
pub(crate) fn face_report(face: &Face) -> FaceReport {
    let rect = face.rect;
    FaceReport {
        bounding_box: BoundingBox {
            x: tenth(rect.x),
            y: tenth(rect.y),
            width: tenth(rect.width),
            height: tenth(rect.height),
        },
        landmarks: face.landmarks.map(|point| Point { x: tenth(point.x), y: tenth(point.y) }),
        score: (face.score * 1e4).round() / 1e4,
        inter_eye_distance_px: tenth(face.inter_eye_distance_px()),
    }
}

/// Why no face is compared, as the contract says it.
pub(crate) fn gate_reason(refusal: &GateRefusal) -> ReasonCode {
    match refusal {
        GateRefusal::SeveralFaces { .. } => ReasonCode::SeveralFaces,
        GateRefusal::FaceTooSmall { .. } => ReasonCode::FaceTooSmall,
        _ => ReasonCode::NoFace,
    }
}

fn tenth(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

/// Why a file is no photo, as the contract says it.
pub(crate) fn decode_reason(error: &DecodeError) -> ReasonCode {
    match error {
        DecodeError::Empty | DecodeError::UnknownFormat => ReasonCode::NotAnImage,
        DecodeError::Truncated { .. } | DecodeError::Corrupt { .. } => ReasonCode::ImageDamaged,
        DecodeError::TooManyBytes { .. }
        | DecodeError::SideTooLong { .. }
        | DecodeError::TooManyPixels { .. }
        | DecodeError::TooSmall { .. }
        | DecodeError::TooMuchMemory { .. } => ReasonCode::ImageSize,
        _ => ReasonCode::ImageUnsupported,
    }
}
