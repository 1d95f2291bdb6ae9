//! 3×3 convolution of each channel with its own filter, padded by one pixel of zeros.

use super::activate::activate;
use crate::packed::Packed;
use crate::simd::Simd;

/// Output pixels computed together: their windows share columns.
const TILE: usize = 4;

/// Most columns under the windows of a tile: stride 2.
const MOST_COLUMNS: usize = 2 * TILE + 1;

/// One row of output.
pub(crate) struct Depthwise3x3<'a> {
    /// The three rows under the window; those above or below the map are zeros.
    pub(crate) rows: [&'a [f32]; 3],
    /// Pixels of an input row.
    pub(crate) width: usize,
    /// Pixels from one window to the next: 1 or 2.
    pub(crate) stride: usize,
    pub(crate) filters: &'a Packed,
    pub(crate) y: &'a mut [f32],
}

/// One vector of channels.
struct Lane<'a, S: Simd> {
    s: S,
    rows: [*const f32; 3],
    pitch: usize,
    weights: [[S::V; 3]; 3],
    bias: S::V,
    filters: &'a Packed,
    first: usize,
}

impl Depthwise3x3<'_> {
    #[inline(always)]
    pub(super) fn run<S: Simd>(self, s: S) {
        if self.stride == 1 { self.row::<S, 1>(s) } else { self.row::<S, 2>(s) }
    }

    #[inline(always)]
    fn row<S: Simd, const STRIDE: usize>(self, s: S) {
        let pitch = self.filters.out_pitch();
        let count = self.y.len() / pitch;
        assert!(self.filters.weights.as_slice().len() == 9 * pitch);
        assert!(count == (self.width - 1) / STRIDE + 1);
        assert!(self.rows.iter().all(|row| row.len() >= self.width * pitch));
        let mut first = 0;
        while first < pitch {
            let y = self.y[first..].as_mut_ptr();
            // SAFETY: the assertions above; channels come in panels, so a vector at `first` ends
            // within the pitch.
            unsafe {
                let rows = self.rows.map(|row| row.as_ptr().add(first));
                let lane = Lane::new(s, rows, self.filters, first);
                lane.row::<STRIDE>(y, self.width, count);
            }
            first += S::LANES;
        }
    }
}

impl<'a, S: Simd> Lane<'a, S> {
    #[inline(always)]
    unsafe fn new(s: S, rows: [*const f32; 3], filters: &'a Packed, first: usize) -> Self {
        let pitch = filters.out_pitch();
        let mut weights = [[s.splat(0.0); 3]; 3];
        // SAFETY: there are nine weights and one bias for each channel.
        unsafe {
            let packed = filters.weights.as_slice().as_ptr().add(first);
            for (tap, weight) in weights.as_flattened_mut().iter_mut().enumerate() {
                *weight = s.load(packed.add(tap * pitch));
            }
            let bias = s.load(filters.bias.as_slice().as_ptr().add(first));
            Self { s, rows, pitch, weights, bias, filters, first }
        }
    }

    /// # Safety
    /// The rows must hold `width` pixels and `y` must take `count`.
    #[inline(always)]
    unsafe fn row<const STRIDE: usize>(&self, y: *mut f32, width: usize, count: usize) {
        // SAFETY: inner windows span columns `x * STRIDE - 1 ..= x * STRIDE + 1`, all below
        // `width`.
        unsafe {
            self.edge(y, 0, 0, width);
            let inside = if width < 2 { 1 } else { ((width - 2) / STRIDE + 1).max(1) };
            let mut x = 1;
            while x + TILE <= inside {
                self.tile::<STRIDE, TILE>(y, x);
                x += TILE;
            }
            while x < inside {
                self.tile::<STRIDE, 1>(y, x);
                x += 1;
            }
            if count > inside {
                self.edge(y, inside, inside * STRIDE, width);
            }
        }
    }

    /// `T` pixels from `x` on, all of whose columns are inside.
    #[inline(always)]
    unsafe fn tile<const STRIDE: usize, const T: usize>(&self, y: *mut f32, x: usize) {
        let s = self.s;
        let mut sums = [[self.bias]; T];
        for (row, weights) in self.rows.iter().zip(&self.weights) {
            let mut columns = [self.bias; MOST_COLUMNS];
            for (index, column) in columns.iter_mut().enumerate().take((T - 1) * STRIDE + 3) {
                // SAFETY: the caller vouches for the columns.
                *column = unsafe { s.load(row.add((x * STRIDE - 1 + index) * self.pitch)) };
            }
            for (t, sum) in sums.as_flattened_mut().iter_mut().enumerate() {
                for (tap, weight) in weights.iter().enumerate() {
                    *sum = s.mul_add(columns[t * STRIDE + tap], *weight, *sum);
                }
            }
        }
        // SAFETY: the caller vouches for `T` pixels of `y`.
        unsafe { self.finish(&mut sums, y, x) };
    }

    /// Pixel `x`, whose window has its middle in `column` and ends outside the row.
    #[inline(always)]
    unsafe fn edge(&self, y: *mut f32, x: usize, column: usize, width: usize) {
        let mut sums = [[self.bias]];
        for (row, weights) in self.rows.iter().zip(&self.weights) {
            for (tap, weight) in weights.iter().enumerate() {
                let at = column + tap;
                if at > 0 && at <= width {
                    // SAFETY: column `at - 1` is inside.
                    let value = unsafe { self.s.load(row.add((at - 1) * self.pitch)) };
                    sums[0][0] = self.s.mul_add(value, *weight, sums[0][0]);
                }
            }
        }
        // SAFETY: the caller vouches for pixel `x` of `y`.
        unsafe { self.finish(&mut sums, y, x) };
    }

    #[inline(always)]
    unsafe fn finish<const T: usize>(&self, sums: &mut [[S::V; 1]; T], y: *mut f32, x: usize) {
        // SAFETY: the caller vouches for `T` pixels of `y` from `x` on.
        unsafe {
            activate(self.s, sums, &self.filters.activation, self.first);
            for (t, sum) in sums.as_flattened().iter().enumerate() {
                self.s.store(y.add((x + t) * self.pitch), *sum);
            }
        }
    }
}
