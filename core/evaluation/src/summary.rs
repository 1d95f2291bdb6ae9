//! The figures of an evaluation, as they are written down.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::comparisons::{Comparisons, Group, Kind, Templates};
use crate::degradation::Degradation;
use crate::discard::Discard;
use crate::folds::fold_accuracy;
use crate::pairs::Pairs;
use crate::rates::{AtFmr, RATES, Rates};

/// What the caller knows of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// Version of the program.
    pub facematch: String,
    /// The model pack.
    pub pack: String,
    /// The calibration that was in force.
    pub calibration: String,
    /// `selfie_to_selfie` or `selfie_to_id`.
    pub mode: String,
    /// Photos that the service would not compare although a face was found, by reason.
    pub gate_refusals: BTreeMap<String, usize>,
    /// Photos without a template, by reason.
    pub acquisition_failures: BTreeMap<String, usize>,
    /// Genuine comparisons that could not be made for want of a template. FNMR does not count them.
    pub genuine_lost: usize,
    /// Impostor comparisons that could not be made.
    pub impostor_lost: usize,
    /// Time that the photos took, in seconds.
    pub seconds: f64,
}

/// The figures of an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// What the caller knows.
    #[serde(flatten)]
    pub run: Run,
    /// `listed` or `all`.
    pub comparisons: &'static str,
    /// Photos of the table.
    pub photos: usize,
    /// Failure to acquire: the share of photos without a template, 0 to 1.
    pub fta: f64,
    /// Genuine comparisons that were made.
    pub genuine: usize,
    /// Impostor comparisons that were made.
    pub impostor: usize,
    /// Share of right answers over the table's folds, 0 to 1; none without folds.
    pub accuracy: Option<f64>,
    /// Standard error of the accuracy.
    pub accuracy_standard_error: Option<f64>,
    /// Folds.
    pub folds: Option<usize>,
    /// Equal error rate, 0 to 1.
    pub eer: Option<f64>,
    /// True match rates by false match rate, `1e-2` to `1e-6`; none where the comparisons are too few
    /// to carry the rate (rule of three).
    pub tmr_at_fmr: BTreeMap<&'static str, Option<AtFmr>>,
    /// The same for each value of each group column.
    pub groups: BTreeMap<String, BTreeMap<String, GroupSummary>>,
    /// What leaving out poor photos is worth, by measure of quality; the caller's.
    pub quality: Vec<Discard>,
    /// How the measures answer to faults; the caller's, empty unless asked for.
    pub degradations: Vec<Degradation>,
}

/// The figures of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupSummary {
    /// Genuine comparisons.
    pub genuine: usize,
    /// Impostor comparisons.
    pub impostor: usize,
    /// Equal error rate, 0 to 1.
    pub eer: Option<f64>,
    /// True match rates by false match rate.
    pub tmr_at_fmr: BTreeMap<&'static str, Option<AtFmr>>,
}

impl Summary {
    /// Sums up `made`, the comparisons of `kind`, which are also given in order.
    #[must_use]
    pub fn new(run: Run, pairs: &Pairs, templates: &Templates, kind: Kind, rates: &Rates) -> Self {
        let accuracy = fold_accuracy(pairs, templates);
        let missing = templates.iter().filter(|template| template.is_none()).count();
        Self {
            run,
            comparisons: if kind == Kind::All { "all" } else { "listed" },
            photos: templates.len(),
            fta: missing as f64 / templates.len() as f64,
            genuine: rates.genuine().len(),
            impostor: rates.impostor().len(),
            accuracy: accuracy.as_ref().map(|accuracy| accuracy.mean),
            accuracy_standard_error: accuracy.as_ref().map(|accuracy| accuracy.standard_error),
            folds: accuracy.as_ref().map(|accuracy| accuracy.folds),
            eer: rates.eer(),
            tmr_at_fmr: tmr_at_fmr(rates),
            groups: groups(pairs, templates, kind),
            quality: Vec::new(),
            degradations: Vec::new(),
        }
    }
}

fn tmr_at_fmr(rates: &Rates) -> BTreeMap<&'static str, Option<AtFmr>> {
    RATES.iter().map(|&(name, fmr)| (name, rates.at_fmr(fmr))).collect()
}

fn groups(
    pairs: &Pairs,
    templates: &Templates,
    kind: Kind,
) -> BTreeMap<String, BTreeMap<String, GroupSummary>> {
    let column = |(index, name): (usize, &String)| {
        let values: BTreeSet<&str> =
            pairs.rows.iter().map(|pair| pair.groups[index].as_str()).collect();
        let of = |value: &str| group(pairs, templates, kind, Some((index, value)));
        (name.clone(), values.into_iter().map(|value| (value.to_owned(), of(value))).collect())
    };
    pairs.group_columns.iter().enumerate().map(column).collect()
}

fn group(pairs: &Pairs, templates: &Templates, kind: Kind, group: Group<'_>) -> GroupSummary {
    let rows = 0..Comparisons::rows(pairs, kind);
    let rates = Rates::new(Comparisons::of_group(pairs, templates, kind, rows, group));
    GroupSummary {
        genuine: rates.genuine().len(),
        impostor: rates.impostor().len(),
        eer: rates.eer(),
        tmr_at_fmr: tmr_at_fmr(&rates),
    }
}
