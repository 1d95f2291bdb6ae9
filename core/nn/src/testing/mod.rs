//! Random networks and a slow, obvious way to run them: for tests, fuzzing and harnesses on other
//! machines.

mod dice;
mod random;
mod reference;

pub use dice::Dice;
pub use random::{RandomNetwork, random_values};
pub use reference::run as run_reference;

use crate::{Backend, Graph, Input, Network, Precision, Session};

/// Largest difference from the reference, for values near 1 and in proportion beyond.
pub const TOLERANCE: f32 = 1e-4;

/// Runs a random network on every backend of this machine and compares with the reference.
///
/// With dice from a fuzzer's bytes this is the body of a fuzz target. Returns the largest
/// difference.
///
/// # Panics
/// If a backend differs by more than [`TOLERANCE`], or a network does not survive being written and
/// read.
#[must_use]
pub fn compare_backends(dice: &mut Dice<'_>) -> f32 {
    let RandomNetwork { graph, height, width } = RandomNetwork::new(dice);
    let bytes = graph.to_bytes(Precision::F32).expect("a random network is small");
    assert_eq!(Graph::from_bytes(&bytes).as_ref(), Ok(&graph), "written and read");
    let network = Network::from_bytes(&bytes).expect("a random network is valid");
    let input = random_values(dice, height * width * graph.input_channels);
    let want = run_reference(&graph, height, width, &input);
    let mut worst = 0.0_f32;
    for backend in Backend::available() {
        let mut session =
            Session::on(backend, &network, height, width).expect("a random network can be planned");
        // Twice, since the second run meets what the first one left behind.
        for _ in 0..2 {
            let got = session.run(Input::Interleaved(&input)).expect("the input has this size");
            for (got, want) in got.iter().zip(&want) {
                let difference = difference(got.values, want);
                worst = worst.max(difference);
                let (name, backend) = (got.name, backend.name());
                assert!(difference <= TOLERANCE, "{name} on {backend}: {difference}\n{graph:?}");
            }
        }
    }
    worst
}

/// Largest difference of two lists, relative to values above 1; infinite if one is longer or not a
/// number.
#[must_use]
pub fn difference(got: &[f32], want: &[f32]) -> f32 {
    if got.len() != want.len() {
        return f32::INFINITY;
    }
    let differences =
        got.iter().zip(want).map(|(got, want)| (got - want).abs() / want.abs().max(1.0));
    differences.fold(0.0, |worst, next| if next.is_nan() { f32::INFINITY } else { worst.max(next) })
}
