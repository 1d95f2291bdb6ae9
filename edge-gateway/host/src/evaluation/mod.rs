//! Photos to templates to error rates, for `facematch eval` and `facematch calibrate`: all cores, a progress bar, a cache.

mod cache;
mod degrade;
mod faces;
mod prominent;
mod quality;
mod run;
mod study;
mod table;

pub(crate) use faces::face_pairs;
pub(crate) use quality::{degradations, discards};
pub(crate) use table::{Evaluated, TableOptions, evaluate, write};

use cache::Cache;
use prominent::prominent;
use run::{on_all_cores, study_all};
use study::{Outcome, Subject};
