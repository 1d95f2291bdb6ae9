//! Floats that begin on a cache line.

/// Bytes of a cache line, which is also the widest vector.
const LINE_BYTES: usize = 64;

/// A fixed number of floats whose first one begins on a cache line: a vector load never straddles
/// two.
#[derive(Debug)]
pub(crate) struct Aligned {
    values: Vec<f32>,
    start: usize,
    len: usize,
}

impl Aligned {
    /// `len` zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        let values = vec![0.0_f32; len + LINE_BYTES / size_of::<f32>()];
        let start = values.as_ptr().align_offset(LINE_BYTES).min(LINE_BYTES / size_of::<f32>());
        Self { values, start, len }
    }

    /// All values.
    pub(crate) fn as_slice(&self) -> &[f32] {
        &self.values[self.start..self.start + self.len]
    }

    /// All values, to be changed.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [f32] {
        &mut self.values[self.start..self.start + self.len]
    }
}
