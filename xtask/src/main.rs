//! Build, models, test, demo: cargo xtask.
fn main() {}
