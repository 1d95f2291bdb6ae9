//! Two faces, how alike they are, and what that means.

use facematch_contract::Decision;

use crate::calibration::{Calibration, FmrEstimate};
use crate::decide::{Thresholds, decide};
use crate::embedding::{Cosine, Embedding};
use crate::policy::Policy;

/// Two faces compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The answer.
    pub decision: Decision,
    /// How alike they are.
    pub cosine: Cosine,
    /// How many impostors would be as alike.
    pub fmr: FmrEstimate,
    /// The least cosines for a match and a review.
    pub thresholds: Thresholds,
}

/// Compares two faces and decides under `policy`; `calibration` says what a cosine of two such
/// photos means.
#[must_use]
pub fn compare(
    a: &Embedding,
    b: &Embedding,
    policy: &Policy,
    calibration: &Calibration,
) -> Comparison {
    let cosine = a.cosine(b);
    Comparison {
        decision: decide(cosine, policy, calibration),
        cosine,
        fmr: calibration.fmr_at(cosine),
        thresholds: Thresholds::new(policy, calibration),
    }
}
