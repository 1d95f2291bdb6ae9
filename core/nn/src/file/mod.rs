//! The network file: a header, the layers with their weights, the outputs. All numbers are
//! little-endian.
//!
//! ```text
//! "FMNN"  version u16  precision u8 (0 = f32, 1 = f16)  source sha-256 [u8; 32]
//! input channels u16
//! layers u16, each:  kind u8  input u16, then by kind
//!   0 pointwise          residual u16 (0xFFFF = none)  filters
//!   1 conv 3×3           stride u8                     filters
//!   2 depthwise 3×3      stride u8                     filters
//!   3 depthwise global   side u8                       filters
//!   4 max pool 2×2
//!   5 add                other u16
//!   6 add upsampled      other u16
//! outputs u16, each:  name length u8, name  value u16  first channel u16  channels u16  sigmoid u8
//! filters:  out channels u16  activation u8 (0 none, 1 ReLU, 2 ReLU6, 3 PReLU)
//!           bias f32 × out  slopes f32 × out (PReLU)  weights (f32 or f16) × what the kind needs
//! ```

mod cursor;
mod read;
mod write;

pub use read::FileError;
pub use write::{Precision, WriteError};

const MAGIC: [u8; 4] = *b"FMNN";
const VERSION: u16 = 1;
const NO_RESIDUAL: u16 = u16::MAX;

/// First byte of each layer.
mod kind {
    pub(super) const POINTWISE: u8 = 0;
    pub(super) const CONV_3X3: u8 = 1;
    pub(super) const DEPTHWISE_3X3: u8 = 2;
    pub(super) const DEPTHWISE_GLOBAL: u8 = 3;
    pub(super) const MAX_POOL_2: u8 = 4;
    pub(super) const ADD: u8 = 5;
    pub(super) const ADD_UPSAMPLED: u8 = 6;
}
