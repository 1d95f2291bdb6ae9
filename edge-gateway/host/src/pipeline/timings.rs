use std::{
    fmt,
    time::{Duration, Instant},
};

/// A stage of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// File to upright pixels.
    Decode,
    /// Pixels to faces.
    Detect,
    /// Face to aligned face.
    Align,
    /// Aligned face to vector.
    Embed,
    /// Two vectors to a decision.
    Decide,
}

impl Stage {
    /// Every stage, in order.
    pub(crate) const ALL: [Self; 5] =
        [Self::Decode, Self::Detect, Self::Align, Self::Embed, Self::Decide];

    /// Its name for people and for monitoring.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Detect => "detect",
            Self::Align => "align",
            Self::Embed => "embed",
            Self::Decide => "decide",
        }
    }
}

/// Time of each stage, summed over both photos; the photos are looked at side by side.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timings([Duration; 5]);

impl Timings {
    /// Does a stage's work and adds its time.
    pub fn measure<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let value = work();
        self.0[stage as usize] += start.elapsed();
        value
    }

    /// Adds the times of another photo.
    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, time)| *sum += time);
    }

    /// Time of one stage.
    pub(crate) fn of(&self, stage: Stage) -> Duration {
        self.0[stage as usize]
    }

    /// Sum of all stages.
    pub fn total(&self) -> Duration {
        self.0.iter().sum()
    }
}

impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for stage in Stage::ALL {
            let ms = self.of(stage).as_secs_f64() * 1e3;
            writeln!(f, "{:<11} {ms:8.1} ms (both photos)", stage.name())?;
        }
        Ok(())
    }
}
