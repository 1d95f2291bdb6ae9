//! A network's file, and where it comes from.

use serde::Deserialize;

/// Networks that are committed with the source, by file name: part of the program.
const EMBEDDED: &[(&str, &[u8])] =
    &[("facematch_det.onnx", include_bytes!("../../models/facematch_det.onnx"))];

/// A network's file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModelFile {
    /// File name, without a folder.
    pub file: String,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Size of the file, in bytes.
    pub bytes: u64,
    /// Where it comes from.
    pub source: ModelSource,
    /// Licence as the source states it.
    pub licence: String,
}

/// Where a network's file comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelSource {
    /// This address, fixed to a commit.
    Download(String),
    /// The weights in an npm package, written as an ONNX file.
    Npm(NpmPackage),
    /// This repository: it is part of the program.
    Embedded,
}

/// An npm package, fixed to its content.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NpmPackage {
    /// Name and version, such as `name@1.0.0`.
    pub package: String,
    /// What npm calls so: `sha512-` and the SHA-512 of the tarball in base64.
    pub integrity: String,
}

impl ModelFile {
    /// The first 12 digits of the SHA-256, to name the network in results.
    #[must_use]
    pub fn short_sha256(&self) -> &str {
        self.sha256.get(..12).unwrap_or(&self.sha256)
    }

    /// The file's bytes, if it is part of the program.
    #[must_use]
    pub fn embedded(&self) -> Option<&'static [u8]> {
        let found = EMBEDDED.iter().find(|(file, _)| *file == self.file);
        found.filter(|_| self.source == ModelSource::Embedded).map(|(_, bytes)| *bytes)
    }

    /// A name that stays in its folder, a whole hash, a size, and a source that can be trusted.
    pub(crate) fn is_sound(&self) -> bool {
        let hexadecimal = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        !self.file.is_empty()
            && !self.file.contains(['/', '\\'])
            && self.sha256.len() == 64
            && self.sha256.bytes().all(hexadecimal)
            && self.bytes > 0
            && match &self.source {
                ModelSource::Download(url) => url.starts_with("https://"),
                ModelSource::Npm(NpmPackage { integrity, .. }) => integrity.starts_with("sha512-"),
                ModelSource::Embedded => self.embedded().is_some(),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::Packs;

    #[test]
    fn what_is_part_of_the_program_has_the_size_that_its_pack_states() {
        let packs = Packs::embedded().unwrap();
        let files = packs.iter().flat_map(|pack| pack.files());
        let mut embedded = 0;
        for file in files.filter(|file| file.source == ModelSource::Embedded) {
            let len = file.embedded().map(<[u8]>::len);
            assert_eq!(len, usize::try_from(file.bytes).ok(), "{}", file.file);
            embedded += 1;
        }
        assert_eq!(embedded, EMBEDDED.len(), "a file is embedded that no pack uses");
    }
}
