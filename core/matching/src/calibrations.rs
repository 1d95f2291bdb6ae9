//! Which calibration holds for a comparison.

use facematch_contract::Mode;
use serde::Deserialize;

use crate::calibration::Calibration;

/// The calibrations of a pack: a cosine means another rate between two selfies than between a
/// selfie and a small, printed portrait.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Tables")]
pub struct Calibrations {
    selfies: Calibration,
    /// From the smallest portraits to the largest; the first band begins at 0.
    cards: Vec<Band>,
}

/// The calibration for portraits of one size.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Band {
    /// Least distance between the eyes of the card's portrait, in pixels of the photo.
    pub least_inter_eye_px: f32,
    /// What a cosine means with such a portrait.
    #[serde(flatten)]
    pub calibration: Calibration,
}

/// Why the calibrations of a pack cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BandsError {
    /// No band holds for the smallest portraits.
    #[error("the first band of selfie_to_id does not begin at 0")]
    NoSmallest,
    /// Bands must begin at ever greater distances.
    #[error("band {index} of selfie_to_id does not begin above the one before")]
    NotAscending {
        /// Which band, from 0.
        index: usize,
    },
}

impl Calibrations {
    /// Joins the calibration between selfies with those between a selfie and a card.
    ///
    /// # Errors
    /// [`BandsError`] if the bands do not begin at 0 or do not ascend.
    pub fn new(selfies: Calibration, cards: Vec<Band>) -> Result<Self, BandsError> {
        if cards.first().is_none_or(|band| band.least_inter_eye_px != 0.0) {
            return Err(BandsError::NoSmallest);
        }
        let ascends = |pair: &[Band]| pair[1].least_inter_eye_px > pair[0].least_inter_eye_px;
        match cards.windows(2).position(|pair| !ascends(pair)) {
            Some(index) => Err(BandsError::NotAscending { index: index + 1 }),
            None => Ok(Self { selfies, cards }),
        }
    }

    /// The calibration of `mode`. `inter_eye_px` is the distance between the eyes of the second
    /// photo's face, in pixels; without one, or for what is no number, the smallest portrait's
    /// holds.
    #[must_use]
    pub fn of(&self, mode: Mode, inter_eye_px: Option<f32>) -> &Calibration {
        let reached = |band: &&Band| inter_eye_px.is_some_and(|px| px >= band.least_inter_eye_px);
        match mode {
            Mode::SelfieToSelfie | Mode::SelfieToBaseline => &self.selfies,
            Mode::SelfieToId => {
                let band = self.cards.iter().rev().find(reached).or(self.cards.first());
                // There is a band; see `new`.
                band.map_or(&self.selfies, |band| &band.calibration)
            }
        }
    }

    /// All of them: between selfies first, then from the smallest portraits to the largest.
    pub fn iter(&self) -> impl Iterator<Item = &Calibration> {
        std::iter::once(&self.selfies).chain(self.cards.iter().map(|band| &band.calibration))
    }
}

/// The calibrations as they are written in a pack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    selfie_to_selfie: Calibration,
    selfie_to_id: Vec<Band>,
}

impl TryFrom<Tables> for Calibrations {
    type Error = BandsError;

    fn try_from(tables: Tables) -> Result<Self, Self::Error> {
        Self::new(tables.selfie_to_selfie, tables.selfie_to_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::point;

    fn named(version: &str) -> Calibration {
        Calibration::new(version.to_owned(), vec![point(1e-2, 0.2), point(1e-6, 0.5)]).unwrap()
    }

    fn bands(from: &[f32]) -> Vec<Band> {
        let band = |&least_inter_eye_px: &f32| Band {
            least_inter_eye_px,
            calibration: named(&format!("from {least_inter_eye_px}")),
        };
        from.iter().map(band).collect()
    }

    #[test]
    fn the_portraits_size_chooses_the_band() {
        let all = Calibrations::new(named("selfies"), bands(&[0.0, 36.0, 60.0])).unwrap();
        let cases = [
            (Mode::SelfieToSelfie, Some(10.0), "selfies"),
            (Mode::SelfieToBaseline, None, "selfies"),
            (Mode::SelfieToId, None, "from 0"),
            (Mode::SelfieToId, Some(f32::NAN), "from 0"),
            (Mode::SelfieToId, Some(-1.0), "from 0"),
            (Mode::SelfieToId, Some(35.9), "from 0"),
            (Mode::SelfieToId, Some(36.0), "from 36"),
            (Mode::SelfieToId, Some(59.9), "from 36"),
            (Mode::SelfieToId, Some(500.0), "from 60"),
        ];
        for (mode, inter_eye_px, want) in cases {
            assert_eq!(all.of(mode, inter_eye_px).version(), want, "{mode:?} {inter_eye_px:?}");
        }
        assert_eq!(all.iter().count(), 4);
    }

    #[test]
    fn bands_that_leave_a_gap_are_refused() {
        let cases = [
            (vec![], BandsError::NoSmallest),
            (bands(&[16.0]), BandsError::NoSmallest),
            (bands(&[0.0, 40.0, 40.0]), BandsError::NotAscending { index: 2 }),
            (bands(&[0.0, f32::NAN]), BandsError::NotAscending { index: 1 }),
        ];
        for (bands, want) in cases {
            assert_eq!(Calibrations::new(named("selfies"), bands), Err(want));
        }
    }
}
