//! The engine over real SQLite files and a bucket in memory.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod backlog;
mod callbacks;
mod clock;
mod confirm;
mod create;
mod http;
mod partners;
mod queue;
mod rate;
mod reopen;
mod retention;
mod upgrade;
mod wait;
mod world;
