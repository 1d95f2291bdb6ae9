//! Files that a target begins from. `cargo xtask fuzz` names a folder; each target writes its own before it runs.

use std::path::PathBuf;
use std::{env, fs};

use crate::corpus::KINDS;

/// The variable that names the folder.
const FOLDER: &str = "FACEMATCH_FUZZ_SEEDS";
/// What a mutation changes in a larger file seldom matters.
const MAX_SEED_BYTES: usize = 16 * 1024;
/// Kinds that mutation makes by itself, or that are too large.
const NO_SEEDS: [&str; 4] = ["cut off", "cut off, then closed", "wrong bytes", "bombs"];

/// Writes `seeds` to the folder, if one is named.
///
/// # Panics
/// If the folder cannot be written to.
pub fn write<T: AsRef<[u8]>>(seeds: impl IntoIterator<Item = T>) {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).expect("a folder for seeds");
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(folder.join(format!("{number:04}")), seed).expect("a seed");
    }
}

/// The small ones of the bad images.
pub fn images() -> impl Iterator<Item = Vec<u8>> {
    let kinds = KINDS.iter().filter(|kind| !NO_SEEDS.contains(&kind.name));
    let files = kinds.flat_map(|kind| (kind.cases)()).map(|case| case.file);
    files.filter(|file| file.len() <= MAX_SEED_BYTES)
}
