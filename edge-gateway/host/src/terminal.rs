//! What a person sees: colours and the comparison in words. Colours go away where nobody looks.

use crate::Comparison;
use anstyle::{AnsiColor, Style};
use facematch_contract::{Decision, FmrRelation, MatchResult, Score};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const RED: Style = AnsiColor::Red.on_default().bold();
pub(crate) const GREEN: Style = AnsiColor::Green.on_default().bold();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// Prints a comparison for a person.
pub(crate) fn print_comparison(comparison: &Comparison) {
    let result = &comparison.result;
    let style = decision_style(result.decision);
    anstream::println!("{style}{}{style:#}", result.decision.as_str());
    if let Some(score) = &result.score {
        anstream::println!("  {}", score_line(score, result));
    }
    for reason in &result.reasons {
        let role = reason.role.map_or("", |role| role.as_str());
        anstream::println!("  {role}: {}", reason.hint);
    }
    for image in &result.images {
        let face = image.face.as_ref().map_or_else(
            || "none compared".to_owned(),
            |face| {
                format!("score {:.2}, eyes {:.0} px apart", face.score, face.inter_eye_distance_px)
            },
        );
        anstream::println!(
            "  {DIM}{}: {}×{}, faces found: {}, {face}{DIM:#}",
            image.role.as_str(),
            image.width_px,
            image.height_px,
            image.faces_found
        );
    }
    anstream::println!("  {DIM}liveness (PAD) was not performed{DIM:#}");
}

fn score_line(score: &Score, result: &MatchResult) -> String {
    let relation = match score.fmr_relation {
        FmrRelation::AtLeast => "at least",
        FmrRelation::About => "about",
        FmrRelation::AtMost => "at most",
    };
    format!(
        "cosine {:.3} (match from {:.3}, review from {:.3}); {relation} 1 in {:.0} impostors reaches it",
        score.cosine,
        result.policy.match_threshold,
        result.policy.review_threshold,
        1.0 / score.fmr
    )
}

fn decision_style(decision: Decision) -> Style {
    match decision {
        Decision::Match => GREEN,
        Decision::Review | Decision::Inconclusive => YELLOW,
        Decision::NoMatch => RED,
    }
}
