//! Small photos made by code, for tests.

use crate::photo::Photo;

/// A photo whose every pixel differs from its neighbours, smooth enough for JPEG.
pub(crate) fn gradient(width_px: u32, height_px: u32) -> Photo {
    let pixel =
        |x: u32, y: u32| [(x * 7 % 256) as u8, (y * 5 % 256) as u8, ((x + y) * 3 % 256) as u8];
    let rgb = (0..height_px).flat_map(|y| (0..width_px).flat_map(move |x| pixel(x, y)));
    Photo::from_parts(width_px, height_px, rgb.collect())
}

/// A photo of slowly changing colours, as JPEG likes them.
pub(crate) fn soft(width_px: u32, height_px: u32) -> Photo {
    let share = |at: u32, of: u32| (at * 255 / of) as u8;
    let pixel =
        |x: u32, y: u32| [share(x, width_px), share(y, height_px), 255 - share(x, width_px)];
    let rgb = (0..height_px).flat_map(|y| (0..width_px).flat_map(move |x| pixel(x, y)));
    Photo::from_parts(width_px, height_px, rgb.collect())
}

/// A photo of noise.
pub(crate) fn noise(width_px: u32, height_px: u32) -> Photo {
    let bytes = Noise(7).bytes(width_px as usize * height_px as usize * 3);
    Photo::from_parts(width_px, height_px, bytes)
}

/// Numbers that look random and are the same in every run (xorshift, Marsaglia 2003).
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}
