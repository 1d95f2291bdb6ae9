//! Why a file is refused.

use super::PhotoFormat;

/// Why a file is not taken as a photo. Each is the file's fault, never ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file is larger than is taken.
    #[error("{size_bytes} bytes are more than {max_bytes}")]
    TooManyBytes {
        /// Size of the file.
        size_bytes: u64,
        /// Most that is taken.
        max_bytes: u64,
    },
    /// The first bytes are of no format that is taken.
    #[error("neither JPEG, PNG nor WebP")]
    UnknownFormat,
    /// The file stops before its end: an interrupted upload.
    #[error("the {format} file is cut off")]
    Truncated {
        /// Format of the file.
        format: PhotoFormat,
    },
    /// The file breaks the rules of its format.
    #[error("the {format} file is damaged: {detail}")]
    Corrupt {
        /// Format of the file.
        format: PhotoFormat,
        /// What is wrong, for the log.
        detail: String,
    },
    /// The file uses a rare feature that is not taken.
    #[error("the {format} file uses {feature}, which is not supported")]
    Unsupported {
        /// Format of the file.
        format: PhotoFormat,
        /// Which feature.
        feature: &'static str,
    },
    /// The file is an animation.
    #[error("the {format} file is an animation")]
    Animated {
        /// Format of the file.
        format: PhotoFormat,
    },
    /// A side is longer than is taken.
    #[error("{width_px}x{height_px} has a side of more than {max_px} pixels")]
    SideTooLong {
        /// Width that the header states.
        width_px: u32,
        /// Height that the header states.
        height_px: u32,
        /// Longest side that is taken.
        max_px: u32,
    },
    /// There are more pixels than are taken.
    #[error("{width_px}x{height_px} is more than {max_pixels} pixels")]
    TooManyPixels {
        /// Width that the header states.
        width_px: u32,
        /// Height that the header states.
        height_px: u32,
        /// Most pixels that are taken.
        max_pixels: u64,
    },
    /// A side is too short to hold a face.
    #[error("{width_px}x{height_px} has a side of less than {min_px} pixels")]
    TooSmall {
        /// Width that the header states.
        width_px: u32,
        /// Height that the header states.
        height_px: u32,
        /// Shortest side that is taken.
        min_px: u32,
    },
    /// Decoding would take more memory than is granted.
    #[error("decoding would take {need_bytes} bytes, more than {max_bytes}")]
    TooMuchMemory {
        /// What the decoder would allocate at its peak.
        need_bytes: u64,
        /// Most that is granted.
        max_bytes: u64,
    },
}
