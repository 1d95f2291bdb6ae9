//! What came of each kind of file, as a table.

use std::fmt;
use std::time::Duration;

use crate::corpus::{Case, Want};
use crate::measure::{Decoded, MAX_PEAK_BYTES, MAX_TIME, Measured, measure, size_of};

/// Figures of one kind of file, and whatever broke a rule.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) files: usize,
    photos: usize,
    refused: usize,
    pub(crate) panics: usize,
    peak: (usize, String),
    slowest: (Duration, String),
    pub(crate) faults: Vec<String>,
}

impl Tally {
    /// Decodes one file and notes what it did.
    pub(crate) fn try_case(&mut self, case: &Case) {
        self.try_with(case, || size_of(&case.file));
    }

    /// As [`Tally::try_case`], with `decode` for decoding.
    pub(crate) fn try_with(&mut self, case: &Case, decode: impl FnOnce() -> Decoded) {
        let Measured { outcome, peak_bytes, time } = measure(decode);
        let got = match outcome {
            Ok(Ok((width, height))) => {
                self.photos += 1;
                Got::Photo(width, height)
            }
            Ok(Err(error)) => {
                self.refused += 1;
                Got::Error(format!("{error:?}"))
            }
            Err(panic) => {
                self.panics += 1;
                Got::Panic(panic)
            }
        };
        self.files += 1;
        self.note(case, &got, peak_bytes + case.file.len(), time);
    }

    fn note(&mut self, case: &Case, got: &Got, peak_bytes: usize, time: Duration) {
        if peak_bytes > self.peak.0 {
            self.peak = (peak_bytes, case.name.clone());
        }
        if time > self.slowest.0 {
            self.slowest = (time, case.name.clone());
        }
        if !got.is(case.want) {
            self.faults.push(format!("{}: {got}, not {:?}", case.name, case.want));
        }
        if peak_bytes > MAX_PEAK_BYTES {
            self.faults.push(format!("{}: {} MiB", case.name, peak_bytes >> 20));
        }
        if time > MAX_TIME {
            self.faults.push(format!("{}: {:.1} s", case.name, time.as_secs_f64()));
        }
    }

    /// A line of the table.
    pub(crate) fn line(&self, kind: &str) -> String {
        let Self { files, photos, refused, panics, peak, slowest, .. } = self;
        let (peak, slowest) = (peak.0 >> 20, slowest.0.as_secs_f64() * 1000.0);
        format!(
            "{kind:24} {files:6} {photos:7} {refused:8} {panics:7} {peak:6} MiB {slowest:6.0} ms"
        )
    }

    pub(crate) const HEAD: &str =
        "kind                      files  photos  refused  panics       peak   slowest";

    /// Adds another kind's figures.
    pub(crate) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.photos += other.photos;
        self.refused += other.refused;
        self.panics += other.panics;
        if other.peak.0 > self.peak.0 {
            self.peak = other.peak;
        }
        if other.slowest.0 > self.slowest.0 {
            self.slowest = other.slowest;
        }
        self.faults.extend(other.faults);
    }

    pub(crate) fn extremes(&self) -> String {
        format!("largest: {}\nslowest: {}", self.peak.1, self.slowest.1)
    }
}

/// What came of one file.
enum Got {
    Photo(u32, u32),
    Error(String),
    Panic(String),
}

impl Got {
    fn is(&self, want: Want) -> bool {
        match (self, want) {
            (Self::Panic(_), _) => false,
            (Self::Photo(width, height), Want::Photo(w, h)) => (*width, *height) == (w, h),
            (Self::Error(error), Want::Error(name)) => error.starts_with(name),
            (Self::Error(_), Want::Refused) | (_, Want::Either(_)) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Photo(width, height) => write!(f, "a photo of {width}x{height}"),
            Self::Error(error) => f.write_str(error),
            Self::Panic(text) => write!(f, "a panic: {text}"),
        }
    }
}
