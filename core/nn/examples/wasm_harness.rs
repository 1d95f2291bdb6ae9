//! Functions for `tests/wasm.mjs`: the equality test and a timing loop, in WebAssembly.
//!
//! ```sh
//! RUSTFLAGS=-Ctarget-feature=+simd128 cargo build -p facematch-nn --example wasm_harness \
//!     --profile component --target wasm32-unknown-unknown
//! node core/nn/tests/wasm.mjs target/wasm32-unknown-unknown/component/examples/wasm_harness.wasm
//! ```

#![expect(unsafe_code, reason = "exported functions")]

use std::cell::RefCell;

use facematch_nn::testing::{Dice, compare_backends, random_values};
use facematch_nn::{Backend, Input, Network, Session};

thread_local! {
    /// The network file that JavaScript writes, then the session and its input.
    static FILE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static SESSION: RefCell<Option<(Session, Vec<f32>)>> = const { RefCell::new(None) };
}

/// How many backends there are.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub extern "C" fn backends() -> usize {
    Backend::available().len()
}

/// Largest difference between the backends and the definition, on the random network of this seed.
/// Traps if too large.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub extern "C" fn compare(seed: u32) -> f32 {
    compare_backends(&mut Dice::seeded(u64::from(seed)))
}

/// Memory for a network file of `len` bytes.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub extern "C" fn file(len: usize) -> *mut u8 {
    FILE.with_borrow_mut(|file| {
        *file = vec![0; len];
        file.as_mut_ptr()
    })
}

/// Loads the file for inputs of one size on backend `index`.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub extern "C" fn open(index: usize, height: usize, width: usize) {
    let network = FILE.with_borrow(|file| Network::from_bytes(file)).expect("a network file");
    let backend = Backend::available()[index];
    let session = Session::on(backend, &network, height, width).expect("a size that fits");
    let input = {
        let len = session.input_shape().iter().product();
        random_values(&mut Dice::seeded(1), len)
    };
    SESSION.set(Some((session, input)));
}

/// Runs the session once and returns the first value.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub extern "C" fn run() -> f32 {
    SESSION.with_borrow_mut(|open| {
        let (session, input) = open.as_mut().expect("an open session");
        let outputs = session.run(Input::Interleaved(input)).expect("an input of this size");
        outputs.iter().next().map_or(f32::NAN, |output| output.values[0])
    })
}
