//! Points of a calibration: the least cosine for each false match rate.

use crate::interval::wilson_95;
use crate::rates::{RATES, Rates};

/// One point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationRow {
    /// The rate that the point stands for.
    pub fmr: f64,
    /// Least cosine, rounded up to four digits.
    pub cosine: f32,
    /// Impostor comparisons that reach it.
    pub impostors: usize,
    /// All impostor comparisons.
    pub of: usize,
    /// 95 % interval of the true rate (Wilson).
    pub ci95: [f64; 2],
}

/// The points that the comparisons carry, from the greatest rate to the least.
#[must_use]
pub fn calibration_rows(rates: &Rates) -> Vec<CalibrationRow> {
    let carried = RATES.iter().filter_map(|&(_, fmr)| Some((fmr, rates.threshold(fmr)?)));
    carried.map(|(fmr, threshold)| row(rates, fmr, threshold)).collect()
}

fn row(rates: &Rates, fmr: f64, threshold: f32) -> CalibrationRow {
    // Four digits in 64 bits, so that the rounded value is never below the threshold.
    let rounded = (f64::from(threshold) * 1e4).ceil() / 1e4;
    let mut cosine = rounded as f32;
    if cosine < threshold {
        cosine = threshold;
    }
    let impostors = rates.impostors_at(cosine);
    let of = rates.impostor().len();
    CalibrationRow { fmr, cosine, impostors, of, ci95: wilson_95(impostors, of) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparisons::Comparisons;

    #[test]
    fn points_keep_their_rate_and_stop_where_nothing_carries_them() {
        // A share of 1 in 10^n reaches n quarters.
        let tail = |i: u32| 0.25 * -(1.0 - f64::from(i) / 40_000.0).log10();
        let impostor: Vec<f32> = (0..40_000).map(|i| tail(i) as f32).collect();
        let rates = Rates::new(Comparisons { impostor, ..Comparisons::default() });
        let rows = calibration_rows(&rates);
        assert_eq!(rows.iter().map(|row| row.fmr).collect::<Vec<_>>(), [1e-2, 1e-3, 1e-4]);
        for row in &rows {
            assert!(rates.fmr(row.cosine) <= row.fmr, "{row:?}");
            assert!(row.ci95[0] <= row.fmr, "{row:?}");
        }
        assert!((rows[0].cosine - 0.5).abs() < 2e-3, "{rows:?}");
        assert!(rows.windows(2).all(|pair| pair[0].cosine < pair[1].cosine), "{rows:?}");
    }
}
