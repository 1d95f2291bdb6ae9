use crate::{Outcome, PhotoFile};
use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result};
use facematch_contract::{Decision, FmrRelation, Score};
use facematch_vision::{JpegBudget, Photo, Rect, crop_around, encode_jpeg};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Prints one line a comparison: photos, decision, score with its error rate, faces.
pub fn print_results(rows: &[(&str, &Outcome)]) {
    anstream::println!(
        "  {:<34} {:<13} {:>7}  {:<22} {:>10}",
        "photos",
        "decision",
        "cosine",
        "FMR at this score",
        "confirm →"
    );
    for (photos, outcome) in rows {
        let comparison = &outcome.result.comparison;
        let style = decision_style(comparison.decision);
        let (cosine, fmr) = comparison.score.as_ref().map_or_else(
            || ("–".to_owned(), reasons(outcome)),
            |score| (format!("{:.3}", score.cosine), fmr(score)),
        );
        anstream::println!(
            "  {photos:<34} {style}{:<13}{style:#} {cosine:>7}  {fmr:<22} {:>7} ms",
            comparison.decision.as_str(),
            outcome.matching.as_millis()
        );
    }
}

/// Saves the compared faces as `NAME-ROLE.jpg` in `folder`, in the order of the photos.
///
/// # Errors
/// When a photo cannot be decoded or a file cannot be written.
pub fn save_crops(outcome: &Outcome, photos: &[&PhotoFile], folder: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut saved = Vec::new();
    for (report, photo) in outcome.result.comparison.images.iter().zip(photos) {
        let Some(face) = &report.face else { continue };
        let area = face.bounding_box;
        let area = Rect { x: area.x, y: area.y, width: area.width, height: area.height };
        let crop = crop_around(&Photo::decode(&photo.bytes)?, area, 0.25)?;
        let stem = Path::new(&photo.name).file_stem().unwrap_or_default().to_string_lossy();
        let path = folder.join(format!("{stem}-{}.jpg", report.role.as_str()));
        fs::write(&path, encode_jpeg(&crop, &JpegBudget::default())?.bytes)
            .with_context(|| format!("cannot write {}", path.display()))?;
        saved.push(path);
    }
    Ok(saved)
}

fn reasons(outcome: &Outcome) -> String {
    let reasons = &outcome.result.comparison.reasons;
    reasons.iter().map(|reason| reason.hint.as_str()).collect::<Vec<_>>().join(" ")
}

fn fmr(score: &Score) -> String {
    let relation = match score.fmr_relation {
        FmrRelation::AtLeast => "at least",
        FmrRelation::About => "about",
        FmrRelation::AtMost => "at most",
    };
    format!("{relation} 1 in {:.0}", 1.0 / score.fmr)
}

fn decision_style(decision: Decision) -> Style {
    let colour = match decision {
        Decision::Match => AnsiColor::Green,
        Decision::Review | Decision::Inconclusive => AnsiColor::Yellow,
        Decision::NoMatch => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}
