//! Files of versions before sealing.
//!
//! ```text
//! content ‖ Meta as JSON ‖ SHA-256 of the JSON (32) ‖ its length (4, little endian) ‖ "FMB1"
//! ```

use std::fs::File;

use sha2::{Digest, Sha256};

use super::{MAX_META_BYTES, Meta, from_json, read_at};
use crate::store::{ObjectKey, StoreError};

pub(super) const MAGIC: &[u8] = b"FMB1";
const TAIL_BYTES: u64 = 40;

pub(super) fn read_meta(file: &mut File, key: &ObjectKey) -> Result<Meta, StoreError> {
    let file_bytes = file.metadata()?.len();
    let tail_start = file_bytes.checked_sub(TAIL_BYTES).ok_or(StoreError::Damaged("too short"))?;
    let tail = read_at(file, tail_start, TAIL_BYTES)?;
    let (meta_sha256, rest) = tail.split_at(32);
    let length = rest.first_chunk().ok_or(StoreError::Damaged("too short"))?;
    let meta_bytes = u64::from(u32::from_le_bytes(*length));
    let meta_start = tail_start.checked_sub(meta_bytes).filter(|_| meta_bytes <= MAX_META_BYTES);
    let meta_start = meta_start.ok_or(StoreError::Damaged("shorter than its description"))?;
    let json = read_at(file, meta_start, meta_bytes)?;
    if Sha256::digest(&json).as_slice() != meta_sha256 {
        return Err(StoreError::Damaged("hash of its description"));
    }
    let meta = from_json(&json, key)?;
    if meta.size_bytes != meta_start {
        return Err(StoreError::Damaged("length of its content"));
    }
    Ok(meta)
}

pub(super) fn read(file: &mut File, key: &ObjectKey) -> Result<(Meta, Vec<u8>), StoreError> {
    let meta = read_meta(file, key)?;
    let content = read_at(file, 0, meta.size_bytes)?;
    Ok((meta, content))
}
