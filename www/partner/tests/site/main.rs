//! The website in this process, against an API that answers as Face Match would.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod calls;
mod fake_api;
mod pages;
mod world;
