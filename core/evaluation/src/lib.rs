//! From labelled comparisons to error rates with their intervals, and a report.
//!
//! Words are those of ISO/IEC 19795-1: a comparison of two photos of one person is *genuine*, of two
//! people *impostor*; FMR and FNMR are shares of comparisons, failure to acquire (FTA) is the share
//! of photos that give no template and is told apart. Two faces match where their cosine is at least
//! the threshold.
//!
//! Every function is pure: no files, clock, random numbers or threads.

mod calibration;
mod comparisons;
mod degradation;
mod discard;
mod folds;
mod identity;
mod interval;
mod pairs;
mod rates;
mod report;
mod summary;

pub use calibration::{CalibrationRow, calibration_rows};
pub use comparisons::{Comparisons, Kind, Scored, Templates};
pub use degradation::{Degradation, Series};
pub use discard::{Discard, Measure, discard};
pub use folds::{FoldAccuracy, fold_accuracy};
pub use identity::IdentityRule;
pub use interval::wilson_95;
pub use pairs::{Pair, Pairs, PairsError, Side, Sides};
pub use rates::{AtFmr, RATES, Rates};
pub use report::{FacePair, Report};
pub use summary::{GroupSummary, Run, Summary};
