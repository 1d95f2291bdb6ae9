//! From photo bytes to aligned faces: decode, detect, align, crop, encode.
//!
//! Every function is pure and synchronous. This crate does not know files, sockets, the clock,
//! random numbers, logs or the API: bytes come in, values go out. Which engine runs a network is
//! hidden behind [`Model`].

mod align;
mod crop;
mod cut;
mod decode;
mod detect;
mod encode;
mod engine_nn;
#[cfg(feature = "tract")]
mod engine_tract;
mod geometry;
mod model;
mod orient;
mod photo;
mod picture;
mod quality;
mod resize;
#[cfg(test)]
mod testing;
mod warp;

pub use align::{AlignError, AlignedFace, Alignment, Similarity, align_face};
pub use crop::{CropError, PixelRect, crop_around};
pub use decode::{DecodeError, PhotoFormat, PhotoHeader};
pub use detect::{DetectError, Detection, Detector, DetectorSettings, Face, Look};
pub use encode::{EncodeError, EncodedJpeg, JpegBudget, encode_jpeg};
pub use engine_nn::NnModel;
#[cfg(feature = "tract")]
pub use engine_tract::TractModel;
pub use geometry::{Landmarks, Point, Rect};
pub use model::{Model, ModelError, Tensor};
pub use orient::Turn;
pub use photo::{Photo, PhotoError};
pub use picture::{ChannelOrder, Normalisation, Picture};
pub use quality::{Assessment, View, assess, measure, unified};
pub use resize::shrink;
