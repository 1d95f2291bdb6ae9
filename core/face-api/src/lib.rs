//! The recognition network and the sample photos inside the npm package `@vladmandic/face-api`.
//!
//! The package (MIT) carries the weights of dlib's ResNet for face recognition (public domain) with
//! 8 bits each. Whoever has an npm registry can have them: [`Package::open`] takes the tarball that
//! `npm pack` fetches, [`Package::embedder`] writes the network as an ONNX file, the same bytes on
//! every machine, and [`Package::photos`] cuts photos of single faces for a demo.
//!
//! Every function is pure: bytes come in, bytes go out. This crate does not fetch anything.

mod network;
mod onnx;
mod package;
mod photos;
mod weights;

pub use package::{Package, PackageError};
pub use photos::SamplePhoto;
