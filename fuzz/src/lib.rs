//! What the fuzz targets share: the public API and the bucket without a network, and files to begin from.
//!
//! A target states what must hold beside "no panic"; see `docs/durability.md`, section "Fuzzing".

mod api;
mod bucket;
#[expect(dead_code, reason = "the decoder's test has a table of what comes of each file")]
#[path = "../../core/vision/tests/bad_images/corpus/mod.rs"]
mod corpus;
#[expect(dead_code, reason = "the gateway's tests look at more of it")]
#[path = "../../edge-gateway/gateway/tests/api/engine.rs"]
mod engine;
pub mod seeds;
#[expect(dead_code, reason = "the gateway's tests look at more of it")]
#[path = "../../edge-gateway/gateway/tests/api/world.rs"]
mod world;

pub use api::{PublicApi, sign_token};
pub use bucket::{Known, PHOTO, PhotoBucket, Sent};

use std::future::Future;

/// Counts what is allocated, for targets that limit it.
#[global_allocator]
pub static HEAP: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

/// Runs a future to its end on this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
