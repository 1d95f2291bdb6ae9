//! WebAssembly with simd128: registers of 4 floats. A module compiled for it runs only where it is
//! there.

use std::arch::wasm32::{
    f32x4_add, f32x4_mul, f32x4_pmax, f32x4_pmin, f32x4_splat, v128, v128_load, v128_store,
};

use super::Simd;

/// The module was compiled for simd128.
#[derive(Clone, Copy)]
pub(crate) struct Wasm;

impl Simd for Wasm {
    type V = v128;
    const LANES: usize = 4;
    /// 6×2 and 3×4 spill in V8: 11 ms against 7.9 for YuNet at 320×320.
    const TILE_PIXELS: usize = 4;
    const TILE_VECTORS: usize = 2;

    #[inline(always)]
    fn splat(self, value: f32) -> Self::V {
        f32x4_splat(value)
    }

    #[inline(always)]
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        f32x4_add(f32x4_mul(a, b), c)
    }

    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        f32x4_add(a, b)
    }

    /// One instruction on x86-64, unlike `f32x4.max`.
    #[inline(always)]
    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        f32x4_pmax(b, a)
    }

    #[inline(always)]
    fn min(self, a: Self::V, b: Self::V) -> Self::V {
        f32x4_pmin(b, a)
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> Self::V {
        // SAFETY: the caller vouches for 4 floats; the load needs no alignment.
        unsafe { v128_load(from.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: Self::V) {
        // SAFETY: the caller vouches for 4 floats; the store needs no alignment.
        unsafe { v128_store(to.cast(), value) }
    }
}
