//! Do the measures of quality notice faults, and is it worth refusing poor photos?

use super::{
    Evaluated, Outcome,
    degrade::{Fault, STEPS},
    run::on_all_cores,
    study::Studied,
};
use anyhow::{Context, Result};
use facematch_contract::{Quality, Role};
use facematch_evaluation::{Degradation, Discard, Measure, Series, discard};
use facematch_matching::likeness;
use facematch_vision::{Photo, unified};
use std::fs;

/// The false match rate whose threshold is kept while poor photos are left out.
const FMR: f64 = 1e-4;

/// How much fewer false non-matches there are without the worst photos, by each measure.
pub(crate) fn discards(evaluated: &Evaluated) -> Vec<Discard> {
    let Evaluated { pairs, templates, kind, rates, outcomes, .. } = evaluated;
    let Some(threshold) = rates.threshold(FMR) else { return Vec::new() };
    let curve = |measure| discard(pairs, templates, *kind, &measure, threshold);
    measures(outcomes).into_iter().filter_map(curve).collect()
}

fn measures(outcomes: &[Outcome]) -> Vec<Measure> {
    let of = |pick: &dyn Fn(&Quality) -> u8| -> Vec<Option<u8>> {
        let value = |outcome: &Outcome| outcome.as_ref().ok().map(|found| pick(&found.quality));
        outcomes.iter().map(value).collect()
    };
    let unified = Measure { name: "unified", values: of(&unified) };
    let component = |index: usize| {
        let name = names()[index];
        Measure { name, values: of(&|quality| quality.components()[index].1) }
    };
    std::iter::once(unified).chain((0..names().len()).map(component)).collect()
}

fn names() -> [&'static str; 11] {
    Quality::default().components().map(|(name, _)| name)
}

/// Means over the first `count` photos as each fault grows. Photos without a face at some strength count as 0.
///
/// # Errors
/// When a photo cannot be read again or a network fails.
pub(crate) fn degradations(evaluated: &Evaluated, count: usize) -> Result<Vec<Degradation>> {
    // Photos from all over the table, not of the first few people.
    let stride = (evaluated.subjects.len() / count.max(1)).max(1);
    let chosen: Vec<usize> = (0..evaluated.subjects.len()).step_by(stride).take(count).collect();
    let read = |&index: &usize| {
        let path = &evaluated.subjects[index].path;
        let file = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Photo::decode(&file).ok())
    };
    let photos: Vec<Photo> =
        chosen.iter().map(read).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    Fault::ALL.into_iter().map(|fault| degradation(evaluated, fault, &photos)).collect()
}

fn degradation(evaluated: &Evaluated, fault: Fault, photos: &[Photo]) -> Result<Degradation> {
    let rows = on_all_cores(photos.len(), |index| with_fault(evaluated, fault, &photos[index]));
    let rows = rows.into_iter().collect::<Result<Vec<_>>>()?;
    let mean = |pick: &dyn Fn(&Sample) -> f64| -> Vec<f64> {
        let at = |step: usize| rows.iter().map(|row| pick(&row[step])).sum::<f64>();
        (0..=STEPS).map(|step| at(step) / rows.len().max(1) as f64).collect()
    };
    let component = |index: usize| Series {
        name: names()[index],
        values: mean(&|sample| f64::from(sample.quality.components()[index].1)),
    };
    let unified = mean(&|sample| f64::from(unified(&sample.quality)));
    let series = std::iter::once(Series { name: "unified", values: unified })
        .chain((0..names().len()).map(component))
        .collect();
    Ok(Degradation {
        fault: fault.title(),
        strengths: fault.strengths().to_vec(),
        photos: rows.len(),
        cosine: mean(&|sample| f64::from(sample.cosine)),
        series,
    })
}

/// What one photo is worth with a fault of one strength.
struct Sample {
    quality: Quality,
    /// Likeness to the same face without the fault.
    cosine: f32,
}

fn with_fault(evaluated: &Evaluated, fault: Fault, photo: &Photo) -> Result<Vec<Sample>> {
    let mut clean: Option<Studied> = None;
    let mut samples = Vec::new();
    for step in 0..=STEPS {
        let studied = evaluated.pipeline.study_photo(&fault.add(photo, step)?, Role::Selfie)?.ok();
        let alike = |a: &Studied, b: &Studied| likeness(&a.face.vector, &b.face.vector);
        let own = studied.as_ref();
        samples.push(Sample {
            quality: own.map_or_else(Quality::default, |studied| studied.quality),
            cosine: own.map_or(0.0, |studied| alike(clean.as_ref().unwrap_or(studied), studied)),
        });
        if step == 0 {
            clean = studied;
        }
    }
    Ok(samples)
}
