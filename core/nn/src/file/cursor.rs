//! Reading numbers from bytes that may end too early.

use super::read::FileError;
use super::write::Precision;
use crate::half;

/// What is left of the file.
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], FileError> {
        let (head, rest) = self.0.split_at_checked(len).ok_or(FileError::Truncated)?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FileError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(FileError::Truncated)?;
        self.0 = rest;
        Ok(*head)
    }

    pub(super) fn u8(&mut self) -> Result<u8, FileError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, FileError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn sha256(&mut self) -> Result<[u8; 32], FileError> {
        self.array()
    }

    /// `len` floats. Memory is taken only for what the file really holds.
    pub(super) fn floats(
        &mut self,
        len: usize,
        precision: Precision,
    ) -> Result<Vec<f32>, FileError> {
        let bytes = self.take(len.checked_mul(precision.bytes()).ok_or(FileError::Truncated)?)?;
        Ok(match precision {
            Precision::F32 => {
                bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
            }
            Precision::F16 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|bytes| half::to_f32(u16::from_le_bytes(*bytes)))
                .collect(),
        })
    }
}
