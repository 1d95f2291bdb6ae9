//! Model packs: which networks, with which settings, calibrated how.

use facematch_contract::Role;
use facematch_vision::{Alignment, DetectorSettings, Normalisation};
use serde::Deserialize;

use crate::calibrations::Calibrations;
use crate::embedder::EmbedderSettings;
use crate::gate::FaceGate;
use crate::model_file::ModelFile;

/// The packs that this build knows, from `core/models/packs.toml`.
const EMBEDDED: &str = include_str!("../../models/packs.toml");
const STANDARD: &str = "standard";
const LIGHT: &str = "light";
const BUILTIN: &str = "builtin";

/// The packs of a pack file. There is always one called `standard`.
#[derive(Debug, Clone, PartialEq)]
pub struct Packs {
    packs: Vec<Pack>,
    standard: usize,
}

/// A detector, one or more embedders and what their numbers mean.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Name, such as `standard`.
    pub name: String,
    /// Version, from 1; any change of a file or a setting is a new one.
    pub version: u32,
    /// How well it recognises people, in a few words.
    pub about: String,
    /// The network that finds faces.
    pub detector: DetectorSpec,
    /// The networks that turn faces into vectors, at least one.
    #[serde(rename = "embedder")]
    pub embedders: Vec<EmbedderSpec>,
    /// What a cosine of two such vectors means, by mode.
    pub calibration: Calibrations,
    /// Which faces are compared.
    pub gates: Gates,
}

/// The detector of a pack.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DetectorSpec {
    /// The network.
    #[serde(flatten)]
    pub model: ModelFile,
    /// Least score of a face, 0 to 1.
    pub least_score: f32,
    /// Score from which the first look at a photo is trusted, 0 to 1.
    pub sure_score: f32,
    /// Intersection over union above which two faces are taken for one, 0 to 1.
    pub nms_iou: f32,
}

/// An embedder of a pack.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct EmbedderSpec {
    /// The network.
    #[serde(flatten)]
    pub model: ModelFile,
    /// Where it wants the landmarks.
    pub alignment: AlignmentName,
    /// What is taken off red, green and blue, 0 to 255.
    pub mean: [f32; 3],
    /// What they are divided by then.
    pub deviation: [f32; 3],
    /// Whether the mirrored face is averaged in.
    pub mirror: bool,
    /// What its likeness counts in the pack's; see [`Embedding`](crate::Embedding). 1 for an only one.
    pub weight: f32,
}

/// The name of an [`Alignment`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum AlignmentName {
    /// [`Alignment::ARCFACE_112`].
    #[serde(rename = "arcface_112")]
    Arcface112,
    /// [`Alignment::DLIB_150`].
    #[serde(rename = "dlib_150")]
    Dlib150,
}

/// The gate of each role.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// For the applicant's photo.
    pub selfie: FaceGate,
    /// For the portrait on a card.
    pub id_portrait: FaceGate,
    /// For the applicant's earlier photo.
    pub reference_selfie: FaceGate,
}

/// Why a pack file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The file is not TOML of the right shape, or a calibration in it cannot be right.
    #[error("the pack file cannot be read")]
    Parse(#[from] toml::de::Error),
    /// A value is out of its range.
    #[error("pack `{pack}`: `{field}` is out of range")]
    OutOfRange {
        /// Name of the pack.
        pack: String,
        /// Which value.
        field: &'static str,
    },
    /// No pack has the name.
    #[error("there is no pack called `{name}`")]
    Unknown {
        /// The name.
        name: String,
    },
}

impl Packs {
    /// The packs of this build.
    ///
    /// # Errors
    /// [`PackError`] if the build's pack file is broken, which the tests rule out.
    pub fn embedded() -> Result<Self, PackError> {
        Self::parse(EMBEDDED)
    }

    /// Reads a pack file.
    ///
    /// # Errors
    /// [`PackError`] if it cannot be read, a value is out of range, or no pack is called
    /// `standard`.
    pub fn parse(toml: &str) -> Result<Self, PackError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            pack: Vec<Pack>,
        }
        let packs = toml::from_str::<File>(toml)?.pack;
        packs.iter().try_for_each(Pack::check)?;
        let standard = packs.iter().position(|pack| pack.name == STANDARD);
        let standard = standard.ok_or_else(|| PackError::Unknown { name: STANDARD.to_owned() })?;
        Ok(Self { packs, standard })
    }

    /// The pack that is used unless another is asked for.
    #[must_use]
    pub fn standard(&self) -> &Pack {
        &self.packs[self.standard]
    }

    /// The standard pack without its second embedder, if there is one.
    #[must_use]
    pub fn light(&self) -> Option<&Pack> {
        self.get(LIGHT).ok()
    }

    /// The pack that needs nothing but the npm registry, if there is one.
    #[must_use]
    pub fn builtin(&self) -> Option<&Pack> {
        self.get(BUILTIN).ok()
    }

    /// The pack called `name`.
    ///
    /// # Errors
    /// [`PackError::Unknown`] if there is none.
    pub fn get(&self, name: &str) -> Result<&Pack, PackError> {
        let found = self.packs.iter().find(|pack| pack.name == name);
        found.ok_or_else(|| PackError::Unknown { name: name.to_owned() })
    }

    /// All packs, in the file's order.
    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.packs.iter()
    }
}

impl Pack {
    /// Name and version, such as `standard@3`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// The network files that the pack needs.
    #[must_use]
    pub fn files(&self) -> Vec<&ModelFile> {
        let embedders = self.embedders.iter().map(|embedder| &embedder.model);
        std::iter::once(&self.detector.model).chain(embedders).collect()
    }

    /// The starts of the embedders' SHA-256, as results name them.
    #[must_use]
    pub fn embedders_sha256(&self) -> String {
        let names = self.embedders.iter().map(|embedder| embedder.model.short_sha256());
        names.collect::<Vec<_>>().join("+")
    }

    fn check(&self) -> Result<(), PackError> {
        let unit = |value: f32| (0.0..=1.0).contains(&value);
        let sound = [
            ("version", self.version > 0),
            ("detector.least_score", unit(self.detector.least_score)),
            ("detector.sure_score", unit(self.detector.sure_score)),
            ("detector.nms_iou", unit(self.detector.nms_iou)),
            ("detector", self.detector.model.is_sound()),
            ("embedder", !self.embedders.is_empty()),
            ("embedder", self.embedders.iter().all(EmbedderSpec::is_sound)),
            ("gates", self.gates.is_sound()),
        ];
        match sound.into_iter().find(|(_, sound)| !sound) {
            Some((field, _)) => Err(PackError::OutOfRange { pack: self.name.clone(), field }),
            None => Ok(()),
        }
    }
}

impl DetectorSpec {
    pub(crate) fn settings(&self) -> DetectorSettings {
        let Self { least_score, sure_score, nms_iou, .. } = *self;
        DetectorSettings { least_score, sure_score, nms_iou }
    }
}

impl EmbedderSpec {
    /// What the network wants to see.
    #[must_use]
    pub fn settings(&self) -> EmbedderSettings {
        EmbedderSettings {
            alignment: self.alignment.alignment(),
            normalisation: Normalisation::rgb(self.mean, self.deviation),
            mirror: self.mirror,
        }
    }

    fn is_sound(&self) -> bool {
        self.model.is_sound()
            && self.mean.iter().all(|mean| (0.0..=255.0).contains(mean))
            && self.deviation.iter().all(|by| *by >= 1.0)
            && (0.1..=10.0).contains(&self.weight)
    }
}

impl AlignmentName {
    fn alignment(self) -> Alignment {
        match self {
            Self::Arcface112 => Alignment::ARCFACE_112,
            Self::Dlib150 => Alignment::DLIB_150,
        }
    }
}

impl Gates {
    /// The gate for photos of `role`.
    #[must_use]
    pub fn of(&self, role: Role) -> &FaceGate {
        match role {
            Role::Selfie => &self.selfie,
            Role::IdPortrait => &self.id_portrait,
            Role::ReferenceSelfie => &self.reference_selfie,
        }
    }

    fn is_sound(&self) -> bool {
        [self.selfie, self.id_portrait, self.reference_selfie].iter().all(FaceGate::is_sound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packs_of_this_build_can_be_read() {
        let packs = Packs::embedded().unwrap();
        let standard = packs.standard();
        assert_eq!(packs.get("standard").unwrap(), standard);
        assert_eq!(standard.id(), "standard@3");
        assert_eq!(standard.detector.model.short_sha256(), "104ee26c71d5");
        assert_eq!(standard.embedders_sha256(), "b7120c095d60+e8fc09758beb");
        assert_eq!(standard.files().len(), 3);
        assert_eq!(packs.light().unwrap().id(), "light@1");
        assert_eq!(packs.builtin().unwrap().id(), "builtin@2");
        assert_eq!(packs.iter().count(), 3);
        assert!(matches!(packs.get("other"), Err(PackError::Unknown { name }) if name == "other"));
    }

    #[test]
    fn a_pack_file_with_a_wrong_value_is_refused() {
        let cases = [
            ("name = \"standard\"", "name = \"other\"", "Unknown"),
            ("version = 3", "version = 0", "OutOfRange"),
            ("nms_iou = 0.3", "nms_iou = 3.0", "OutOfRange"),
            ("sha256 = \"104e", "sha256 = \"104E", "OutOfRange"),
            ("sha256 = \"b712", "sha256 = \"b71", "OutOfRange"),
            ("file = \"Mobile", "file = \"../Mobile", "OutOfRange"),
            ("download = \"https:", "download = \"http:", "OutOfRange"),
            ("source.download", "source.copy", "Parse"),
            ("deviation = [58", "deviation = [0", "OutOfRange"),
            ("mean = [123", "mean = [-1", "OutOfRange"),
            ("arcface_112", "arcface_96", "Parse"),
            ("least_inter_eye_px = 16", "least_inter_eye_px = nan", "OutOfRange"),
            ("comparable_size = 0.5", "comparable_size = 5", "OutOfRange"),
            ("fmr = 1e-3", "fmr = 1e-7", "Parse"),
            ("least_inter_eye_px = 0\n", "least_inter_eye_px = 9\n", "Parse"),
            ("weight = 1.5", "weight = 0.0", "OutOfRange"),
            ("weight = 1.5", "weight = nan", "OutOfRange"),
            ("mirror = ", "mirrored = ", "Parse"),
            ("[pack.gates.id_portrait]", "[pack.gates.passport]", "Parse"),
            ("[pack.calibration.selfie_to_selfie]", "[pack.calibration.selfies]", "Parse"),
        ];
        for (from, to, want) in cases {
            assert!(EMBEDDED.contains(from), "{from} is gone");
            let got = format!("{:?}", Packs::parse(&EMBEDDED.replace(from, to)));
            assert!(got.starts_with(&format!("Err({want}")), "{to}: {got}");
        }
    }
}
