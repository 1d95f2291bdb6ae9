use facematch_contract::{
    BoundingBox, FaceReport, ImageReport, Point, QualityFault, ReasonCode, Role,
};
use facematch_matching::{AcceptedFace, GateRefusal};
use facematch_vision::{DecodeError, Detection, Face, Photo};

/// What was found in a photo, for the result.
pub(super) fn image_report(
    role: Role,
    photo: &Photo,
    detection: &Detection,
    chosen: &Result<AcceptedFace, GateRefusal>,
) -> ImageReport {
    let main = match chosen {
        Ok(accepted) => Some((accepted.face(), accepted.quality())),
        Err(GateRefusal::Unfit { face, quality, .. }) => Some((face, quality)),
        Err(_) => None,
    };
    ImageReport {
        role,
        width_px: photo.width_px(),
        height_px: photo.height_px(),
        faces_found: u32::try_from(detection.faces.len()).unwrap_or(u32::MAX),
        face: main.map(|(face, _)| face_report(face)),
        quality: main.map(|(_, quality)| *quality),
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
        GateRefusal::Unfit { fault, .. } => unfit_reason(*fault),
        _ => ReasonCode::NoFace,
    }
}

/// Why a face is not fit to be compared. A floor knows these faults alone.
fn unfit_reason(fault: QualityFault) -> ReasonCode {
    match fault {
        QualityFault::TooDark => ReasonCode::TooDark,
        QualityFault::TooBright => ReasonCode::TooBright,
        QualityFault::LowContrast => ReasonCode::LowContrast,
        QualityFault::Turned => ReasonCode::Turned,
        _ => ReasonCode::Blurred,
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
