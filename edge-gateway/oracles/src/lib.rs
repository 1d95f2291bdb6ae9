//! Other people's crates as judges of our own presigner and tokens; see `tests/`.
//!
//! A package of its own, because their dependencies would turn on features in everybody else's.
