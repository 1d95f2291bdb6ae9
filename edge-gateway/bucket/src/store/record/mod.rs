//! The file of an object: content, then its description, then a tail of fixed length that ends in the format's name.
//!
//! [`sealed`] is what is written. [`plain`] is what versions before sealing wrote; it is read until its objects are gone.
//! Both are written in one pass, the tail last, so that a torn file has no tail.

mod plain;
mod sealed;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facematch_seal::Key;
use sha2::{Digest, Sha256};

use super::{ObjectKey, StoreError};

pub(super) use sealed::Sealing;

const MAGIC_BYTES: u64 = 4;
const MAX_META_BYTES: u64 = 4096;

/// Description of a stored object.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Meta {
    /// The object's key: a file in another's place is noticed.
    pub(crate) key: String,
    pub(crate) content_type: Option<String>,
    pub(crate) size_bytes: u64,
    /// SHA-256 of the content in base64, as S3 writes it.
    pub(crate) sha256: String,
    /// MD5 of the content in hexadecimal, which S3 takes for the ETag. It protects nothing.
    pub(crate) etag: String,
    pub(crate) stored_unix_s: u64,
}

/// How the bytes of a file are written.
enum Format {
    Plain,
    Sealed,
}

impl Format {
    fn of(file: &mut File) -> Result<Self, StoreError> {
        let start = file.metadata()?.len().checked_sub(MAGIC_BYTES);
        let start = start.ok_or(StoreError::Damaged("too short"))?;
        match read_at(file, start, MAGIC_BYTES)?.as_slice() {
            magic if magic == plain::MAGIC => Ok(Self::Plain),
            magic if magic == sealed::MAGIC => Ok(Self::Sealed),
            _ => Err(StoreError::Damaged("torn, or no object")),
        }
    }
}

/// Reads the description of an object and leaves `file` anywhere. One that is sealed and has no data key is gone.
pub(super) fn read_meta(
    file: &mut File,
    key: &ObjectKey,
    data_key: Option<&Key>,
) -> Result<Meta, StoreError> {
    match (Format::of(file)?, data_key) {
        (Format::Plain, _) => plain::read_meta(file, key),
        (Format::Sealed, Some(data_key)) => sealed::read_meta(file, key, data_key),
        (Format::Sealed, None) => Err(StoreError::NotFound),
    }
}

/// Reads an object, description and content, and checks both.
pub(super) fn read(
    file: &mut File,
    key: &ObjectKey,
    data_key: Option<&Key>,
) -> Result<(Meta, Vec<u8>), StoreError> {
    let (meta, content) = match (Format::of(file)?, data_key) {
        (Format::Plain, _) => plain::read(file, key)?,
        (Format::Sealed, Some(data_key)) => sealed::read(file, key, data_key)?,
        (Format::Sealed, None) => return Err(StoreError::NotFound),
    };
    if STANDARD.encode(Sha256::digest(&content)) != meta.sha256 {
        return Err(StoreError::Damaged("hash of its content"));
    }
    Ok((meta, content))
}

fn to_json(meta: &Meta) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(meta).map_err(|_| StoreError::Damaged("meta"))
}

fn from_json(json: &[u8], key: &ObjectKey) -> Result<Meta, StoreError> {
    let meta: Meta = serde_json::from_slice(json).map_err(|_| StoreError::Damaged("JSON"))?;
    match meta.key == key.as_str() {
        true => Ok(meta),
        false => Err(StoreError::Damaged("another object's file")),
    }
}

fn read_at(file: &mut File, start: u64, length: u64) -> Result<Vec<u8>, StoreError> {
    let length = usize::try_from(length).map_err(|_| StoreError::Damaged("length"))?;
    let mut out = vec![0; length];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut out)?;
    Ok(out)
}
