//! The bucket over real sockets: a hyper server before it, a reqwest client after it.

mod client;
mod cors;
mod durability;
mod exact;
mod form;
mod log;
mod server;
mod upload;
