//! The limits of the contract, applied to what a header states.

use facematch_contract::limits::{
    MAX_DECODE_BYTES, MAX_IMAGE_PIXELS, MAX_IMAGE_SIDE_PX, MIN_IMAGE_SIDE_PX,
};

use super::DecodeError;

/// The size that a file's header states, within the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width_px: u32,
    pub(super) height_px: u32,
}

impl Size {
    /// Checks what a header states.
    ///
    /// # Errors
    /// `TooSmall`, `SideTooLong` or `TooManyPixels`, in this order.
    pub(super) fn checked(width_px: u32, height_px: u32) -> Result<Self, DecodeError> {
        let (min_px, max_px) = (MIN_IMAGE_SIDE_PX, MAX_IMAGE_SIDE_PX);
        if width_px.min(height_px) < min_px {
            return Err(DecodeError::TooSmall { width_px, height_px, min_px });
        }
        if width_px.max(height_px) > max_px {
            return Err(DecodeError::SideTooLong { width_px, height_px, max_px });
        }
        let size = Self { width_px, height_px };
        if size.pixels() > MAX_IMAGE_PIXELS {
            let max_pixels = MAX_IMAGE_PIXELS;
            return Err(DecodeError::TooManyPixels { width_px, height_px, max_pixels });
        }
        Ok(size)
    }

    pub(super) fn pixels(self) -> u64 {
        u64::from(self.width_px) * u64::from(self.height_px)
    }
}

/// Refuses a decode that would allocate `need_bytes` at its peak.
pub(super) fn check_memory(need_bytes: u64) -> Result<(), DecodeError> {
    let max_bytes = MAX_DECODE_BYTES;
    if need_bytes > max_bytes {
        return Err(DecodeError::TooMuchMemory { need_bytes, max_bytes });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_at_their_edges() {
        struct Case {
            size: (u32, u32),
            want: &'static str,
        }
        let cases = [
            Case { size: (32, 32), want: "Ok" },
            Case { size: (31, 32), want: "Err(TooSmall" },
            Case { size: (32, 0), want: "Err(TooSmall" },
            Case { size: (8192, 3051), want: "Ok" },
            Case { size: (8192, 3052), want: "Err(TooManyPixels" },
            Case { size: (8193, 32), want: "Err(SideTooLong" },
            Case { size: (32, u32::MAX), want: "Err(SideTooLong" },
            Case { size: (u32::MAX, u32::MAX), want: "Err(SideTooLong" },
        ];
        for Case { size: (width_px, height_px), want } in cases {
            let got = format!("{:?}", Size::checked(width_px, height_px));
            assert!(got.starts_with(want), "{width_px}x{height_px}: {got}");
        }
    }
}
