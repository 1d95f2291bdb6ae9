//! The tarball: checked, unpacked, and what is in it.

use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facematch_vision::{CropError, DecodeError, EncodeError};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha512};

use crate::network;
use crate::photos::{self, SamplePhoto};
use crate::weights::Weights;

const MANIFEST: &str = "model/face_recognition_model-weights_manifest.json";
const WEIGHTS: &str = "model/face_recognition_model.bin";

/// The unpacked package.
pub struct Package {
    /// Files by their path in the package.
    files: BTreeMap<String, Vec<u8>>,
}

/// Why a package cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// It is another file than was asked for, or a broken one.
    #[error("the package's integrity is {got}, not {want}")]
    Integrity {
        /// What was asked for.
        want: String,
        /// What came.
        got: String,
    },
    /// It cannot be unpacked.
    #[error("the package cannot be unpacked")]
    Archive(#[from] std::io::Error),
    /// It lacks a file.
    #[error("the package has no file {path}")]
    MissingFile {
        /// The file's path in the package.
        path: String,
    },
    /// The list of weights cannot be read.
    #[error("the list of weights cannot be read")]
    Manifest(#[from] serde_json::Error),
    /// Weights are missing, have another shape than the network needs, or do not fill their file.
    #[error("the weights `{name}` are not what the network needs")]
    Weights {
        /// Their name in the list.
        name: String,
    },
    /// A photo cannot be decoded.
    #[error("a photo cannot be decoded")]
    Decode(#[from] DecodeError),
    /// A photo is smaller than the place of a face in it.
    #[error("a face lies outside its photo")]
    Crop(#[from] CropError),
    /// A face cannot be encoded.
    #[error("a photo cannot be encoded")]
    Encode(#[from] EncodeError),
}

impl Package {
    /// Unpacks `tarball` if it is the one that `integrity` names: `sha512-` and its SHA-512 in
    /// base64, as npm writes it.
    ///
    /// # Errors
    /// [`PackageError`] if it is another, or cannot be unpacked.
    pub fn open(tarball: &[u8], integrity: &str) -> Result<Self, PackageError> {
        let got = format!("sha512-{}", STANDARD.encode(Sha512::digest(tarball)));
        if got != integrity {
            return Err(PackageError::Integrity { want: integrity.to_owned(), got });
        }
        let mut files = BTreeMap::new();
        for entry in tar::Archive::new(GzDecoder::new(tarball)).entries()? {
            let mut entry = entry?;
            let path = entry.path()?.to_string_lossy().replace('\\', "/");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            files.insert(path.trim_start_matches("package/").to_owned(), bytes);
        }
        Ok(Self { files })
    }

    /// The file at `path`, as seen from the package's folder.
    ///
    /// # Errors
    /// [`PackageError::MissingFile`] if there is none.
    pub fn file(&self, path: &str) -> Result<&[u8], PackageError> {
        let file = self.files.get(path).map(Vec::as_slice);
        file.ok_or_else(|| PackageError::MissingFile { path: path.to_owned() })
    }

    /// The recognition network as an ONNX file: input `[1, 3, 150, 150]`, RGB less the mean and
    /// over 256; output `[1, 128]`.
    ///
    /// # Errors
    /// [`PackageError`] if the weights are not those of this network.
    pub fn embedder(&self) -> Result<Vec<u8>, PackageError> {
        network::onnx(&Weights::read(self.file(MANIFEST)?, self.file(WEIGHTS)?)?)
    }

    /// Photos to try the service with.
    ///
    /// # Errors
    /// [`PackageError`] if the package's photos are not those that are known.
    pub fn photos(&self) -> Result<Vec<SamplePhoto>, PackageError> {
        photos::cut(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn tarball(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (path, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, path, *bytes).unwrap();
        }
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&archive.into_inner().unwrap()).unwrap();
        gzip.finish().unwrap()
    }

    fn integrity(tarball: &[u8]) -> String {
        format!("sha512-{}", STANDARD.encode(Sha512::digest(tarball)))
    }

    #[test]
    fn a_package_gives_its_files_by_their_path() {
        let tarball = tarball(&[("package/model/a.bin", b"abc"), ("package/LICENSE", b"MIT")]);
        let package = Package::open(&tarball, &integrity(&tarball)).unwrap();
        assert_eq!(package.file("model/a.bin").unwrap(), b"abc");
        assert_eq!(package.file("LICENSE").unwrap(), b"MIT");
        for path in ["a.bin", WEIGHTS] {
            assert!(matches!(package.file(path), Err(PackageError::MissingFile { .. })), "{path}");
        }
        assert!(matches!(package.embedder(), Err(PackageError::MissingFile { .. })));
    }

    #[test] // Any other byte is another package: nothing of it is unpacked.
    fn another_package_is_refused() {
        let mut tarball = tarball(&[("package/LICENSE", b"MIT")]);
        let integrity = integrity(&tarball);
        assert!(Package::open(&tarball, &integrity).is_ok());
        for at in [0, tarball.len() / 2, tarball.len() - 1] {
            tarball[at] ^= 1;
            let got = Package::open(&tarball, &integrity);
            assert!(matches!(got, Err(PackageError::Integrity { .. })), "byte {at}");
            tarball[at] ^= 1;
        }
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        for bytes in [&b""[..], b"not an archive", &[0x1f, 0x8b, 8, 0]] {
            let got = Package::open(bytes, &integrity(bytes));
            assert!(matches!(got, Err(PackageError::Archive(_))), "{bytes:?}");
        }
    }
}
