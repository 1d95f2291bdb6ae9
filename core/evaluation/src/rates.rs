//! Error rates at thresholds, and thresholds at error rates.

use serde::Serialize;

use crate::comparisons::Comparisons;
use crate::interval::wilson_95;

/// The false match rates that are told, with their names.
pub const RATES: [(&str, f64); 5] =
    [("1e-2", 1e-2), ("1e-3", 1e-3), ("1e-4", 1e-4), ("1e-5", 1e-5), ("1e-6", 1e-6)];

/// A share of `f` needs `3 / f` comparisons: with fewer, none at all would be no sign that the rate
/// is that low (rule of three).
const RULE_OF_THREE: f64 = 3.0;

/// Cosines in order, ready to be counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    genuine: Vec<f32>,
    impostor: Vec<f32>,
}

/// What holds at the threshold of one false match rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AtFmr {
    /// True match rate: the share of genuine comparisons that match. 1 - FNMR.
    pub tmr: f64,
    /// Least cosine of a match.
    pub threshold: f32,
    /// 95 % interval of `tmr` (Wilson).
    pub ci95: [f64; 2],
    /// Impostor comparisons that match; the rate rests on these few.
    pub impostors_at_threshold: usize,
}

impl Rates {
    /// Takes the cosines; all are finite.
    #[must_use]
    pub fn new(mut scores: Comparisons) -> Self {
        scores.genuine.sort_unstable_by(f32::total_cmp);
        scores.impostor.sort_unstable_by(f32::total_cmp);
        Self { genuine: scores.genuine, impostor: scores.impostor }
    }

    /// Genuine comparisons, least cosine first.
    #[must_use]
    pub fn genuine(&self) -> &[f32] {
        &self.genuine
    }

    /// Impostor comparisons, least cosine first.
    #[must_use]
    pub fn impostor(&self) -> &[f32] {
        &self.impostor
    }

    /// Impostor comparisons that match at `threshold`.
    #[must_use]
    pub fn impostors_at(&self, threshold: f32) -> usize {
        at_least(&self.impostor, threshold)
    }

    /// False match rate at `threshold`; 0 without impostor comparisons.
    #[must_use]
    pub fn fmr(&self, threshold: f32) -> f64 {
        share(self.impostors_at(threshold), self.impostor.len())
    }

    /// False non-match rate at `threshold`; 0 without genuine comparisons.
    #[must_use]
    pub fn fnmr(&self, threshold: f32) -> f64 {
        let matches = at_least(&self.genuine, threshold);
        share(self.genuine.len() - matches, self.genuine.len())
    }

    /// The least threshold at which the false match rate is at most `fmr`; nothing where there are
    /// too few impostor comparisons for that rate.
    #[must_use]
    pub fn threshold(&self, fmr: f64) -> Option<f32> {
        let count = self.impostor.len();
        if (count as f64) * fmr < RULE_OF_THREE {
            return None;
        }
        let allowed = (count as f64 * fmr) as usize;
        // One more than allowed has this cosine or a greater one: the threshold is just above.
        Some(self.impostor.get(count.checked_sub(allowed + 1)?)?.next_up())
    }

    /// True match rate at a false match rate; nothing where the comparisons cannot carry it.
    #[must_use]
    pub fn at_fmr(&self, fmr: f64) -> Option<AtFmr> {
        let threshold = self.threshold(fmr)?;
        let (matches, count) = (at_least(&self.genuine, threshold), self.genuine.len());
        (count > 0).then(|| AtFmr {
            tmr: share(matches, count),
            threshold,
            ci95: wilson_95(matches, count),
            impostors_at_threshold: self.impostors_at(threshold),
        })
    }

    /// Equal error rate: where false matches and false non-matches have one share, taken between the
    /// two neighbouring thresholds. Nothing without comparisons of both kinds.
    #[must_use]
    pub fn eer(&self) -> Option<f64> {
        if self.genuine.is_empty() || self.impostor.is_empty() {
            return None;
        }
        // FNMR - FMR grows with the threshold: find the first genuine cosine above which it is positive.
        let gap = |threshold: f32| self.fnmr(threshold) - self.fmr(threshold);
        let at = self.genuine.partition_point(|&cosine| gap(cosine.next_up()) < 0.0);
        let Some(&cosine) = self.genuine.get(at) else { return Some(0.0) };
        let (before, after) = (cosine, cosine.next_up());
        let (low, high) = (gap(before), gap(after));
        let part = if high > low { (-low / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
        Some(self.fnmr(before) + part * (self.fnmr(after) - self.fnmr(before)))
    }

    /// Points of false match rate and false non-match rate from the strictest threshold to the
    /// loosest, about as many for each tenth of the rate.
    #[must_use]
    pub fn curve(&self) -> Vec<(f64, f64)> {
        let count = self.impostor.len();
        let mut ranks: Vec<usize> = (0..=240)
            .map(|step| (count as f64).powf(f64::from(step) / 240.0).round() as usize)
            .collect();
        ranks.dedup();
        let at_rank = |rank: usize| self.impostor[count - rank];
        ranks.retain(|&rank| (1..=count).contains(&rank));
        ranks.into_iter().map(at_rank).map(|cosine| (self.fmr(cosine), self.fnmr(cosine))).collect()
    }
}

fn at_least(sorted: &[f32], threshold: f32) -> usize {
    sorted.len() - sorted.partition_point(|&cosine| cosine < threshold)
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(genuine: &[f32], impostor: &[f32]) -> Rates {
        let (genuine, impostor) = (genuine.to_vec(), impostor.to_vec());
        Rates::new(Comparisons { genuine, impostor, ..Comparisons::default() })
    }

    #[test]
    fn shares_by_hand() {
        let rates = rates(&[0.9, 0.4, 0.7, 0.6], &[0.1, 0.5, 0.2, 0.3, 0.5]);
        assert!((rates.fmr(0.5) - 0.4).abs() < 1e-12, "a match is at least the threshold");
        assert!((rates.fnmr(0.6) - 0.25).abs() < 1e-12);
        assert!((rates.fmr(0.51)).abs() < 1e-12);
    }

    #[test] // 300 impostors at 0.000, 0.001, …, some of them twice.
    fn a_threshold_keeps_its_rate_and_is_the_least_that_does() {
        let impostor: Vec<f32> = (0..300).map(|i| (i / 2 * 2) as f32 / 1000.0).collect();
        let rates = rates(&[0.29, 0.31], &impostor);
        for fmr in [0.01, 0.02, 0.1, 0.5] {
            let threshold = rates.threshold(fmr).unwrap();
            assert!(rates.fmr(threshold) <= fmr, "{fmr}: {threshold}");
            assert!(rates.fmr(threshold.next_down()) > fmr, "{fmr}: {threshold}");
        }
        assert_eq!(rates.threshold(0.009), None, "2.7 expected errors carry no rate");
        let at = rates.at_fmr(0.01).unwrap();
        assert!((at.tmr - 0.5).abs() < 1e-12, "{at:?}");
        assert_eq!(at.impostors_at_threshold, 2);
    }

    #[test]
    fn equal_error_rates() {
        let apart = rates(&[0.8, 0.9], &[0.1, 0.2]);
        assert_eq!(apart.eer(), Some(0.0));
        // At 0.5: one impostor of four matches, one genuine of four does not.
        let one = rates(&[0.4, 0.6, 0.7, 0.8], &[0.1, 0.2, 0.3, 0.5]);
        assert!((one.eer().unwrap() - 0.25).abs() < 1e-9, "{:?}", one.eer());
        let turned = rates(&[0.1, 0.2], &[0.8, 0.9]);
        assert!((turned.eer().unwrap() - 1.0).abs() < 1e-9);
        assert_eq!(rates(&[], &[0.1]).eer(), None);
    }

    #[test]
    fn the_curve_falls() {
        let genuine: Vec<f32> = (0..500).map(|i| 0.3 + i as f32 / 1000.0).collect();
        let impostor: Vec<f32> = (0..5000).map(|i| i as f32 / 10_000.0).collect();
        let curve = rates(&genuine, &impostor).curve();
        assert!(curve.len() > 100, "{}", curve.len());
        assert!(curve.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 >= w[1].1), "{curve:?}");
        assert!(rates(&[0.5], &[]).curve().is_empty());
    }
}
