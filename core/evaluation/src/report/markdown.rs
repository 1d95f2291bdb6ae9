//! The figures as Markdown, for documents.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::tables::percent;
use crate::discard::Discard;
use crate::rates::{AtFmr, RATES};
use crate::summary::Summary;

impl Summary {
    /// The figures as Markdown tables.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "{}, {}: {} genuine and {} impostor comparisons of {} photos; failure to acquire {}",
            self.run.pack,
            self.run.mode,
            self.genuine,
            self.impostor,
            self.photos,
            percent(self.fta)
        );
        if let (Some(accuracy), Some(error)) = (self.accuracy, self.accuracy_standard_error) {
            let error = error * 100.0;
            let _ = write!(text, "; accuracy over folds {} ± {error:.2}", percent(accuracy));
        }
        if let Some(eer) = self.eer {
            let _ = write!(text, "; equal error rate {}", percent(eer));
        }
        text.push_str(
            ".\n\n| | FMR 1e-2 | 1e-3 | 1e-4 | 1e-5 | 1e-6 |\n|---|---|---|---|---|---|\n",
        );
        text.push_str(&row("TMR, all", &self.tmr_at_fmr));
        for (column, values) in &self.groups {
            for (value, group) in values {
                text.push_str(&row(&format!("TMR, {column} {value}"), &group.tmr_at_fmr));
            }
        }
        text.push_str(&thresholds(&self.tmr_at_fmr));
        if let Some(unified) = self.quality.iter().find(|one| one.measure == "unified") {
            text.push_str(&discarded(unified));
        }
        text
    }
}

fn row(name: &str, rates: &BTreeMap<&'static str, Option<AtFmr>>) -> String {
    cells(name, rates, |at| {
        format!("{} ({:.1}–{:.1})", percent(at.tmr), at.ci95[0] * 100.0, at.ci95[1] * 100.0)
    })
}

fn thresholds(rates: &BTreeMap<&'static str, Option<AtFmr>>) -> String {
    cells("cosine, all", rates, |at| format!("{:.3}", at.threshold))
}

fn cells(
    name: &str,
    rates: &BTreeMap<&'static str, Option<AtFmr>>,
    show: impl Fn(AtFmr) -> String,
) -> String {
    let mut text = format!("| {name} |");
    for (rate, _) in RATES {
        let at = rates.get(rate).copied().flatten();
        let _ = write!(text, " {} |", at.map_or("too few pairs".to_owned(), &show));
    }
    text + "\n"
}

fn discarded(unified: &Discard) -> String {
    format!(
        "\nLeaving out the 5 % of genuine comparisons with the poorest photo (least quality component) takes FNMR at FMR 1e-4 from {} to {}.\n",
        percent(unified.fnmr),
        percent(unified.fnmr_without_worst_5_percent)
    )
}
