//! How measures of quality answer to faults that are added to photos.

use serde::Serialize;

/// A fault of growing strength.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Degradation {
    /// What it is, and what its strengths are.
    pub fault: &'static str,
    /// From none to the greatest.
    pub strengths: Vec<f32>,
    /// How many photos the means are over.
    pub photos: usize,
    /// Mean cosine with the same face without the fault, for each strength.
    pub cosine: Vec<f64>,
    /// Mean of each measure, for each strength.
    pub series: Vec<Series>,
}

/// One measure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// Its name.
    pub name: &'static str,
    /// Its mean for each strength, 0 to 100.
    pub values: Vec<f64>,
}
