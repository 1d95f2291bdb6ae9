//! One file a trial: a blow, and a look at what is left.

pub(crate) mod clock;
pub(crate) mod control;
pub(crate) mod disk;
pub(crate) mod kill;
pub(crate) mod pause;
pub(crate) mod poison;
pub(crate) mod power;
pub(crate) mod races;
pub(crate) mod slow;
pub(crate) mod stop;

use crate::report::Report;
use std::io::Write;

/// Says loudly that a trial cannot be held on this machine.
fn skipped(trial: &str, reason: &str) -> Option<Report> {
    let _ = writeln!(std::io::stderr(), "\n*** SKIPPED: {trial}: {reason}\n");
    None
}
