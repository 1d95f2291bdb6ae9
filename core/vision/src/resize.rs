//! Shrinking by area: every source pixel counts by how much of it a target pixel covers.

use crate::photo::Photo;

/// Shrinks `photo` to `width_px` x `height_px` by exact area averaging, as OpenCV's `INTER_AREA`
/// does.
///
/// Never enlarges: each side asked for is clamped to 1 and to the photo's own side.
#[must_use]
pub fn shrink(photo: &Photo, width_px: u32, height_px: u32) -> Photo {
    let width_px = width_px.clamp(1, photo.width_px());
    let height_px = height_px.clamp(1, photo.height_px());
    if (width_px, height_px) == (photo.width_px(), photo.height_px()) {
        return photo.clone();
    }
    let columns: Vec<Span> = Coverage::new(photo.width_px(), width_px).spans().collect();
    let mut rows = Rows::new(photo.stride());
    let mut rgb = Vec::with_capacity(width_px as usize * height_px as usize * 3);
    for span in Coverage::new(photo.height_px(), height_px).spans() {
        let sums = rows.sum(photo, &span);
        rgb.extend(columns.iter().flat_map(|column| mean(sums, column)));
    }
    Photo::from_parts(width_px, height_px, rgb)
}

/// Most rows whose bytes add up within 16 bits.
const MOST_WHOLE_ROWS: usize = 257;

/// Sums of rows, value by value. Nearly all rows count in whole: their bytes are added up as 16-bit
/// integers, of which a register holds twice as many as floats.
struct Rows {
    whole: Vec<u16>,
    /// One more than a row has values: see [`mean`].
    sums: Vec<f32>,
}

impl Rows {
    fn new(stride: usize) -> Self {
        Self { whole: vec![0; stride], sums: vec![0.0; stride + 1] }
    }

    /// The rows of `span` added up by weight.
    fn sum(&mut self, photo: &Photo, span: &Span) -> &[f32] {
        let rows = &photo.rgb()[span.first * photo.stride()..][..span.count * photo.stride()];
        let (first, rest) = rows.split_at(photo.stride());
        let (inner, last) = rest.split_at(rest.len().saturating_sub(photo.stride()));
        self.sums.fill(0.0);
        self.add(first, span.weight_first);
        for rows in inner.chunks(MOST_WHOLE_ROWS * photo.stride()) {
            self.add_whole(rows, span.weight_inner);
        }
        // Empty if there is one row only.
        self.add(last, span.weight_last);
        &self.sums
    }

    fn add(&mut self, row: &[u8], weight: f32) {
        for (sum, &value) in self.sums.iter_mut().zip(row) {
            *sum += weight * f32::from(value);
        }
    }

    /// Adds rows of one weight, at most [`MOST_WHOLE_ROWS`].
    fn add_whole(&mut self, rows: &[u8], weight: f32) {
        self.whole.fill(0);
        for row in rows.chunks_exact(self.whole.len()) {
            for (sum, &value) in self.whole.iter_mut().zip(row) {
                // So few do not wrap; `+=` would check each sum in debug builds.
                *sum = sum.wrapping_add(u16::from(value));
            }
        }
        for (sum, &whole) in self.sums.iter_mut().zip(&self.whole) {
            *sum += weight * f32::from(whole);
        }
    }
}

/// The mean colour of the pixels of `span` in a row of sums. Four values are added for each pixel,
/// one too many: that is one instruction, three would be three.
fn mean(sums: &[f32], span: &Span) -> [u8; 3] {
    let mut total = [0.0_f32; 4];
    let mut add = |index: usize, weight: f32| {
        let at = (span.first + index) * 3;
        for (total, value) in total.iter_mut().zip(&sums[at..at + 4]) {
            *total += weight * value;
        }
    };
    for index in 0..span.count {
        add(index, span.weight(index));
    }
    let [red, green, blue, _] = total;
    // A float-to-integer cast saturates, so a sum that rounds beyond 255 stays 255.
    [red, green, blue].map(|value| (value + 0.5) as u8)
}

/// How the pixels of a long axis cover those of a short one.
struct Coverage {
    source: u32,
    target: u32,
}

/// The source pixels under one target pixel. Weights sum to 1.
struct Span {
    first: usize,
    count: usize,
    weight_first: f32,
    weight_inner: f32,
    weight_last: f32,
}

impl Coverage {
    fn new(source: u32, target: u32) -> Self {
        Self { source, target }
    }

    fn spans(&self) -> impl Iterator<Item = Span> {
        (0..u64::from(self.target)).map(|index| self.span(index))
    }

    /// Target pixel `i` covers `i * s .. (i + 1) * s` with `s = source / target`, counted in 1 /
    /// target pixels so that every edge is an exact integer.
    fn span(&self, index: u64) -> Span {
        let (source, target) = (u64::from(self.source), u64::from(self.target));
        let (start, end) = (index * source, (index + 1) * source);
        let (first, last) = (start / target, (end - 1) / target);
        let part = |units: u64| (units as f64 / source as f64) as f32;
        Span {
            first: first as usize,
            count: (last - first + 1) as usize,
            weight_first: part(((first + 1) * target).min(end) - start),
            weight_inner: part(target),
            weight_last: part(end - last * target),
        }
    }
}

impl Span {
    fn weight(&self, index: usize) -> f32 {
        if index == 0 {
            self.weight_first
        } else if index + 1 == self.count {
            self.weight_last
        } else {
            self.weight_inner
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Noise;

    /// The definition, in doubles: the mean over the covered area, one target pixel at a time.
    fn brute_force(photo: &Photo, width_px: u32, height_px: u32) -> Vec<f64> {
        let scale_x = f64::from(photo.width_px()) / f64::from(width_px);
        let scale_y = f64::from(photo.height_px()) / f64::from(height_px);
        let covered = |pixel: u32, from: f64, to: f64| {
            (to.min(f64::from(pixel) + 1.0) - from.max(f64::from(pixel))).max(0.0)
        };
        let mut means = Vec::new();
        for (y, x) in (0..height_px).flat_map(|y| (0..width_px).map(move |x| (y, x))) {
            let (x0, x1) = (f64::from(x) * scale_x, f64::from(x + 1) * scale_x);
            let (y0, y1) = (f64::from(y) * scale_y, f64::from(y + 1) * scale_y);
            for channel in 0..3 {
                let mut sum = 0.0;
                for (sy, row) in photo.rows().enumerate() {
                    for (sx, pixel) in row.chunks_exact(3).enumerate() {
                        sum += covered(sx as u32, x0, x1)
                            * covered(sy as u32, y0, y1)
                            * f64::from(pixel[channel]);
                    }
                }
                means.push(sum / (scale_x * scale_y));
            }
        }
        means
    }

    #[test]
    fn shrinking_is_the_mean_over_the_covered_area() {
        let sizes = [
            ((8, 8), (4, 4)),
            ((9, 7), (4, 3)),
            ((10, 10), (9, 1)),
            ((17, 5), (1, 5)),
            ((31, 29), (30, 28)),
            ((40, 3), (7, 2)),
            ((3, 600), (2, 1)),
        ];
        for ((width_px, height_px), (to_width_px, to_height_px)) in sizes {
            let noise = Noise(7).bytes((width_px * height_px * 3) as usize);
            let photo = Photo::from_rgb(width_px, height_px, noise).unwrap();
            let got = shrink(&photo, to_width_px, to_height_px);
            let want = brute_force(&photo, to_width_px, to_height_px);
            assert_eq!(got.rgb().len(), want.len());
            for (got, want) in got.rgb().iter().zip(want) {
                let error = (f64::from(*got) - want).abs();
                assert!(error < 0.501, "{width_px}x{height_px}: {got} is not {want}");
            }
        }
    }

    #[test]
    fn a_flat_photo_stays_flat() {
        for value in [0, 1, 127, 254, 255] {
            let photo = Photo::from_rgb(101, 67, vec![value; 101 * 67 * 3]).unwrap();
            let small = shrink(&photo, 13, 8);
            assert!(small.rgb().iter().all(|&got| got == value), "{value}");
        }
    }

    #[test]
    fn nothing_is_enlarged_and_no_side_becomes_zero() {
        let photo = Photo::from_rgb(4, 2, vec![9; 24]).unwrap();
        assert_eq!(shrink(&photo, 400, 200), photo);
        let least = shrink(&photo, 0, 0);
        assert_eq!((least.width_px(), least.height_px()), (1, 1));
    }
}
