//! What follows a convolution, while its results are still in registers.

use crate::packed::PackedActivation;
use crate::simd::Simd;

/// Applies `activation` to `results[pixel][vector]`, whose first vector is at channel `first`.
///
/// # Safety
/// `first + B * LANES` must not be beyond the padded channels.
#[inline(always)]
pub(super) unsafe fn activate<S: Simd, const B: usize, const P: usize>(
    s: S,
    results: &mut [[S::V; B]; P],
    activation: &PackedActivation,
    first: usize,
) {
    match activation {
        PackedActivation::None => {}
        PackedActivation::Relu => {
            let zero = s.splat(0.0);
            for result in results.as_flattened_mut() {
                *result = s.max(*result, zero);
            }
        }
        PackedActivation::Relu6 => {
            let (zero, six) = (s.splat(0.0), s.splat(6.0));
            for result in results.as_flattened_mut() {
                *result = s.min(s.max(*result, zero), six);
            }
        }
        PackedActivation::PRelu(slopes) => {
            let slopes = slopes.as_slice().as_ptr();
            let zero = s.splat(0.0);
            for b in 0..B {
                // SAFETY: there is a slope for each padded channel.
                let slope = unsafe { s.load(slopes.add(first + b * S::LANES)) };
                for pixel in results.iter_mut() {
                    let positive = s.max(pixel[b], zero);
                    pixel[b] = s.mul_add(slope, s.min(pixel[b], zero), positive);
                }
            }
        }
    }
}
