//! The file of an object: content, then its description, then a tail of fixed length.
//!
//! ```text
//! content ‖ Meta as JSON ‖ SHA-256 of the JSON (32) ‖ its length (4, little endian) ‖ "FMB1"
//! ```
//!
//! It is written in one pass, the tail last, so that a torn file has no tail; and every byte is
//! under a hash or is compared with one that is.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{ObjectKey, StoreError};

const MAGIC: &[u8; 4] = b"FMB1";
const TAIL_BYTES: u64 = 40;
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

/// What follows the content in the file.
pub(super) fn encode(meta: &Meta) -> Result<Vec<u8>, StoreError> {
    let mut out = serde_json::to_vec(meta).map_err(|_| StoreError::Damaged("meta"))?;
    let length = u32::try_from(out.len()).map_err(|_| StoreError::Damaged("meta length"))?;
    let digest = Sha256::digest(&out);
    out.extend_from_slice(&digest);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(MAGIC);
    Ok(out)
}

/// Reads the description of an object and leaves `file` anywhere.
pub(super) fn read_meta(file: &mut File, key: &ObjectKey) -> Result<Meta, StoreError> {
    let file_bytes = file.metadata()?.len();
    let tail = read_tail(file, file_bytes)?;
    let meta_start = file_bytes
        .checked_sub(TAIL_BYTES + tail.meta_bytes)
        .ok_or(StoreError::Damaged("shorter than its description"))?;
    let json = read_at(file, meta_start, tail.meta_bytes)?;
    if Sha256::digest(&json).as_slice() != tail.meta_sha256 {
        return Err(StoreError::Damaged("hash of its description"));
    }
    let meta: Meta = serde_json::from_slice(&json).map_err(|_| StoreError::Damaged("JSON"))?;
    check_place(&meta, key, meta_start)?;
    Ok(meta)
}

/// Reads an object, description and content, and checks both.
pub(super) fn read(file: &mut File, key: &ObjectKey) -> Result<(Meta, Vec<u8>), StoreError> {
    let meta = read_meta(file, key)?;
    let content = read_at(file, 0, meta.size_bytes)?;
    if STANDARD.encode(Sha256::digest(&content)) != meta.sha256 {
        return Err(StoreError::Damaged("hash of its content"));
    }
    Ok((meta, content))
}

struct Tail {
    meta_sha256: [u8; 32],
    meta_bytes: u64,
}

fn read_tail(file: &mut File, file_bytes: u64) -> Result<Tail, StoreError> {
    let start = file_bytes.checked_sub(TAIL_BYTES).ok_or(StoreError::Damaged("too short"))?;
    file.seek(SeekFrom::Start(start))?;
    let (mut meta_sha256, mut length, mut magic) = ([0; 32], [0; 4], [0; 4]);
    file.read_exact(&mut meta_sha256)?;
    file.read_exact(&mut length)?;
    file.read_exact(&mut magic)?;
    let meta_bytes = u64::from(u32::from_le_bytes(length));
    if magic != *MAGIC || meta_bytes > MAX_META_BYTES {
        return Err(StoreError::Damaged("torn, or no object"));
    }
    Ok(Tail { meta_sha256, meta_bytes })
}

fn check_place(meta: &Meta, key: &ObjectKey, content_bytes: u64) -> Result<(), StoreError> {
    if meta.key != key.as_str() {
        return Err(StoreError::Damaged("another object's file"));
    }
    if meta.size_bytes != content_bytes {
        return Err(StoreError::Damaged("length of its content"));
    }
    Ok(())
}

fn read_at(file: &mut File, start: u64, length: u64) -> Result<Vec<u8>, StoreError> {
    let length = usize::try_from(length).map_err(|_| StoreError::Damaged("length"))?;
    let mut out = vec![0; length];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut out)?;
    Ok(out)
}
