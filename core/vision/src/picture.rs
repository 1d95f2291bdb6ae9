//! What a network is run on: a photo's pixels, and how they become numbers.

use crate::model::{ModelError, Tensor};
use crate::photo::Photo;

/// In which order a network wants the three colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelOrder {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
}

impl ChannelOrder {
    /// The network's channels as channels of a [`Photo`].
    fn photo_channels(self) -> [usize; 3] {
        match self {
            Self::Rgb => [0, 1, 2],
            Self::Bgr => [2, 1, 0],
        }
    }
}

/// How a byte of the photo becomes a number: `byte * scale + bias`, for each channel in the
/// network's order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normalisation {
    /// The network's channels.
    pub order: ChannelOrder,
    /// What a byte is multiplied by.
    pub scale: [f32; 3],
    /// What is added then.
    pub bias: [f32; 3],
}

impl Normalisation {
    /// Bytes as they are, 0 to 255: blue, green, red.
    pub const BGR_BYTES: Self = Self { order: ChannelOrder::Bgr, scale: [1.0; 3], bias: [0.0; 3] };

    /// `(byte - mean) / deviation`: red, green, blue.
    #[must_use]
    pub fn rgb(mean: [f32; 3], deviation: [f32; 3]) -> Self {
        let scale = deviation.map(|deviation| 1.0 / deviation);
        let bias = std::array::from_fn(|index| -mean[index] / deviation[index]);
        Self { order: ChannelOrder::Rgb, scale, bias }
    }
}

/// A photo at the top left of a black canvas, as a network's input. No pixel is copied until an
/// engine reads it.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    photo: &'a Photo,
    width_px: usize,
    height_px: usize,
    normalisation: Normalisation,
}

impl<'a> Picture<'a> {
    /// Lays `photo` on a canvas of its own size.
    #[must_use]
    pub fn of(photo: &'a Photo, normalisation: Normalisation) -> Self {
        let (width_px, height_px) = (photo.width_px() as usize, photo.height_px() as usize);
        Self { photo, width_px, height_px, normalisation }
    }

    /// The same on a canvas whose sides are multiples of `side_px`; what is right of the photo and
    /// below it is black.
    #[must_use]
    pub fn padded_to_multiples_of(self, side_px: usize) -> Self {
        let padded = |side: usize| side.next_multiple_of(side_px);
        let (width_px, height_px) = (padded(self.width_px), padded(self.height_px));
        Self { width_px, height_px, ..self }
    }

    /// The photo on the canvas.
    #[must_use]
    pub fn photo(&self) -> &'a Photo {
        self.photo
    }

    /// Width of the canvas, in pixels.
    #[must_use]
    pub fn width_px(&self) -> usize {
        self.width_px
    }

    /// Height of the canvas, in pixels.
    #[must_use]
    pub fn height_px(&self) -> usize {
        self.height_px
    }

    /// How its bytes become numbers.
    #[must_use]
    pub fn normalisation(&self) -> Normalisation {
        self.normalisation
    }

    /// The shape that a network sees: `[1, 3, height, width]`.
    #[must_use]
    pub fn shape(&self) -> [usize; 4] {
        [1, 3, self.height_px, self.width_px]
    }

    /// The canvas as three planes of floats, for engines that read no bytes.
    ///
    /// # Errors
    /// None today: the planes always fill the shape.
    pub fn planes(&self) -> Result<Tensor, ModelError> {
        let Normalisation { order, scale, bias } = self.normalisation;
        let plane_len = self.width_px * self.height_px;
        let mut planes = Vec::with_capacity(3 * plane_len);
        for (index, channel) in order.photo_channels().into_iter().enumerate() {
            // A black pixel of the canvas.
            planes.resize(index * plane_len + plane_len, bias[index]);
            let rows = planes[index * plane_len..].chunks_exact_mut(self.width_px);
            for (to, from) in rows.zip(self.photo.rows()) {
                for (to, pixel) in to.iter_mut().zip(from.as_chunks::<3>().0) {
                    *to = f32::from(pixel[channel]) * scale[index] + bias[index];
                }
            }
        }
        Tensor::new(&self.shape(), planes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canvas_is_padded_to_multiples_and_no_further() {
        struct Case {
            photo: (u32, u32),
            want: (usize, usize),
        }
        let cases = [
            Case { photo: (250, 250), want: (256, 256) },
            Case { photo: (282, 640), want: (288, 640) },
            Case { photo: (640, 32), want: (640, 32) },
            Case { photo: (1, 1), want: (32, 32) },
        ];
        for Case { photo: (width_px, height_px), want } in cases {
            let photo = crate::testing::gradient(width_px, height_px);
            let picture = Picture::of(&photo, Normalisation::BGR_BYTES).padded_to_multiples_of(32);
            assert_eq!((picture.width_px(), picture.height_px()), want, "{width_px}x{height_px}");
            assert_eq!(picture.planes().unwrap().shape(), [1, 3, want.1, want.0]);
        }
    }

    #[test]
    fn planes_are_blue_green_red_and_padding_is_black() {
        let photo = Photo::from_rgb(33, 32, [10, 20, 30].repeat(33 * 32)).unwrap();
        let picture = Picture::of(&photo, Normalisation::BGR_BYTES).padded_to_multiples_of(32);
        let input = picture.planes().unwrap();
        let (width, plane) = (64, 64 * 32);
        assert_eq!([0, 1, 2].map(|index| input.data()[index * plane]), [30.0, 20.0, 10.0]);
        assert_eq!(input.data()[32], 30.0);
        assert_eq!(input.data()[33], 0.0);
        assert_eq!(input.data()[width + 33], 0.0);
    }

    #[test]
    fn red_green_blue_about_a_mean() {
        let (mean, deviation) = ([127.5, 102.0, 76.5], [51.0, 64.0, 128.0]);
        let photo = Photo::from_rgb(1, 1, vec![255, 0, 51]).unwrap();
        let input = Picture::of(&photo, Normalisation::rgb(mean, deviation)).planes().unwrap();
        for (channel, value) in [255.0, 0.0, 51.0].into_iter().enumerate() {
            let want = (value - mean[channel]) / deviation[channel];
            let got = input.data()[channel];
            assert!((got - want).abs() < 1e-6, "channel {channel}: {got} is not {want}");
        }
    }
}
