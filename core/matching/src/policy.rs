//! What a partner accepts, as error rates.

use facematch_contract::limits::{DEFAULT_MATCH_FMR, DEFAULT_REVIEW_FMR, POLICY_FMR_RANGE};

/// The false match rates up to which a comparison is a match, and up to which a person should look.
///
/// Both lie in [`POLICY_FMR_RANGE`], and the match rate is not above the review rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    match_fmr: f64,
    review_fmr: f64,
}

/// Why two rates are no policy.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A rate lies outside the range.
    #[error("rate {fmr} is not between {least_fmr} and {most_fmr}")]
    OutOfRange {
        /// The rate.
        fmr: f64,
        /// Least rate that may be asked for.
        least_fmr: f64,
        /// Greatest rate that may be asked for.
        most_fmr: f64,
    },
    /// A match would be easier to reach than a review.
    #[error("match rate {match_fmr} is above review rate {review_fmr}")]
    MatchAboveReview {
        /// The rate for a match.
        match_fmr: f64,
        /// The rate for a review.
        review_fmr: f64,
    },
}

impl Policy {
    /// Takes the rates for `match` and for `review`. Equal rates leave nothing to review.
    ///
    /// # Errors
    /// [`PolicyError`] if a rate is outside the range, not a number, or the two are the wrong way
    /// round.
    pub fn new(match_fmr: f64, review_fmr: f64) -> Result<Self, PolicyError> {
        let (least_fmr, most_fmr) = POLICY_FMR_RANGE;
        for fmr in [match_fmr, review_fmr] {
            if !(least_fmr..=most_fmr).contains(&fmr) {
                return Err(PolicyError::OutOfRange { fmr, least_fmr, most_fmr });
            }
        }
        if match_fmr > review_fmr {
            return Err(PolicyError::MatchAboveReview { match_fmr, review_fmr });
        }
        Ok(Self { match_fmr, review_fmr })
    }

    /// Greatest false match rate of a match.
    #[must_use]
    pub fn match_fmr(&self) -> f64 {
        self.match_fmr
    }

    /// Greatest false match rate of what a person should look at.
    #[must_use]
    pub fn review_fmr(&self) -> f64 {
        self.review_fmr
    }
}

impl Default for Policy {
    /// The contract's defaults: match at 1e-4, review at 1e-2.
    fn default() -> Self {
        Self { match_fmr: DEFAULT_MATCH_FMR, review_fmr: DEFAULT_REVIEW_FMR }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_in_range_and_the_right_way_round() {
        let cases = [
            (1e-6, 1e-2, true),
            (1e-4, 1e-4, true),
            (1e-3, 1e-4, false),
            (0.9e-6, 1e-2, false),
            (1e-4, 1.1e-2, false),
            (0.0, 1e-2, false),
            (-1e-4, 1e-2, false),
            (f64::NAN, 1e-2, false),
            (1e-4, f64::NAN, false),
            (1e-4, f64::INFINITY, false),
        ];
        for (match_fmr, review_fmr, ok) in cases {
            assert_eq!(Policy::new(match_fmr, review_fmr).is_ok(), ok, "{match_fmr} {review_fmr}");
        }
    }

    #[test]
    fn the_default_policy_keeps_its_own_rules() {
        let default = Policy::default();
        assert_eq!(Policy::new(default.match_fmr(), default.review_fmr()), Ok(default));
    }
}
