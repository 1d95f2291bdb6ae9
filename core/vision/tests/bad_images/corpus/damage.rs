use super::noise::Noise;
use super::{Case, Want, good};

const ROUNDS: usize = 400;
const WHY: &str = "what a wrong byte hits may not matter: a colour, a comment, a profile";

/// Ordinary files with up to six wrong bytes.
pub(super) fn cases() -> Vec<Case> {
    let mut noise = Noise(0xF00D);
    let files = good::files();
    let mut cases = Vec::new();
    for round in 0..ROUNDS {
        let (name, file) = &files[round % files.len()];
        let mut file = file.clone();
        for _ in 0..=noise.below(6) {
            let at = noise.below(file.len());
            file[at] = noise.next() as u8;
        }
        cases.push(Case::new(format!("{name}, round {round}"), Want::Either(WHY), file));
    }
    cases
}
