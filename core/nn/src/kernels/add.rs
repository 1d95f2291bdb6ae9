//! Sums of two maps.

use crate::simd::Simd;

/// Any number of values of two maps of the same size.
pub(crate) struct Add<'a> {
    pub(crate) a: &'a [f32],
    pub(crate) b: &'a [f32],
    pub(crate) y: &'a mut [f32],
}

impl Add<'_> {
    #[inline(always)]
    pub(super) fn run<S: Simd>(self, s: S) {
        let len = self.y.len();
        assert!(len.is_multiple_of(S::LANES) && self.a.len() >= len && self.b.len() >= len);
        let (a, b, y) = (self.a.as_ptr(), self.b.as_ptr(), self.y.as_mut_ptr());
        let mut at = 0;
        while at < len {
            // SAFETY: the assertion above.
            unsafe { s.store(y.add(at), s.add(s.load(a.add(at)), s.load(b.add(at)))) };
            at += S::LANES;
        }
    }
}

/// One row, to which a row of half as many pixels is added.
pub(crate) struct AddUpsampled<'a> {
    pub(crate) a: &'a [f32],
    pub(crate) half: &'a [f32],
    /// Floats of each pixel.
    pub(crate) pitch: usize,
    pub(crate) y: &'a mut [f32],
}

impl AddUpsampled<'_> {
    #[inline(always)]
    pub(super) fn run<S: Simd>(self, s: S) {
        let len = self.y.len();
        assert!(self.pitch.is_multiple_of(S::LANES) && len.is_multiple_of(2 * self.pitch));
        assert!(self.a.len() >= len && self.half.len() >= len / 2);
        let (a, half, y) = (self.a.as_ptr(), self.half.as_ptr(), self.y.as_mut_ptr());
        for pixel in 0..len / self.pitch {
            let mut channel = 0;
            while channel < self.pitch {
                let at = pixel * self.pitch + channel;
                // SAFETY: the assertions above.
                unsafe {
                    let half = s.load(half.add(pixel / 2 * self.pitch + channel));
                    s.store(y.add(at), s.add(s.load(a.add(at)), half));
                }
                channel += S::LANES;
            }
        }
    }
}
