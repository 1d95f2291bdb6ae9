use super::table::Evaluated;
use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use facematch_evaluation::{FacePair, Scored};
use facematch_vision::{JpegBudget, encode_jpeg};
use std::fs;

/// The aligned faces of compared photos, for the report.
///
/// # Errors
/// When a photo cannot be read again.
pub(crate) fn face_pairs(evaluated: &Evaluated, scored: &[Scored]) -> Result<Vec<FacePair>> {
    let pair = |scored: &Scored| {
        Ok(FacePair {
            names: [scored.a, scored.b].map(|index| evaluated.pairs.photos[index].path.clone()),
            faces: [face(evaluated, scored.a)?, face(evaluated, scored.b)?],
            cosine: scored.cosine,
        })
    };
    scored.iter().map(pair).collect()
}

/// The aligned face of a photo as a `data:` URL; empty if it has none after all.
fn face(evaluated: &Evaluated, index: usize) -> Result<String> {
    let subject = &evaluated.subjects[index];
    let file = fs::read(&subject.path)
        .with_context(|| format!("cannot read {}", subject.path.display()))?;
    let Ok(studied) = evaluated.pipeline.study_face(&file, subject.role)? else {
        return Ok(String::new());
    };
    let jpeg = encode_jpeg(studied.face.aligned.photo(), &JpegBudget::default())?;
    Ok(format!("data:image/jpeg;base64,{}", STANDARD.encode(&jpeg.bytes)))
}
