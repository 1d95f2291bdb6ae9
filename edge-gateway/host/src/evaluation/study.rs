use super::prominent;
use crate::{
    Pipeline,
    pipeline::{decode_reason, gate_reason},
};
use anyhow::Result;
use facematch_contract::{Quality, ReasonCode, Role};
use facematch_matching::StudiedFace;
use facematch_vision::{Photo, View, measure};
use serde::{Deserialize, Serialize};

/// A photo to be evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The file.
    pub(crate) path: std::path::PathBuf,
    /// What it is to the service, which decides on the gate.
    pub(crate) role: Role,
}

/// What a photo came to: a template, or why there is none.
pub(crate) type Outcome = Result<Found, ReasonCode>;

/// A photo's template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    /// The pack's embedding of the face.
    pub(crate) vector: Vec<f32>,
    /// Distance between the eyes, in pixels of the photo.
    pub(crate) inter_eye_px: f32,
    /// How fit the face is to be compared.
    pub(crate) quality: Quality,
    /// Why the service would not compare this photo, although a face was found.
    pub(crate) refusal: Option<ReasonCode>,
}

/// The most prominent face of a photo.
pub(crate) struct Studied {
    /// The face and its template.
    pub(crate) face: StudiedFace,
    /// How fit it is to be compared.
    pub(crate) quality: Quality,
    /// Why the service would refuse the photo.
    pub(crate) refusal: Option<ReasonCode>,
}

impl Pipeline {
    /// The template of a photo file.
    ///
    /// # Errors
    /// When a network fails; never because of the photo.
    pub(crate) fn study(&self, file: &[u8], role: Role) -> Result<Outcome> {
        Ok(self.study_face(file, role)?.map(|Studied { face, quality, refusal }| Found {
            vector: face.vector,
            inter_eye_px: face.face.inter_eye_distance_px(),
            quality,
            refusal,
        }))
    }

    /// The most prominent face of a photo file.
    ///
    /// # Errors
    /// When a network fails; never because of the photo.
    pub(crate) fn study_face(
        &self,
        file: &[u8],
        role: Role,
    ) -> Result<Result<Studied, ReasonCode>> {
        match Photo::decode(file) {
            Ok(photo) => self.study_photo(&photo, role),
            Err(error) => Ok(Err(decode_reason(&error))),
        }
    }

    /// The most prominent face of a photo.
    ///
    /// # Errors
    /// When a network fails; never because of the photo.
    pub(crate) fn study_photo(
        &self,
        photo: &Photo,
        role: Role,
    ) -> Result<Result<Studied, ReasonCode>> {
        let detection = self.detect(photo)?;
        let Some(face) = prominent(photo, &detection.faces) else {
            return Ok(Err(ReasonCode::NoFace));
        };
        let view = View { turn: detection.look.turn, ..View::default() };
        let quality = measure(photo, face, view);
        let refusal = self.matcher().choose(photo, &detection, role).err();
        let refusal = refusal.as_ref().map(gate_reason);
        Ok(Ok(Studied { face: self.matcher().study(photo, face)?, quality, refusal }))
    }
}
