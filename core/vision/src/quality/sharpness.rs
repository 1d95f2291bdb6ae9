//! How sharp a face is.

use super::patch::{FacePatch, Part};

/// How much fine detail a face has: from about 0.30, nothing but smooth slopes, to 0.42 and more,
/// crisp. 0 for a patch without detail.
///
/// Two 3x3 means first take away most of the noise of sensor and JPEG. Then, along one direction,
/// the detail that a mean over 5 pixels removes is set against that which a mean over 9 removes, as
/// root mean squares over the face. Blur takes the finer detail first, so the ratio falls; light,
/// contrast and noise act on both and cancel. The smaller ratio of the two directions counts, so
/// that motion blur is seen too. After the idea of Crété-Roffet et al., "The blur effect" (2007),
/// to compare a picture with itself blurred.
pub(super) fn detail_ratio(patch: &FacePatch) -> f32 {
    let smooth = Plane::luma_of(patch).smooth().smooth();
    let along = |direction| {
        let removed_by = |radius| energy(patch, &smooth, &smooth.mean(radius, direction));
        let (fine, coarse) = (removed_by(2), removed_by(4));
        if coarse > 0.0 { (fine / coarse).sqrt() } else { 0.0 }
    };
    along(Direction::Across).min(along(Direction::Down))
}

/// Sum of the squared differences of two planes, over the pixels of the face.
fn energy(patch: &FacePatch, a: &Plane, b: &Plane) -> f32 {
    let pixels = patch.pixels.iter().zip(a.values.iter().zip(&b.values));
    let of_face = pixels.filter(|(pixel, _)| pixel.part != Part::Background);
    of_face.map(|(_, (a, b))| (a - b).powi(2)).sum()
}

#[derive(Debug, Clone, Copy)]
enum Direction {
    Across,
    Down,
}

/// Numbers, one for each pixel of a patch, row by row.
struct Plane {
    width: usize,
    values: Vec<f32>,
}

impl Plane {
    fn luma_of(patch: &FacePatch) -> Self {
        let values = patch.pixels.iter().map(|pixel| f32::from(pixel.luma)).collect();
        Self { width: patch.width.max(1), values }
    }

    /// The mean over 3x3 pixels.
    fn smooth(&self) -> Self {
        self.mean(1, Direction::Across).mean(1, Direction::Down)
    }

    /// The mean over `radius` pixels to each side; at the edges, the outermost pixel repeats.
    fn mean(&self, radius: usize, direction: Direction) -> Self {
        let values = match direction {
            Direction::Across => self.mean_across(radius),
            Direction::Down => self.mean_down(radius),
        };
        Self { width: self.width, values }
    }

    fn mean_across(&self, radius: usize) -> Vec<f32> {
        let window = 2 * radius + 1;
        let mut padded = Vec::with_capacity(self.width + 2 * radius);
        let mut values = Vec::with_capacity(self.values.len());
        for row in self.values.chunks_exact(self.width) {
            padded.clear();
            padded.extend(std::iter::repeat_n(row[0], radius));
            padded.extend_from_slice(row);
            padded.extend(std::iter::repeat_n(row[row.len() - 1], radius));
            let sums = padded.windows(window).map(|window| window.iter().sum::<f32>());
            values.extend(sums.map(|sum| sum / window as f32));
        }
        values
    }

    fn mean_down(&self, radius: usize) -> Vec<f32> {
        let rows: Vec<_> = self.values.chunks_exact(self.width).collect();
        let mut values = vec![0.0; self.values.len()];
        for (y, sums) in values.chunks_exact_mut(self.width).enumerate() {
            for at in y..=y + 2 * radius {
                let row = rows[at.saturating_sub(radius).min(rows.len() - 1)];
                sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            }
            sums.iter_mut().for_each(|sum| *sum /= (2 * radius + 1) as f32);
        }
        values
    }
}
