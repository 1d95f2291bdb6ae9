//! The speed of light: how many multiply-adds a core does when nothing else holds it up.

use std::{hint::black_box, time::Instant};

/// Independent sums: enough to hide the latency of two units of 4 to 5 cycles each.
const SUMS: usize = 12;
const ROUNDS: u32 = 20_000_000;

/// Billions of multiply-adds of 32-bit floats a second, on one core with its widest registers.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub extern "C" fn facematch_peak_gmacs() -> f64 {
    let start = Instant::now();
    let macs = u64::from(ROUNDS) * (SUMS * lanes()) as u64;
    black_box(sums());
    macs as f64 / start.elapsed().as_secs_f64() / 1e9
}

#[cfg(target_arch = "x86_64")]
fn lanes() -> usize {
    if is_x86_feature_detected!("avx512f") { 16 } else { 8 }
}

#[cfg(not(target_arch = "x86_64"))]
fn lanes() -> usize {
    4
}

#[cfg(target_arch = "x86_64")]
fn sums() -> f32 {
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the line above.
        unsafe { avx512() }
    } else {
        // SAFETY: a machine without it stops here, as the benchmark could not run anyway.
        unsafe { avx2() }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn avx512() -> f32 {
    use std::arch::x86_64::{_mm512_fmadd_ps, _mm512_reduce_add_ps, _mm512_set1_ps};
    let (a, b) = (_mm512_set1_ps(black_box(0.5)), _mm512_set1_ps(black_box(0.25)));
    let mut sums = [_mm512_set1_ps(1.0); SUMS];
    for _ in 0..ROUNDS {
        for sum in &mut sums {
            *sum = _mm512_fmadd_ps(*sum, a, b);
        }
    }
    sums.iter().map(|sum| _mm512_reduce_add_ps(*sum)).sum()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2() -> f32 {
    use std::arch::x86_64::{_mm256_cvtss_f32, _mm256_fmadd_ps, _mm256_set1_ps};
    let (a, b) = (_mm256_set1_ps(black_box(0.5)), _mm256_set1_ps(black_box(0.25)));
    let mut sums = [_mm256_set1_ps(1.0); SUMS];
    for _ in 0..ROUNDS {
        for sum in &mut sums {
            *sum = _mm256_fmadd_ps(*sum, a, b);
        }
    }
    sums.iter().map(|sum| _mm256_cvtss_f32(*sum)).sum()
}

#[cfg(not(target_arch = "x86_64"))]
fn sums() -> f32 {
    let (a, b) = (black_box(0.5_f32), black_box(0.25_f32));
    let mut sums = [[1.0_f32; 4]; SUMS];
    for _ in 0..ROUNDS {
        for sum in sums.as_flattened_mut() {
            *sum = sum.mul_add(a, b);
        }
    }
    sums.as_flattened().iter().sum()
}
