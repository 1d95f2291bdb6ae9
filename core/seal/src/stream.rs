//! Long objects, chunk by chunk: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over the same cipher, so that chunks
//! cannot be reordered, dropped, or cut off at the end, and memory stays flat.

use crate::{Context, Key, SealError, TAG_BYTES, cipher::cipher};
use aead_stream::{DecryptorBE32, EncryptorBE32};
use aes_gcm_siv::{Aes256GcmSiv, aead::Payload};

/// Length of a chunk before it is sealed, in bytes; the last one may be shorter, and empty.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// Length of a sealed chunk, in bytes.
pub const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;
/// Length of a stream's nonce, in bytes: the chunk's number and whether it is the last fill the cipher's.
pub const PREFIX_BYTES: usize = 7;

/// Length of `plain_bytes` bytes, sealed.
pub fn sealed_bytes(plain_bytes: u64) -> u64 {
    // A whole last chunk is the last one; only an empty object has an empty chunk.
    let chunks = plain_bytes.div_ceil(CHUNK_BYTES as u64).max(1);
    plain_bytes + chunks * TAG_BYTES as u64
}

/// Seals a long object.
pub struct SealStream {
    stream: EncryptorBE32<Aes256GcmSiv>,
    aad: Vec<u8>,
    /// Not sealed yet: the last chunk must be known as such.
    held: Vec<u8>,
}

impl SealStream {
    /// Begins an object. The pair of `key` and `prefix`, which is random, is never used twice.
    pub fn new(key: &Key, prefix: [u8; PREFIX_BYTES], context: &Context) -> Self {
        let stream = EncryptorBE32::from_aead(cipher(key), &prefix.into());
        Self { stream, aad: context.as_bytes().to_vec(), held: Vec::new() }
    }

    /// Takes the next bytes and returns what can be sealed.
    ///
    /// # Errors
    /// [`SealError::TooLong`] beyond 2³² chunks.
    pub fn update(&mut self, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.held.extend_from_slice(plain);
        let mut out = Vec::new();
        let whole_chunks = self.held.len().saturating_sub(1) / CHUNK_BYTES;
        for chunk in self.held.chunks_exact(CHUNK_BYTES).take(whole_chunks) {
            let payload = Payload { msg: chunk, aad: &self.aad };
            out.extend(self.stream.encrypt_next(payload).map_err(|_| SealError::TooLong)?);
        }
        self.held.drain(..whole_chunks * CHUNK_BYTES);
        Ok(out)
    }

    /// Ends the object and returns the rest of it.
    ///
    /// # Errors
    /// [`SealError::TooLong`] beyond 2³² chunks.
    pub fn finish(self) -> Result<Vec<u8>, SealError> {
        let payload = Payload { msg: self.held.as_slice(), aad: &self.aad };
        self.stream.encrypt_last(payload).map_err(|_| SealError::TooLong)
    }
}

/// Opens a long object.
pub struct OpenStream {
    stream: DecryptorBE32<Aes256GcmSiv>,
    aad: Vec<u8>,
}

impl OpenStream {
    /// Begins an object.
    pub fn new(key: &Key, prefix: [u8; PREFIX_BYTES], context: &Context) -> Self {
        let stream = DecryptorBE32::from_aead(cipher(key), &prefix.into());
        Self { stream, aad: context.as_bytes().to_vec() }
    }

    /// Opens the next chunk, of [`SEALED_CHUNK_BYTES`], which is not the last.
    ///
    /// # Errors
    /// [`SealError::Damaged`].
    pub fn next(&mut self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let payload = Payload { msg: sealed, aad: &self.aad };
        self.stream.decrypt_next(payload).map_err(|_| SealError::Damaged)
    }

    /// Opens the last chunk.
    ///
    /// # Errors
    /// [`SealError::Damaged`].
    pub fn last(self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let payload = Payload { msg: sealed, aad: &self.aad };
        self.stream.decrypt_last(payload).map_err(|_| SealError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_bytes([1; 32])
    }

    fn context() -> Context {
        Context::new("photo", &["up/1"])
    }

    fn seal(parts: &[&[u8]]) -> Vec<u8> {
        let mut stream = SealStream::new(&key(), [2; PREFIX_BYTES], &context());
        let mut out = Vec::new();
        for part in parts {
            out.extend(stream.update(part).unwrap());
        }
        out.extend(stream.finish().unwrap());
        out
    }

    fn open(sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut stream = OpenStream::new(&key(), [2; PREFIX_BYTES], &context());
        let whole_chunks = sealed.len().saturating_sub(1) / SEALED_CHUNK_BYTES;
        let (whole, last) = sealed.split_at(whole_chunks * SEALED_CHUNK_BYTES);
        let mut out = Vec::new();
        for chunk in whole.chunks(SEALED_CHUNK_BYTES) {
            out.extend(stream.next(chunk)?);
        }
        out.extend(stream.last(last)?);
        Ok(out)
    }

    fn photo(length: usize) -> Vec<u8> {
        (0..length).map(|index| (index * 31 % 251) as u8).collect()
    }

    #[test]
    fn objects_of_every_length_open_as_they_were_however_they_came() {
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let photo = photo(length);
            let whole = seal(&[&photo]);
            assert_eq!(whole.len() as u64, sealed_bytes(length as u64), "{length}");
            assert_eq!(open(&whole).unwrap(), photo, "{length}");
            let parts: Vec<&[u8]> = photo.chunks(1000).collect();
            assert_eq!(seal(&parts), whole, "{length}");
        }
    }

    #[test]
    fn a_stream_holds_no_more_than_a_chunk_and_what_it_is_given() {
        let mut stream = SealStream::new(&key(), [2; PREFIX_BYTES], &context());
        for _ in 0..100 {
            stream.update(&photo(10_000)).unwrap();
            assert!(stream.held.len() <= CHUNK_BYTES);
        }
    }

    #[test]
    fn chunks_that_are_changed_moved_or_missing_are_noticed() {
        let good = seal(&[&photo(2 * CHUNK_BYTES + 10)]);
        let (first, rest) = good.split_at(SEALED_CHUNK_BYTES);
        let (second, last) = rest.split_at(SEALED_CHUNK_BYTES);
        let mut flipped = good.clone();
        flipped[SEALED_CHUNK_BYTES + 3] ^= 1;
        let cases = [
            flipped,
            [second, first, last].concat(),
            [first, last].concat(),
            [first, second].concat(), // Cut off at the edge of a chunk.
            first.to_vec(),
            [&good, last].concat(),
            Vec::new(),
        ];
        for (number, bad) in cases.iter().enumerate() {
            assert_eq!(open(bad), Err(SealError::Damaged), "case {number}");
        }
        assert!(open(&good).is_ok());
    }

    #[test]
    fn a_stream_opens_for_its_object_its_key_and_its_prefix_alone() {
        let sealed = seal(&[b"photo"]);
        let cases = [
            (Key::from_bytes([9; 32]), 2, context()),
            (key(), 3, context()),
            (key(), 2, Context::new("photo", &["up/2"])),
        ];
        for (key, prefix, context) in cases {
            let stream = OpenStream::new(&key, [prefix; PREFIX_BYTES], &context);
            assert_eq!(stream.last(&sealed), Err(SealError::Damaged), "{context:?}");
        }
    }
}
