//! Largest of each 2×2 pixels.

use crate::simd::Simd;

/// One row of output.
pub(crate) struct MaxPool2<'a> {
    /// The two rows under the window.
    pub(crate) rows: [&'a [f32]; 2],
    /// Floats of each pixel.
    pub(crate) pitch: usize,
    pub(crate) y: &'a mut [f32],
}

impl MaxPool2<'_> {
    #[inline(always)]
    pub(super) fn run<S: Simd>(self, s: S) {
        let count = self.y.len() / self.pitch;
        assert!(self.pitch.is_multiple_of(S::LANES) && self.y.len() == count * self.pitch);
        assert!(self.rows.iter().all(|row| row.len() >= 2 * self.y.len()));
        let rows = self.rows.map(<[f32]>::as_ptr);
        let y = self.y.as_mut_ptr();
        for pixel in 0..count {
            let mut channel = 0;
            while channel < self.pitch {
                let at = 2 * pixel * self.pitch + channel;
                // SAFETY: the assertions above.
                unsafe {
                    let (upper, lower) = (rows[0].add(at), rows[1].add(at));
                    let left = s.max(s.load(upper), s.load(lower));
                    let right = s.max(s.load(upper.add(self.pitch)), s.load(lower.add(self.pitch)));
                    s.store(y.add(pixel * self.pitch + channel), s.max(left, right));
                }
                channel += S::LANES;
            }
        }
    }
}
