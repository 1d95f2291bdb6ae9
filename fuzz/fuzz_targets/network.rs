//! A random network, scalar and SIMD, against the definition. The bytes choose layers, shapes and weights.

#![no_main]

use facematch_nn::testing::{Dice, compare_backends};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = compare_backends(&mut Dice::new(bytes));
});
