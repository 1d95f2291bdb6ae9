//! The inner loop of pointwise and 3×3 convolutions: a tile of pixels × output channels stays in
//! registers.

use super::activate::activate;
use crate::packed::{PANEL, Packed};
use crate::simd::Simd;

/// Inputs that lie side by side for every pixel, and the filters' weights for them.
#[derive(Clone, Copy)]
pub(super) struct Tap {
    /// First input of the first pixel.
    pub(super) x: *const f32,
    /// Index of the first weight in a panel, counted in inputs.
    pub(super) first: usize,
    /// How many inputs.
    pub(super) depth: usize,
}

/// Pixels in a row, each the sum over all taps.
pub(super) struct Pixels<'a> {
    pub(super) taps: &'a [Tap],
    /// Floats from one pixel's inputs to those of the next.
    pub(super) x_step: usize,
    pub(super) filters: &'a Packed,
    /// First pixel to write, `out_pitch` floats for each.
    pub(super) y: *mut f32,
    /// Added to `y`; null if there is none.
    pub(super) residual: *const f32,
    pub(super) count: usize,
}

impl Pixels<'_> {
    /// # Safety
    /// Each tap must be readable for `count` pixels, `y` writable, `residual` null or as large as
    /// `y`, and the taps must lie within the filters' inputs.
    #[inline(always)]
    pub(super) unsafe fn run<S: Simd>(&self, s: S) {
        let channels = self.filters.out_pitch();
        let mut first = 0;
        while first < channels {
            // SAFETY: passed on; `first + B * LANES <= channels`, since channels come in panels.
            first += unsafe {
                match (S::TILE_VECTORS, S::TILE_PIXELS) {
                    (2, 4) => self.block::<S, 2, 4>(s, first),
                    (2, _) => self.block::<S, 2, 6>(s, first),
                    _ => match (channels - first) / S::LANES {
                        1 => self.block::<S, 1, 6>(s, first),
                        2 | 3 => self.block::<S, 2, 6>(s, first),
                        _ => self.block::<S, 4, 6>(s, first),
                    },
                }
            };
        }
    }

    /// All pixels for `B` vectors of channels from `first` on. Returns the number of channels.
    #[inline(always)]
    unsafe fn block<S: Simd, const B: usize, const P: usize>(&self, s: S, first: usize) -> usize {
        let mut pixel = 0;
        // SAFETY: tiles cover pixels `0..count`, once each.
        unsafe {
            while pixel + P <= self.count {
                self.tile::<S, B, P>(s, first, pixel);
                pixel += P;
            }
            match self.count - pixel {
                1 => self.tile::<S, B, 1>(s, first, pixel),
                2 => self.tile::<S, B, 2>(s, first, pixel),
                3 => self.tile::<S, B, 3>(s, first, pixel),
                4 if P > 4 => self.tile::<S, B, 4>(s, first, pixel),
                5 if P > 5 => self.tile::<S, B, 5>(s, first, pixel),
                _ => {}
            }
        }
        B * S::LANES
    }

    #[inline(always)]
    unsafe fn tile<S: Simd, const B: usize, const P: usize>(
        &self,
        s: S,
        first: usize,
        pixel: usize,
    ) {
        let pitch = self.filters.out_pitch();
        // SAFETY: the caller vouches for pixels `pixel..pixel + P` and channels `first..first + B *
        // LANES`.
        unsafe {
            let bias = self.filters.bias.as_slice().as_ptr().add(first);
            let mut sums = [[s.splat(0.0); B]; P];
            for b in 0..B {
                let bias = s.load(bias.add(b * S::LANES));
                for sums in &mut sums {
                    sums[b] = bias;
                }
            }
            for tap in self.taps {
                // A tap outside the map has no depth and no address.
                let x = tap.x.wrapping_add(pixel * self.x_step);
                self.accumulate(s, Tap { x, ..*tap }, first, &mut sums);
            }
            let at = pixel * pitch + first;
            if !self.residual.is_null() {
                for (p, sums) in sums.iter_mut().enumerate() {
                    for (b, sum) in sums.iter_mut().enumerate() {
                        let residual = s.load(self.residual.add(at + p * pitch + b * S::LANES));
                        *sum = s.add(*sum, residual);
                    }
                }
            }
            activate(s, &mut sums, &self.filters.activation, first);
            for (p, sums) in sums.iter().enumerate() {
                for (b, sum) in sums.iter().enumerate() {
                    s.store(self.y.add(at + p * pitch + b * S::LANES), *sum);
                }
            }
        }
    }

    /// Adds one tap, whose `x` is at the first pixel of the tile, to the tile.
    #[inline(always)]
    unsafe fn accumulate<S: Simd, const B: usize, const P: usize>(
        &self,
        s: S,
        tap: Tap,
        first: usize,
        sums: &mut [[S::V; B]; P],
    ) {
        let weights = self.filters.weights.as_slice();
        let panel_len = weights.len() / self.filters.out_pitch() * PANEL;
        // SAFETY: the caller vouches for the tap and for `first`.
        unsafe {
            let panel = weights.as_ptr().add(first / PANEL * panel_len + first % PANEL);
            let mut w = panel.add(tap.first * PANEL);
            for k in 0..tap.depth {
                let mut weights = [s.splat(0.0); B];
                for (b, weight) in weights.iter_mut().enumerate() {
                    let lane = b * S::LANES;
                    *weight = s.load(w.add(lane / PANEL * panel_len + lane % PANEL));
                }
                for (p, sums) in sums.iter_mut().enumerate() {
                    let x = s.splat(*tap.x.add(p * self.x_step + k));
                    for (sum, weight) in sums.iter_mut().zip(&weights) {
                        *sum = s.mul_add(x, *weight, *sum);
                    }
                }
                // After the last step it may point behind the weights.
                w = w.wrapping_add(PANEL);
            }
        }
    }
}
