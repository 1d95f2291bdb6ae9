//! What a network is run on: floats or bytes, converted row by row.

/// A picture of the session's size.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// `[height, width, channels]`: read in place.
    Interleaved(&'a [f32]),
    /// `[channels, height, width]`.
    Planes(&'a [f32]),
    /// Bytes, for networks of three channels.
    Pixels(Pixels<'a>),
}

/// A picture of bytes, three to a pixel, and what the network wants of them.
///
/// It may be smaller than the session's input; pixels right of it and below it count as bytes of
/// zero.
#[derive(Debug, Clone, Copy)]
pub struct Pixels<'a> {
    /// `[height, width, 3]`.
    pub bytes: &'a [u8],
    /// Pixels of a row.
    pub width_px: usize,
    /// Rows.
    pub height_px: usize,
    /// Whether the network wants the three channels the other way round: RGB for BGR.
    pub reversed: bool,
    /// What a byte is multiplied by, for each channel of the network.
    pub scale: [f32; 3],
    /// What is added then, for each channel of the network.
    pub bias: [f32; 3],
}

/// Why an input does not fit a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputError {
    /// Number of values.
    Len {
        /// How many are given.
        got: usize,
        /// How many are needed.
        want: usize,
    },
    /// Pixels are given to a network that does not take three channels, or more pixels than the
    /// session has.
    Pixels,
}

impl std::fmt::Display for InputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Len { got, want } => write!(f, "input has {got} values, not {want}"),
            Self::Pixels => write!(f, "pixels do not fit in the network's input"),
        }
    }
}

impl std::error::Error for InputError {}

impl<'a> Input<'a> {
    /// Checks the input against a session's size.
    pub(crate) fn check(&self, [height, width, channels]: [usize; 3]) -> Result<(), InputError> {
        let len = |got, want| if got == want { Ok(()) } else { Err(InputError::Len { got, want }) };
        match self {
            Self::Interleaved(values) | Self::Planes(values) => {
                len(values.len(), height.saturating_mul(width * channels))
            }
            Self::Pixels(pixels) => {
                if channels != 3 || pixels.width_px > width || pixels.height_px > height {
                    return Err(InputError::Pixels);
                }
                len(pixels.bytes.len(), pixels.height_px * pixels.width_px * 3)
            }
        }
    }

    /// All values, if they need no conversion.
    pub(crate) fn in_place(&self) -> Option<&'a [f32]> {
        if let Self::Interleaved(values) = self { Some(values) } else { None }
    }

    /// Writes row `row` of `height` as `[width, channels]`.
    pub(crate) fn load_row(&self, row: usize, height: usize, channels: usize, to: &mut [f32]) {
        match self {
            Self::Interleaved(values) => to.copy_from_slice(&values[row * to.len()..][..to.len()]),
            Self::Planes(values) => {
                let width = to.len() / channels;
                for channel in 0..channels {
                    let from = &values[(channel * height + row) * width..][..width];
                    for (to, from) in to.iter_mut().skip(channel).step_by(channels).zip(from) {
                        *to = *from;
                    }
                }
            }
            Self::Pixels(pixels) => pixels.load_row(row, to),
        }
    }
}

impl Pixels<'_> {
    fn load_row(&self, row: usize, to: &mut [f32]) {
        let row_len = self.width_px * 3;
        let mut rows = self.bytes.chunks_exact(row_len.max(1));
        let from = rows.nth(row).unwrap_or(&[]);
        let (filled, rest) = to.split_at_mut(from.len());
        let pixels = filled.as_chunks_mut::<3>().0.iter_mut().zip(from.as_chunks::<3>().0);
        if self.reversed {
            pixels.for_each(|(to, [a, b, c])| *to = self.converted([*c, *b, *a]));
        } else {
            pixels.for_each(|(to, from)| *to = self.converted(*from));
        }
        rest.as_chunks_mut::<3>().0.fill(self.bias);
    }

    #[inline(always)]
    fn converted(&self, bytes: [u8; 3]) -> [f32; 3] {
        std::array::from_fn(|index| f32::from(bytes[index]) * self.scale[index] + self.bias[index])
    }
}
