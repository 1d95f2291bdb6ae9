//! From a cosine to a decision.

use facematch_contract::Decision;

use crate::calibration::Calibration;
use crate::embedding::Cosine;
use crate::policy::Policy;

/// The least cosines that a policy comes to under a calibration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Least cosine of a match.
    pub match_cosine: f32,
    /// Least cosine of what a person should look at; not above `match_cosine`.
    pub review_cosine: f32,
}

impl Thresholds {
    /// Reads the thresholds of `policy` off `calibration`.
    #[must_use]
    pub fn new(policy: &Policy, calibration: &Calibration) -> Self {
        // A calibration covers every policy. Were it not so, no cosine would reach the threshold.
        let at = |fmr| calibration.threshold_at(fmr).unwrap_or(f32::INFINITY);
        Self { match_cosine: at(policy.match_fmr()), review_cosine: at(policy.review_fmr()) }
    }
}

/// What `cosine` means under `policy` and `calibration`. A threshold belongs to the side above it.
///
/// Returns `Inconclusive` if the cosine is not a number: a broken score must never open a door.
#[must_use]
pub fn decide(cosine: Cosine, policy: &Policy, calibration: &Calibration) -> Decision {
    let thresholds = Thresholds::new(policy, calibration);
    match cosine.value() {
        value if value.is_nan() => Decision::Inconclusive,
        value if value >= thresholds.match_cosine => Decision::Match,
        value if value >= thresholds.review_cosine => Decision::Review,
        _ => Decision::NoMatch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::calibration;

    #[test]
    fn decision_changes_exactly_at_the_thresholds() {
        struct Case {
            cosine: f32,
            want: Decision,
        }
        let cases = [
            Case { cosine: 1.0, want: Decision::Match },
            Case { cosine: 0.4, want: Decision::Match },
            Case { cosine: 0.4_f32.next_down(), want: Decision::Review },
            Case { cosine: 0.25, want: Decision::Review },
            Case { cosine: 0.25_f32.next_down(), want: Decision::NoMatch },
            Case { cosine: 0.0, want: Decision::NoMatch },
            Case { cosine: -1.0, want: Decision::NoMatch },
            Case { cosine: f32::NAN, want: Decision::Inconclusive },
        ];
        for Case { cosine, want } in cases {
            let got = decide(Cosine::new(cosine), &Policy::default(), &calibration());
            assert_eq!(got, want, "cosine {cosine}");
        }
    }

    #[test]
    fn equal_rates_leave_nothing_to_review() {
        let policy = Policy::new(1e-3, 1e-3).unwrap();
        let decide = |cosine| decide(Cosine::new(cosine), &policy, &calibration());
        assert_eq!(decide(0.333), Decision::Match);
        assert_eq!(decide(0.333_f32.next_down()), Decision::NoMatch);
    }

    #[test]
    fn a_stricter_policy_never_matches_more() {
        let rates = [1e-6, 3e-6, 1e-5, 1e-4, 2e-3, 1e-2];
        let thresholds = rates
            .map(|fmr| Thresholds::new(&Policy::new(fmr, 1e-2).unwrap(), &calibration()))
            .map(|thresholds| thresholds.match_cosine);
        assert!(thresholds.is_sorted_by(|a, b| a > b), "{thresholds:?}");
    }
}
