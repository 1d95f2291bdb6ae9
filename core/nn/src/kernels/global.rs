//! Convolution of each channel with a filter of the map's own size.

use super::activate::activate;
use crate::packed::Packed;
use crate::simd::Simd;

/// Sums at once, so that one addition need not wait for the last.
const CHAINS: usize = 4;

/// The whole map: one pixel comes out.
pub(crate) struct DepthwiseGlobal<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) filters: &'a Packed,
    pub(crate) y: &'a mut [f32],
}

impl DepthwiseGlobal<'_> {
    #[inline(always)]
    pub(super) fn run<S: Simd>(self, s: S) {
        let pitch = self.filters.out_pitch();
        let weights = self.filters.weights.as_slice();
        assert!(self.x.len() == weights.len() && self.y.len() == pitch);
        let count = weights.len() / pitch;
        let (x, w, y) = (self.x.as_ptr(), weights.as_ptr(), self.y.as_mut_ptr());
        let mut first = 0;
        while first < pitch {
            // SAFETY: the assertions above; channels come in panels.
            unsafe {
                let mut sums = [s.splat(0.0); CHAINS];
                sums[0] = s.load(self.filters.bias.as_slice().as_ptr().add(first));
                for tap in 0..count {
                    let at = tap * pitch + first;
                    let sum = &mut sums[tap % CHAINS];
                    *sum = s.mul_add(s.load(x.add(at)), s.load(w.add(at)), *sum);
                }
                let sum = s.add(s.add(sums[0], sums[1]), s.add(sums[2], sums[3]));
                let mut result = [[sum]];
                activate(s, &mut result, &self.filters.activation, first);
                s.store(y.add(first), result[0][0]);
            }
            first += S::LANES;
        }
    }
}
