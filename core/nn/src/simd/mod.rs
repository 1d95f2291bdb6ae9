//! Vectors of floats: one narrow trait, one small module for each instruction set.

#![expect(
    unsafe_code,
    reason = "vector instructions, loads and stores through the kernels' pointers"
)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) use neon::Neon;
pub(crate) use scalar::Scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use wasm::Wasm;

/// An instruction set. A value of the type is the proof that this machine has it, so its methods
/// are safe to call.
pub(crate) trait Simd: Copy {
    /// One vector.
    type V: Copy;
    /// Floats in a vector: 16 or a divisor of it.
    const LANES: usize;
    /// Pixels of the dense kernel's tile: 4, or 6 where there are registers for them.
    const TILE_PIXELS: usize;
    /// Most vectors of output channels of the dense kernel's tile: 2, or 4 where there are
    /// registers for them.
    const TILE_VECTORS: usize;

    /// `value` in all lanes.
    fn splat(self, value: f32) -> Self::V;
    /// `a * b + c`, rounded once or twice.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// `a + b`.
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// The larger of each lane.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// The smaller of each lane.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;

    /// Reads [`Simd::LANES`] floats.
    ///
    /// # Safety
    /// They must be readable.
    unsafe fn load(self, from: *const f32) -> Self::V;

    /// Writes [`Simd::LANES`] floats.
    ///
    /// # Safety
    /// They must be writable.
    unsafe fn store(self, to: *mut f32, value: Self::V);
}
