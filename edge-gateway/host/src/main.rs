//! facematch.
fn main() {}
