//! Accuracy over folds: each fold is judged by the threshold that suits the others best.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::comparisons::{Comparisons, Kind, Templates};
use crate::pairs::Pairs;

/// Share of right answers over folds, as LFW's protocol has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoldAccuracy {
    /// Mean over the folds, 0 to 1.
    pub mean: f64,
    /// Standard error of that mean.
    pub standard_error: f64,
    /// How many folds.
    pub folds: usize,
}

/// The accuracy over the table's rows; nothing with fewer than two folds. A row without both
/// templates counts as answered "two people".
#[must_use]
pub fn fold_accuracy(pairs: &Pairs, templates: &Templates) -> Option<FoldAccuracy> {
    let names: BTreeSet<&str> = pairs.rows.iter().filter_map(|pair| pair.fold.as_deref()).collect();
    let answers = answers(pairs, templates);
    let shares: Vec<f64> = names.iter().map(|name| judge(&answers, name)).collect();
    let folds = shares.len();
    if folds < 2 {
        return None;
    }
    let mean = shares.iter().sum::<f64>() / folds as f64;
    let variance =
        shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / (folds - 1) as f64;
    Some(FoldAccuracy { mean, standard_error: (variance / folds as f64).sqrt(), folds })
}

struct Answer<'a> {
    cosine: f32,
    same: bool,
    fold: &'a str,
}

fn answers<'a>(pairs: &'a Pairs, templates: &Templates) -> Vec<Answer<'a>> {
    let mut answers: Vec<_> = (0..pairs.rows.len())
        .filter_map(|row| {
            let pair = &pairs.rows[row];
            let fold = pair.fold.as_deref()?;
            let made = Comparisons::of(pairs, templates, Kind::Listed, row..row + 1);
            let cosine = made.genuine.first().or(made.impostor.first()).copied().unwrap_or(-1.0);
            Some(Answer { cosine, same: pair.same, fold })
        })
        .collect();
    answers.sort_unstable_by(|a, b| a.cosine.total_cmp(&b.cosine));
    answers
}

/// Share of right answers in `fold`, at the threshold of the others.
fn judge(answers: &[Answer<'_>], fold: &str) -> f64 {
    let (own, others): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.fold == fold);
    let threshold = best_threshold(&others);
    let right = own.iter().filter(|answer| (answer.cosine >= threshold) == answer.same).count();
    right as f64 / own.len() as f64
}

/// The threshold with the most right answers, half-way between two cosines. `answers` are in order.
fn best_threshold(answers: &[&Answer<'_>]) -> f32 {
    let mut right = answers.iter().filter(|answer| answer.same).count() as i64;
    let (mut best, mut most) = (f32::MIN, right);
    for (index, answer) in answers.iter().enumerate() {
        // The threshold passes this answer, which now says "two people".
        right += if answer.same { -1 } else { 1 };
        if right > most {
            most = right;
            let next = answers.get(index + 1).map_or(answer.cosine.next_up(), |next| next.cosine);
            best = answer.cosine.midpoint(next);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparisons::tests::at;
    use crate::identity::IdentityRule;

    /// Rows of fold, degrees between the two photos, whether they are of one person.
    fn accuracy(rows: &[(u32, f32, u32)]) -> Option<FoldAccuracy> {
        let mut text = "fold,a,b,same\n".to_owned();
        let mut templates = Vec::new();
        for (index, (fold, degrees, same)) in rows.iter().enumerate() {
            text.push_str(&format!("{fold},{index}/a,{index}/b,{same}\n"));
            templates.extend([at(0.0), at(*degrees)]);
        }
        fold_accuracy(&Pairs::parse(&text, IdentityRule::Folder).unwrap(), &templates)
    }

    #[test]
    fn each_fold_takes_the_threshold_of_the_others() {
        // Fold 1 is clear; fold 2 has an impostor at 20 degrees. Fold 1's threshold lies between 10
        // and 80 degrees, so that it takes that impostor for the same person; fold 2's lies between
        // 10 and 20, which is right for fold 1.
        let rows = [(1, 10.0, 1), (1, 80.0, 0), (2, 10.0, 1), (2, 20.0, 0)];
        let got = accuracy(&rows).unwrap();
        assert!((got.mean - 0.75).abs() < 1e-12, "{got:?}");
        assert!((got.standard_error - 0.25).abs() < 1e-12);
        assert_eq!(got.folds, 2);
    }

    #[test]
    fn one_fold_judges_nothing() {
        assert_eq!(accuracy(&[(1, 10.0, 1), (1, 80.0, 0)]), None);
    }
}
