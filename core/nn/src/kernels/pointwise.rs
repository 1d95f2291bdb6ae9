//! 1×1 convolution.

use super::dense::{Pixels, Tap};
use crate::packed::Packed;
use crate::simd::Simd;

/// Any number of pixels that lie side by side.
pub(crate) struct Pointwise<'a> {
    pub(crate) x: &'a [f32],
    /// Floats of each input pixel.
    pub(crate) x_pitch: usize,
    pub(crate) filters: &'a Packed,
    /// Map of the size of `y` that is added.
    pub(crate) residual: Option<&'a [f32]>,
    pub(crate) y: &'a mut [f32],
}

impl Pointwise<'_> {
    #[inline(always)]
    pub(super) fn run<S: Simd>(self, s: S) {
        let count = self.y.len() / self.filters.out_pitch();
        let depth = self.filters.weights.as_slice().len() / self.filters.out_pitch();
        assert!(depth <= self.x_pitch && self.x.len() >= count * self.x_pitch);
        assert!(self.residual.is_none_or(|residual| residual.len() >= self.y.len()));
        let pixels = Pixels {
            taps: &[Tap { x: self.x.as_ptr(), first: 0, depth }],
            x_step: self.x_pitch,
            filters: self.filters,
            y: self.y.as_mut_ptr(),
            residual: self.residual.map_or(std::ptr::null(), <[f32]>::as_ptr),
            count,
        };
        // SAFETY: the assertions above.
        unsafe { pixels.run(s) }
    }
}
