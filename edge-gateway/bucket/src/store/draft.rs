//! An object on its way in.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use md5::Md5;
use sha2::{Digest, Sha256};

use super::StoreError;
use super::record::{Meta, Sealing};

/// A file that is being filled, and removed again unless it is committed.
pub(crate) struct Draft {
    file: File,
    path: RemovedPath,
    sealing: Sealing,
    sha256: Sha256,
    md5: Md5,
    size_bytes: u64,
}

/// Hashes and length of what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digests {
    pub(crate) sha256: [u8; 32],
    pub(crate) md5: [u8; 16],
    pub(crate) size_bytes: u64,
}

impl Draft {
    pub(super) fn create(path: PathBuf, sealing: Sealing) -> io::Result<Self> {
        let file = File::create_new(&path)?;
        Ok(Self {
            file,
            path: RemovedPath(path),
            sealing,
            sha256: Sha256::new(),
            md5: Md5::new(),
            size_bytes: 0,
        })
    }

    /// Appends to the content, sealed, and to its hashes, which are of what was sent.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(&self.sealing.update(bytes)?)?;
        self.sha256.update(bytes);
        self.md5.update(bytes);
        self.size_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Hashes and length of the content so far.
    pub(crate) fn digests(&self) -> Digests {
        Digests {
            sha256: self.sha256.clone().finalize().into(),
            md5: self.md5.clone().finalize().into(),
            size_bytes: self.size_bytes,
        }
    }

    /// Ends the file with its description and makes its bytes durable.
    pub(super) fn seal(mut self, meta: &Meta) -> Result<SealedDraft, StoreError> {
        self.file.write_all(&self.sealing.finish(meta)?)?;
        self.file.sync_all()?;
        Ok(SealedDraft(self.path))
    }
}

/// A draft whose bytes are durable and whose name is not yet.
#[derive(Debug)]
pub(super) struct SealedDraft(RemovedPath);

impl SealedDraft {
    pub(super) fn path(&self) -> &Path {
        &self.0.0
    }
}

/// A path that is removed when it is dropped; one that was renamed away is gone already.
#[derive(Debug)]
struct RemovedPath(PathBuf);

impl Drop for RemovedPath {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a draft could not be removed; the next start does it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ObjectKey;

    fn sealing() -> Sealing {
        let key = ObjectKey::parse("up/1").expect("a key");
        Sealing::new(&key, facematch_seal::Key::from_bytes([1; 32])).expect("random bytes")
    }

    #[test]
    fn full_disk_is_told_apart() {
        let file = File::options().write(true).open("/dev/full").expect("Linux has it");
        let gone = RemovedPath(PathBuf::from("/nonexistent/draft"));
        let (sha256, md5) = (Sha256::new(), Md5::new());
        let mut draft = Draft { file, path: gone, sealing: sealing(), sha256, md5, size_bytes: 0 };
        let more_than_a_chunk = vec![0; facematch_seal::CHUNK_BYTES + 1];
        assert!(matches!(draft.write(&more_than_a_chunk), Err(StoreError::Full(_))));
    }

    #[test]
    fn digests_are_those_of_the_content() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut draft = Draft::create(folder.path().join("1"), sealing()).expect("a draft");
        draft.write(b"a").expect("written");
        draft.write(b"bc").expect("written");
        let digests = draft.digests();
        assert_eq!(digests.size_bytes, 3);
        assert_eq!(digests.sha256, <[u8; 32]>::from(Sha256::digest(b"abc")));
        assert_eq!(digests.md5, <[u8; 16]>::from(Md5::digest(b"abc")));
    }
}
