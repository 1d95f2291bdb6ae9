//! Any bytes as a network file: refused, or a network that can be planned and run.

#![no_main]

use facematch_fuzz::seeds;
use facematch_nn::testing::{Dice, RandomNetwork};
use facematch_nn::{Input, Network, Precision, Session};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: seeds::write(files()), |bytes: &[u8]| {
    let Ok(network) = Network::from_bytes(bytes) else { return };
    let Ok(mut session) = Session::new(&network, 24, 24) else { return };
    let input = vec![0.5; session.input_shape().iter().product()];
    session.run(Input::Interleaved(&input)).expect("an input of this size");
});

fn files() -> impl Iterator<Item = Vec<u8>> {
    let network = |seed| RandomNetwork::new(&mut Dice::seeded(seed)).graph;
    let file = move |seed| network(seed).to_bytes(Precision::F32).expect("a small network");
    (0..40).map(file)
}
