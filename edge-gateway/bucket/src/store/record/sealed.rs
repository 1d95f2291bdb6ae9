//! Files as they are written: content and description are streams of [`facematch_seal`] under the object's data key.
//!
//! ```text
//! sealed content ‖ sealed Meta as JSON ‖ prefix of the one (7) ‖ of the other (7)
//!     ‖ length of the sealed Meta (4, little endian) ‖ "FMB2"
//! ```

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use facematch_seal::{
    Context, Key, OpenStream, PREFIX_BYTES, SEALED_CHUNK_BYTES, SealError, SealStream, sealed_bytes,
};

use super::{MAX_META_BYTES, Meta, from_json, read_at, to_json};
use crate::store::{ObjectKey, StoreError};

pub(super) const MAGIC: &[u8] = b"FMB2";
const TAIL_BYTES: u64 = 2 * PREFIX_BYTES as u64 + 8;

type Prefix = [u8; PREFIX_BYTES];

/// A file that is being written.
pub(in crate::store) struct Sealing {
    key: ObjectKey,
    data_key: Key,
    prefix: Prefix,
    content: SealStream,
}

impl Sealing {
    /// Begins the file of `key`. Each try at one upload has a prefix of its own.
    pub(in crate::store) fn new(key: &ObjectKey, data_key: Key) -> Result<Self, StoreError> {
        let prefix = random_prefix()?;
        let content = SealStream::new(&data_key, prefix, &content_of(key));
        Ok(Self { key: key.clone(), data_key, prefix, content })
    }

    /// Takes content and returns what can be written.
    pub(in crate::store) fn update(&mut self, bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.content.update(bytes).map_err(too_long)
    }

    /// Returns the rest of the file.
    pub(in crate::store) fn finish(self, meta: &Meta) -> Result<Vec<u8>, StoreError> {
        let mut out = self.content.finish().map_err(too_long)?;
        let prefix = random_prefix()?;
        let mut stream = SealStream::new(&self.data_key, prefix, &description_of(&self.key));
        let mut sealed = stream.update(&to_json(meta)?).map_err(too_long)?;
        sealed.extend(stream.finish().map_err(too_long)?);
        let length = u32::try_from(sealed.len()).map_err(|_| StoreError::Damaged("meta length"))?;
        out.extend(sealed);
        out.extend(self.prefix);
        out.extend(prefix);
        out.extend(length.to_le_bytes());
        out.extend(MAGIC);
        Ok(out)
    }
}

pub(super) fn read_meta(
    file: &mut File,
    key: &ObjectKey,
    data_key: &Key,
) -> Result<Meta, StoreError> {
    Ok(read_head(file, key, data_key)?.0)
}

pub(super) fn read(
    file: &mut File,
    key: &ObjectKey,
    data_key: &Key,
) -> Result<(Meta, Vec<u8>), StoreError> {
    let (meta, tail) = read_head(file, key, data_key)?;
    let stream = OpenStream::new(data_key, tail.content_prefix, &content_of(key));
    file.seek(SeekFrom::Start(0))?;
    let content = open_content(file, stream, &meta)?;
    Ok((meta, content))
}

fn read_head(file: &mut File, key: &ObjectKey, data_key: &Key) -> Result<(Meta, Tail), StoreError> {
    let tail = Tail::read(file)?;
    let sealed = read_at(file, tail.meta_start, tail.meta_bytes)?;
    let stream = OpenStream::new(data_key, tail.meta_prefix, &description_of(key));
    let json = stream.last(&sealed).map_err(|_| StoreError::Damaged("sealed description"))?;
    let meta = from_json(&json, key)?;
    if sealed_bytes(meta.size_bytes) != tail.meta_start {
        return Err(StoreError::Damaged("length of its content"));
    }
    Ok((meta, tail))
}

/// Opens the content chunk by chunk, so that no more than a chunk is held twice.
fn open_content(
    file: &mut File,
    mut stream: OpenStream,
    meta: &Meta,
) -> Result<Vec<u8>, StoreError> {
    let damaged = |_: SealError| StoreError::Damaged("sealed content");
    let size = usize::try_from(meta.size_bytes).map_err(|_| StoreError::Damaged("length"))?;
    let mut left = sealed_bytes(meta.size_bytes);
    let mut content = Vec::with_capacity(size);
    let mut chunk = vec![0; SEALED_CHUNK_BYTES];
    while left > SEALED_CHUNK_BYTES as u64 {
        file.read_exact(&mut chunk)?;
        content.extend(stream.next(&chunk).map_err(damaged)?);
        left -= SEALED_CHUNK_BYTES as u64;
    }
    chunk.truncate(usize::try_from(left).map_err(|_| StoreError::Damaged("length"))?);
    file.read_exact(&mut chunk)?;
    content.extend(stream.last(&chunk).map_err(damaged)?);
    Ok(content)
}

struct Tail {
    content_prefix: Prefix,
    meta_prefix: Prefix,
    meta_start: u64,
    meta_bytes: u64,
}

impl Tail {
    fn read(file: &mut File) -> Result<Self, StoreError> {
        let short = StoreError::Damaged("too short");
        let start = file.metadata()?.len().checked_sub(TAIL_BYTES);
        let Some(start) = start else { return Err(short) };
        let tail = read_at(file, start, TAIL_BYTES)?;
        let fields = tail.split_first_chunk().and_then(|(content_prefix, rest)| {
            let (meta_prefix, rest) = rest.split_first_chunk()?;
            Some((*content_prefix, *meta_prefix, u32::from_le_bytes(*rest.first_chunk()?)))
        });
        let (content_prefix, meta_prefix, length) = fields.ok_or(short)?;
        let meta_bytes = u64::from(length);
        let meta_start = start.checked_sub(meta_bytes).filter(|_| meta_bytes <= MAX_META_BYTES);
        let meta_start = meta_start.ok_or(StoreError::Damaged("shorter than its description"))?;
        Ok(Self { content_prefix, meta_prefix, meta_start, meta_bytes })
    }
}

fn content_of(key: &ObjectKey) -> Context {
    Context::new("object", &[key.as_str()])
}

fn description_of(key: &ObjectKey) -> Context {
    Context::new("description", &[key.as_str()])
}

fn random_prefix() -> Result<Prefix, StoreError> {
    let mut prefix = Prefix::default();
    getrandom::fill(&mut prefix)
        .map_err(|error| StoreError::Io(std::io::Error::other(error.to_string())))?;
    Ok(prefix)
}

fn too_long(error: SealError) -> StoreError {
    StoreError::Io(std::io::Error::other(error))
}
