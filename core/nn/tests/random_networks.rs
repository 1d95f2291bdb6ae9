//! Every backend against the definition, on networks of arbitrary shapes and weights.

use facematch_nn::testing::{Dice, compare_backends};

#[test]
fn every_backend_computes_what_the_definition_says() {
    let one = |seed| compare_backends(&mut Dice::seeded(seed));
    let worst = (0..600).map(one).fold(0.0, f32::max);
    println!("largest difference from the definition: {worst:.1e}");
}
