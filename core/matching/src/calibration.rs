//! What a cosine means: the share of impostors that reach it.

use facematch_contract::FmrRelation;
use facematch_contract::limits::POLICY_FMR_RANGE;
use serde::Deserialize;

use crate::embedding::Cosine;

/// One measured point: of all impostor pairs, the share `fmr` reaches `cosine` or more.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationPoint {
    /// False match rate, between 0 and 1.
    pub fmr: f64,
    /// Cosine, -1 to 1.
    pub cosine: f32,
    /// 95 % interval of the true rate, from the count of impostor pairs behind the point.
    pub ci95: [f64; 2],
}

/// A measured table from false match rate to cosine. It covers every rate that a policy may ask
/// for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Table")]
pub struct Calibration {
    version: String,
    /// From the greatest rate to the least, thus from the least cosine to the greatest.
    points: Vec<CalibrationPoint>,
}

/// A false match rate read off a calibration, and how it relates to the true one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FmrEstimate {
    /// False match rate, between 0 and 1.
    pub fmr: f64,
    /// `AtLeast` or `AtMost` if the cosine lies outside the table: nothing is extrapolated.
    pub relation: FmrRelation,
    /// 95 % interval of the true rate; open to 0 or 1 outside the table.
    pub ci95: [f64; 2],
}

/// Why a table is no calibration, or does not answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CalibrationError {
    /// A rate is not between 0 and 1 and in its interval, or a cosine not between -1 and 1.
    #[error("point {index} is out of range")]
    OutOfRange {
        /// Which point, from 0.
        index: usize,
    },
    /// Rates must fall and cosines rise from point to point.
    #[error("point {index} does not have a lower rate and a higher cosine than the one before")]
    NotMonotonic {
        /// Which point, from 0.
        index: usize,
    },
    /// The table does not reach the rates that a policy may ask for.
    #[error("the table does not cover rates from {least_fmr} to {most_fmr}")]
    TooNarrow {
        /// Least rate that must be covered.
        least_fmr: f64,
        /// Greatest rate that must be covered.
        most_fmr: f64,
    },
    /// The rate lies outside the table.
    #[error("rate {fmr} lies outside the table")]
    NotCovered {
        /// The rate.
        fmr: f64,
    },
}

impl Calibration {
    /// Takes points from the greatest rate to the least.
    ///
    /// # Errors
    /// [`CalibrationError`] if the points are out of range, not strictly monotonic, or do not cover
    /// [`POLICY_FMR_RANGE`].
    pub fn new(version: String, points: Vec<CalibrationPoint>) -> Result<Self, CalibrationError> {
        check_ranges(&points)?;
        check_order(&points)?;
        check_cover(&points)?;
        Ok(Self { version, points })
    }

    /// Name of the table, for results.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The measured points, from the greatest rate to the least.
    #[must_use]
    pub fn points(&self) -> &[CalibrationPoint] {
        &self.points
    }

    /// The least cosine that impostors reach at a rate of at most `fmr`, interpolated linearly in
    /// log10(rate).
    ///
    /// # Errors
    /// [`CalibrationError::NotCovered`] if `fmr` lies outside the table or is not a number.
    pub fn threshold_at(&self, fmr: f64) -> Result<f32, CalibrationError> {
        if let Some(point) = self.points.iter().find(|point| point.fmr == fmr) {
            return Ok(point.cosine);
        }
        let inside = |pair: &&[CalibrationPoint]| pair[0].fmr > fmr && fmr > pair[1].fmr;
        let pair = self.points.windows(2).find(inside);
        let pair = pair.ok_or(CalibrationError::NotCovered { fmr })?;
        let (from, to) = (pair[0].fmr.log10(), pair[1].fmr.log10());
        let part = ((fmr.log10() - from) / (to - from)) as f32;
        Ok(pair[0].cosine + (pair[1].cosine - pair[0].cosine) * part)
    }

    /// The false match rate at `cosine`: the inverse of [`Calibration::threshold_at`].
    ///
    /// Outside the table the nearest end is returned with `AtLeast` or `AtMost`. A cosine that is
    /// not a number gets the greatest rate.
    #[must_use]
    pub fn fmr_at(&self, cosine: Cosine) -> FmrEstimate {
        let cosine = cosine.value();
        if let Some(point) = self.points.iter().find(|point| point.cosine == cosine) {
            let CalibrationPoint { fmr, ci95, .. } = *point;
            return FmrEstimate { fmr, relation: FmrRelation::About, ci95 };
        }
        let inside =
            |pair: &&[CalibrationPoint]| pair[0].cosine < cosine && cosine < pair[1].cosine;
        match (self.points.windows(2).find(inside), self.points.first(), self.points.last()) {
            (Some(pair), _, _) => between(pair, cosine),
            (None, _, Some(last)) if cosine > last.cosine => FmrEstimate {
                fmr: last.fmr,
                relation: FmrRelation::AtMost,
                ci95: [0.0, last.ci95[1]],
            },
            (None, first, _) => {
                let (fmr, low) = first.map_or((1.0, 0.0), |first| (first.fmr, first.ci95[0]));
                FmrEstimate { fmr, relation: FmrRelation::AtLeast, ci95: [low, 1.0] }
            }
        }
    }
}

/// The rate between two points, and its interval, each linear in the logarithm.
fn between(pair: &[CalibrationPoint], cosine: f32) -> FmrEstimate {
    let part = f64::from((cosine - pair[0].cosine) / (pair[1].cosine - pair[0].cosine));
    let at = |from: f64, to: f64| 10_f64.powf(from.log10() + (to.log10() - from.log10()) * part);
    let ends = |end: usize| at(pair[0].ci95[end], pair[1].ci95[end]);
    FmrEstimate {
        fmr: at(pair[0].fmr, pair[1].fmr),
        relation: FmrRelation::About,
        ci95: [ends(0), ends(1)],
    }
}

fn check_ranges(points: &[CalibrationPoint]) -> Result<(), CalibrationError> {
    let good = |point: &CalibrationPoint| {
        let [low, high] = point.ci95;
        let rate = 0.0 < low && low <= point.fmr && point.fmr <= high && high < 1.0;
        rate && (-1.0..=1.0).contains(&point.cosine)
    };
    match points.iter().position(|point| !good(point)) {
        Some(index) => Err(CalibrationError::OutOfRange { index }),
        None => Ok(()),
    }
}

fn check_order(points: &[CalibrationPoint]) -> Result<(), CalibrationError> {
    let good =
        |pair: &[CalibrationPoint]| pair[1].fmr < pair[0].fmr && pair[1].cosine > pair[0].cosine;
    match points.windows(2).position(|pair| !good(pair)) {
        Some(index) => Err(CalibrationError::NotMonotonic { index: index + 1 }),
        None => Ok(()),
    }
}

fn check_cover(points: &[CalibrationPoint]) -> Result<(), CalibrationError> {
    let (least_fmr, most_fmr) = POLICY_FMR_RANGE;
    let most = points.first().is_some_and(|point| point.fmr >= most_fmr);
    let least = points.last().is_some_and(|point| point.fmr <= least_fmr);
    if most && least { Ok(()) } else { Err(CalibrationError::TooNarrow { least_fmr, most_fmr }) }
}

/// A calibration as it is written in a pack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    version: String,
    points: Vec<CalibrationPoint>,
}

impl TryFrom<Table> for Calibration {
    type Error = CalibrationError;

    fn try_from(table: Table) -> Result<Self, Self::Error> {
        Self::new(table.version, table.points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{calibration, point};

    #[test]
    fn thresholds_are_exact_at_points_and_linear_in_the_logarithm_between() {
        let cases = [
            (1e-2, Some(0.25)),
            (1e-4, Some(0.40)),
            (1e-6, Some(0.525)),
            (10_f64.powf(-2.5), Some(0.2915)),
            (10_f64.powf(-5.75), Some(0.5075)),
            (1.1e-2, None),
            (0.9e-6, None),
            (0.0, None),
            (-1.0, None),
            (f64::NAN, None),
        ];
        for (fmr, want) in cases {
            match (calibration().threshold_at(fmr), want) {
                (Ok(got), Some(want)) => assert!((got - want).abs() < 1e-6, "{fmr}: {got}"),
                (got, want) => assert_eq!(got.ok(), want, "{fmr}"),
            }
        }
    }

    #[test]
    fn rates_are_never_extrapolated() {
        let cases = [
            (-1.0, 1e-2, FmrRelation::AtLeast),
            (0.2499, 1e-2, FmrRelation::AtLeast),
            (0.25, 1e-2, FmrRelation::About),
            (0.2915, 10_f64.powf(-2.5), FmrRelation::About),
            (0.40, 1e-4, FmrRelation::About),
            (0.525, 1e-6, FmrRelation::About),
            (0.53, 1e-6, FmrRelation::AtMost),
            (1.0, 1e-6, FmrRelation::AtMost),
            (f32::NAN, 1e-2, FmrRelation::AtLeast),
        ];
        for (cosine, fmr, relation) in cases {
            let got = calibration().fmr_at(Cosine::new(cosine));
            assert_eq!(got.relation, relation, "{cosine}");
            assert!((got.fmr / fmr - 1.0).abs() < 1e-4, "{cosine}: {got:?} is not {fmr}");
            let [low, high] = got.ci95;
            assert!(low <= got.fmr && got.fmr <= high, "{cosine}: {got:?}");
            assert_eq!(low == 0.0, relation == FmrRelation::AtMost, "{cosine}: {got:?}");
            assert_eq!(high == 1.0, relation == FmrRelation::AtLeast, "{cosine}: {got:?}");
        }
    }

    #[test] // Half-way in the logarithm between the intervals of two points.
    fn intervals_are_interpolated_like_rates() {
        let with = |fmr, cosine, ci95| CalibrationPoint { ci95, ..point(fmr, cosine) };
        let points = vec![with(1e-2, 0.2, [8e-3, 2e-2]), with(1e-6, 0.4, [5e-7, 8e-6])];
        let table = Calibration::new("test".to_owned(), points).unwrap();
        let [low, high] = table.fmr_at(Cosine::new(0.3)).ci95;
        let want = [(8e-3_f64 * 5e-7).sqrt(), (2e-2_f64 * 8e-6).sqrt()];
        assert!((low / want[0] - 1.0).abs() < 1e-4 && (high / want[1] - 1.0).abs() < 1e-4);
    }

    #[test]
    fn a_table_that_cannot_be_right_is_refused() {
        use CalibrationError::{NotMonotonic, OutOfRange};
        let (least_fmr, most_fmr) = POLICY_FMR_RANGE;
        let narrow = CalibrationError::TooNarrow { least_fmr, most_fmr };
        let cases = [
            (vec![], narrow.clone()),
            (vec![(1e-2, 0.2)], narrow.clone()),
            (vec![(1e-2, 0.2), (1e-5, 0.4)], narrow.clone()),
            (vec![(1e-3, 0.2), (1e-6, 0.4)], narrow),
            (vec![(1e-2, 0.2), (1e-6, 0.2)], NotMonotonic { index: 1 }),
            (vec![(1e-2, 0.2), (1e-4, 0.4), (1e-4, 0.5)], NotMonotonic { index: 2 }),
            (vec![(1e-6, 0.5), (1e-2, 0.2)], NotMonotonic { index: 1 }),
            (vec![(1e-2, 0.2), (0.0, 0.5)], OutOfRange { index: 1 }),
            (vec![(1e-2, f32::NAN), (1e-6, 0.5)], OutOfRange { index: 0 }),
            (vec![(f64::NAN, 0.2), (1e-6, 0.5)], OutOfRange { index: 0 }),
            (vec![(1e-2, 0.2), (1e-6, 1.5)], OutOfRange { index: 1 }),
        ];
        for (points, want) in cases {
            let table = points.iter().map(|&(fmr, cosine)| point(fmr, cosine));
            let got = Calibration::new("test".to_owned(), table.collect());
            assert_eq!(got, Err(want), "{points:?}");
        }
    }

    #[test]
    fn an_interval_without_its_rate_is_refused() {
        for ci95 in [[2e-2, 3e-2], [1e-3, 9e-3], [0.0, 2e-2], [8e-3, f64::NAN], [8e-3, 1.0]] {
            let points = vec![CalibrationPoint { ci95, ..point(1e-2, 0.2) }, point(1e-6, 0.4)];
            let got = Calibration::new("test".to_owned(), points);
            assert_eq!(got, Err(CalibrationError::OutOfRange { index: 0 }), "{ci95:?}");
        }
    }
}
