//! Any bytes as a network file: refused, or a network that can be planned and run.

#![no_main]

use facematch_nn::{Input, Network, Session};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(network) = Network::from_bytes(bytes) else { return };
    let Ok(mut session) = Session::new(&network, 24, 24) else { return };
    let input = vec![0.5; session.input_shape().iter().product()];
    session.run(Input::Interleaved(&input)).expect("an input of this size");
});
