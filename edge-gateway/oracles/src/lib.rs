//! Other people's crates as judges of our own presigner, tokens and store; see `tests/`.
//!
//! A package of its own, because their dependencies would turn on features in everybody else's.
