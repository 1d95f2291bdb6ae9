//! 3×3 convolution over all channels, padded by one pixel of zeros.

use super::dense::{Pixels, Tap};
use crate::packed::Packed;
use crate::simd::Simd;

/// One row of output.
pub(crate) struct Conv3x3<'a> {
    /// The three rows under the window; `None` is above or below the map.
    pub(crate) rows: [Option<&'a [f32]>; 3],
    /// Floats of each input pixel.
    pub(crate) x_pitch: usize,
    /// Pixels of an input row.
    pub(crate) width: usize,
    /// Pixels from one window to the next.
    pub(crate) stride: usize,
    pub(crate) filters: &'a Packed,
    pub(crate) y: &'a mut [f32],
}

impl Conv3x3<'_> {
    #[inline(always)]
    pub(super) fn run<S: Simd>(mut self, s: S) {
        let count = self.y.len() / self.filters.out_pitch();
        let taps = self.filters.weights.as_slice().len() / self.filters.out_pitch();
        assert!(taps == 9 * self.x_pitch && count == (self.width - 1) / self.stride + 1);
        let row_len = self.width * self.x_pitch;
        assert!(self.rows.iter().flatten().all(|row| row.len() >= row_len));
        // Windows that begin before the row, lie within it, and end behind it.
        let inside = if self.width < 2 { 1 } else { ((self.width - 2) / self.stride + 1).max(1) };
        self.pixels(s, 0, 1);
        if inside > 1 {
            self.pixels(s, 1, inside - 1);
        }
        if count > inside {
            self.pixels(s, inside, 1);
        }
    }

    /// `count` pixels from `first` on, whose windows meet the same columns.
    #[inline(always)]
    fn pixels<S: Simd>(&mut self, s: S, first: usize, count: usize) {
        let left = first * self.stride;
        // The window spans columns `left - 1 ..= left + 1`.
        let skipped = usize::from(left == 0);
        let right = (left + 2).min(self.width);
        let depth = (right + 1 - left - skipped) * self.x_pitch;
        let mut taps = [Tap { x: std::ptr::null(), first: 0, depth: 0 }; 3];
        for (index, (tap, row)) in taps.iter_mut().zip(self.rows).enumerate() {
            if let Some(row) = row {
                let x = row[(left + skipped - 1) * self.x_pitch..].as_ptr();
                *tap = Tap { x, first: (index * 3 + skipped) * self.x_pitch, depth };
            }
        }
        let pixels = Pixels {
            taps: &taps,
            x_step: self.stride * self.x_pitch,
            filters: self.filters,
            y: self.y[first * self.filters.out_pitch()..].as_mut_ptr(),
            residual: std::ptr::null(),
            count,
        };
        // SAFETY: `run` checked the rows' lengths, and the last window of an inner run ends within
        // the row.
        unsafe { pixels.run(s) }
    }
}
