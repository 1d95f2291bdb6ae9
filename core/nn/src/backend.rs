//! Which instruction set computes, chosen when the program runs.

#![cfg_attr(
    any(target_arch = "x86_64", target_arch = "aarch64"),
    expect(unsafe_code, reason = "calls functions that need an instruction set")
)]

use crate::kernels::{Job, run};
use crate::simd::Scalar;

/// An instruction set that this machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Neon,
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    Simd128,
}

impl Backend {
    /// Plain Rust, the reference for the others.
    pub const SCALAR: Self = Self(Kind::Scalar);

    /// The fastest one of this machine.
    #[must_use]
    pub fn best() -> Self {
        Self::available().last().copied().unwrap_or(Self::SCALAR)
    }

    /// All that this machine has, the slowest first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        #[cfg_attr(
            not(any(target_arch = "x86_64", target_arch = "aarch64", target_feature = "simd128")),
            expect(unused_mut, reason = "there is nothing to add")
        )]
        let mut all = vec![Self::SCALAR];
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            all.extend((has!("avx2") && has!("fma")).then_some(Self(Kind::Avx2)));
            all.extend(has!("avx512f").then_some(Self(Kind::Avx512)));
        }
        #[cfg(target_arch = "aarch64")]
        all.extend(std::arch::is_aarch64_feature_detected!("neon").then_some(Self(Kind::Neon)));
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        all.push(Self(Kind::Simd128));
        all
    }

    /// Name for reports: `scalar`, `avx2`, `avx512`, `neon` or `simd128`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => "neon",
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Kind::Simd128 => "simd128",
        }
    }

    /// Computes `job`.
    pub(crate) fn run(self, job: Job<'_>) {
        match self.0 {
            Kind::Scalar => run(Scalar, job),
            // SAFETY: `available` makes this value only where the machine has AVX2 and FMA.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { with_avx2(job) },
            // SAFETY: `available` makes this value only where the machine has AVX-512F.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { with_avx512(job) },
            // SAFETY: `available` makes this value only where the machine has NEON.
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => unsafe { with_neon(job) },
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Kind::Simd128 => run(crate::simd::Wasm, job),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn with_avx2(job: Job<'_>) {
    // SAFETY: this function is called only where AVX2 and FMA are.
    run(unsafe { crate::simd::Avx2::new() }, job);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn with_avx512(job: Job<'_>) {
    // SAFETY: this function is called only where AVX-512F is.
    run(unsafe { crate::simd::Avx512::new() }, job);
}

#[cfg(target_arch = "aarch64")]
#[target_feature(enable = "neon")]
fn with_neon(job: Job<'_>) {
    // SAFETY: this function is called only where NEON is.
    run(unsafe { crate::simd::Neon::new() }, job);
}
