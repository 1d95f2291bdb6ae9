//! Objects as files, durable before they are acknowledged. All of it blocks: call it on a blocking
//! thread.
//!
//! ```text
//! root/lock               held while the store is open
//! root/drafts/17          uploads under way; emptied at start
//! root/objects/3f/a9…     one file an object, named by the SHA-256 of its key
//! ```
//!
//! No part of a key reaches the file system, and nothing of an object does that is not sealed by its data key. This
//! module does not know of HTTP or of S3.

mod directory;
mod draft;
mod error;
mod key;
mod record;

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use facematch_seal::Key;

pub(crate) use draft::{Digests, Draft};
pub(crate) use error::StoreError;
pub(crate) use key::{BadKey, ObjectKey};
pub(crate) use record::Meta;
use record::Sealing;

/// The objects of one directory.
#[derive(Debug)]
pub(crate) struct Store {
    objects: PathBuf,
    drafts: PathBuf,
    next_draft: AtomicU64,
    _lock: File,
}

/// Whether an object may take the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// Only if the key is free: `if-none-match: *`.
    New,
    /// In any case.
    Replace,
}

impl Store {
    /// Opens the store below `root`, makes what is missing and removes what uploads of an earlier
    /// process left.
    ///
    /// # Errors
    /// Those of the file system; [`ErrorKind::WouldBlock`] if another process has the store open.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        let (objects, drafts) = (root.join("objects"), root.join("drafts"));
        fs::create_dir_all(root)?;
        let lock = directory::lock(&root.join("lock"))?;
        directory::make_empty(&drafts)?;
        directory::make_shards(&objects)?;
        directory::sync(root)?;
        directory::sync_parent(root)?;
        Ok(Self { objects, drafts, next_draft: AtomicU64::new(0), _lock: lock })
    }

    /// Starts an upload of `key`, sealed by `data_key`.
    pub(crate) fn draft(&self, key: &ObjectKey, data_key: Key) -> Result<Draft, StoreError> {
        let number = self.next_draft.fetch_add(1, Ordering::Relaxed);
        let sealing = Sealing::new(key, data_key)?;
        Ok(Draft::create(self.drafts.join(number.to_string()), sealing)?)
    }

    /// Makes `draft` the object of `key`. When this returns, the object survives a power cut.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if the key is taken and `placement` is [`Placement::New`].
    pub(crate) fn commit(
        &self,
        draft: Draft,
        meta: &Meta,
        key: &ObjectKey,
        placement: Placement,
    ) -> Result<(), StoreError> {
        let path = self.path(key);
        let draft = draft.seal(meta)?;
        match placement {
            Placement::New => fs::hard_link(draft.path(), &path)?,
            Placement::Replace => fs::rename(draft.path(), &path)?,
        }
        Ok(directory::sync_parent(&path)?)
    }

    /// Description of an object. Its content is not looked at. Without its data key there is no object.
    pub(crate) fn head(&self, key: &ObjectKey, data_key: Option<&Key>) -> Result<Meta, StoreError> {
        record::read_meta(&mut File::open(self.path(key))?, key, data_key)
    }

    /// An object, checked against the hash that it was stored with. Without its data key there is none.
    pub(crate) fn read(
        &self,
        key: &ObjectKey,
        data_key: Option<&Key>,
    ) -> Result<(Meta, Vec<u8>), StoreError> {
        record::read(&mut File::open(self.path(key))?, key, data_key)
    }

    /// Removes an object, for good when this returns. A key without an object is no error.
    pub(crate) fn delete(&self, key: &ObjectKey) -> Result<(), StoreError> {
        let path = self.path(key);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => Ok(removed.and_then(|()| directory::sync_parent(&path))?),
        }
    }

    fn path(&self, key: &ObjectKey) -> PathBuf {
        let (shard, name) = key.file_name();
        self.objects.join(shard).join(name)
    }
}

#[cfg(test)]
mod tests;
