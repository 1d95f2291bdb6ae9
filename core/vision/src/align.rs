//! Bringing a face into the position that the embedding network was trained on.

use crate::cut::FaceCut;
use crate::geometry::{Landmarks, Point};
use crate::photo::Photo;

/// Where a network that turns faces into vectors wants the five landmarks, and how large a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alignment {
    /// Where the landmarks come to lie, in pixels.
    pub template: Landmarks,
    /// Side of the picture, in pixels.
    pub side_px: u32,
}

impl Alignment {
    /// InsightFace's ArcFace template in 112x112 pixels.
    pub const ARCFACE_112: Self = Self {
        template: [
            Point { x: 38.2946, y: 51.6963 },
            Point { x: 73.5318, y: 51.5014 },
            Point { x: 56.0252, y: 71.7366 },
            Point { x: 41.5493, y: 92.3655 },
            Point { x: 70.7299, y: 92.2041 },
        ],
        side_px: 112,
    };

    /// dlib's mean face in 150x150 pixels with a padding of 0.25, as `get_face_chip_details` of
    /// `dlib/image_transforms/interpolation.h` lays it out for the face recognition network.
    ///
    /// Of its points 17 to 67 the eyes are the means of 36 to 41 and 42 to 47, the tip of the nose
    /// is 30 and the corners of the mouth are 48 and 54; a point `p` of that mean face lies at
    /// `150 (p + 0.25) / 1.5`.
    pub const DLIB_150: Self = Self {
        template: [
            Point { x: 47.5492, y: 46.5990 },
            Point { x: 100.4761, y: 46.5990 },
            Point { x: 74.0127, y: 76.5625 },
            Point { x: 50.4149, y: 103.0233 },
            Point { x: 97.6104, y: 103.0233 },
        ],
        side_px: 150,
    };
}

/// An upright face, RGB with 8 bits, its landmarks on the template of an [`Alignment`]; black where
/// the photo has nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct AlignedFace(Photo);

impl AlignedFace {
    /// The face as a photo with the alignment's side.
    #[must_use]
    pub fn photo(&self) -> &Photo {
        &self.0
    }

    /// The face with left and right exchanged.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        Self(self.0.mirrored())
    }
}

impl std::fmt::Debug for AlignedFace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AlignedFace")
    }
}

/// Why a face cannot be aligned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlignError {
    /// The landmarks fall on one point or are not numbers.
    #[error("the landmarks do not span a face")]
    Degenerate,
    /// No part of the face lies in the photo.
    #[error("the face lies outside the photo")]
    OutsidePhoto,
}

/// Cuts the face with `landmarks`, in pixels of `photo`, out of `photo` and brings it onto the
/// template of `alignment`.
///
/// The landmarks are mapped by a least-squares [`Similarity`], sampled bilinearly. If that shrinks
/// by more than two, the part of the photo around the face is first shrunk by area.
///
/// # Errors
/// [`AlignError`] if the landmarks span nothing or the face lies outside the photo.
pub fn align_face(
    photo: &Photo,
    landmarks: &Landmarks,
    alignment: &Alignment,
) -> Result<AlignedFace, AlignError> {
    let cut = FaceCut::new(photo, landmarks, alignment)?;
    Ok(AlignedFace(cut.photo))
}

/// A turn, a uniform scale and a shift: `x' = a x - b y + tx`, `y' = b x + a y + ty`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similarity {
    a: f32,
    b: f32,
    tx: f32,
    ty: f32,
}

impl Similarity {
    /// The similarity that brings `from` closest to `onto` in the least-squares sense, never a
    /// reflection.
    ///
    /// In the plane the solution of Umeyama (1991) has this closed form: with both sets about their
    /// means, `a = sum(p . q) / sum(|p|^2)` and `b = sum(p x q) / sum(|p|^2)`.
    ///
    /// # Errors
    /// [`AlignError::Degenerate`] if `from` is a single point, if the scale would be zero, or if a
    /// value is not finite.
    pub fn fit(from: &Landmarks, onto: &Landmarks) -> Result<Self, AlignError> {
        let (from_mean, onto_mean) = (mean(from), mean(onto));
        let (mut dot, mut cross, mut spread) = (0.0_f64, 0.0_f64, 0.0_f64);
        for (p, q) in from.iter().zip(onto) {
            let (px, py) = (f64::from(p.x) - from_mean.0, f64::from(p.y) - from_mean.1);
            let (qx, qy) = (f64::from(q.x) - onto_mean.0, f64::from(q.y) - onto_mean.1);
            dot += px * qx + py * qy;
            cross += px * qy - py * qx;
            spread += px * px + py * py;
        }
        let (a, b) = (dot / spread, cross / spread);
        let tx = onto_mean.0 - (a * from_mean.0 - b * from_mean.1);
        let ty = onto_mean.1 - (b * from_mean.0 + a * from_mean.1);
        Self { a: a as f32, b: b as f32, tx: tx as f32, ty: ty as f32 }.usable()
    }

    fn usable(self) -> Result<Self, AlignError> {
        let finite = [self.a, self.b, self.tx, self.ty].iter().all(|value| value.is_finite());
        if finite && self.scale() > 1e-6 { Ok(self) } else { Err(AlignError::Degenerate) }
    }

    /// Length of a mapped unit length.
    #[must_use]
    pub fn scale(self) -> f32 {
        self.a.hypot(self.b)
    }

    /// The mapped point.
    #[must_use]
    pub fn apply(self, Point { x, y }: Point) -> Point {
        Point { x: self.a * x - self.b * y + self.tx, y: self.b * x + self.a * y + self.ty }
    }

    /// The similarity that undoes this one.
    #[must_use]
    pub fn inverse(self) -> Self {
        let square = self.a * self.a + self.b * self.b;
        let (a, b) = (self.a / square, -self.b / square);
        let tx = -(a * self.tx - b * self.ty);
        let ty = -(b * self.tx + a * self.ty);
        Self { a, b, tx, ty }
    }
}

fn mean(points: &Landmarks) -> (f64, f64) {
    let sum = points
        .iter()
        .fold((0.0, 0.0), |(x, y), point| (x + f64::from(point.x), y + f64::from(point.y)));
    (sum.0 / points.len() as f64, sum.1 / points.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::gradient;

    const ARCFACE: &Alignment = &Alignment::ARCFACE_112;

    /// The template turned by `degrees`, scaled and shifted.
    fn placed(degrees: f32, scale: f32, shift: Point) -> Landmarks {
        let (sin, cos) = degrees.to_radians().sin_cos();
        ARCFACE.template.map(|Point { x, y }| Point {
            x: (x * cos - y * sin) * scale + shift.x,
            y: (x * sin + y * cos) * scale + shift.y,
        })
    }

    #[test]
    fn a_known_similarity_is_recovered() {
        struct Case {
            degrees: f32,
            scale: f32,
            shift: Point,
        }
        let cases = [
            Case { degrees: 0.0, scale: 1.0, shift: Point { x: 0.0, y: 0.0 } },
            Case { degrees: 30.0, scale: 2.5, shift: Point { x: 100.0, y: -20.0 } },
            Case { degrees: 180.0, scale: 0.3, shift: Point { x: 400.0, y: 400.0 } },
            Case { degrees: -90.0, scale: 12.0, shift: Point { x: -7.0, y: 3000.0 } },
        ];
        for Case { degrees, scale, shift } in cases {
            let points = placed(degrees, scale, shift);
            let fitted = Similarity::fit(&points, &ARCFACE.template).unwrap();
            assert!((fitted.scale() * scale - 1.0).abs() < 1e-4, "{degrees}: {fitted:?}");
            for (point, want) in points.iter().zip(ARCFACE.template) {
                let got = fitted.apply(*point);
                assert!(got.distance_px(want) < 1e-2, "{degrees}: {got:?} is not {want:?}");
                let back = fitted.inverse().apply(got);
                assert!(back.distance_px(*point) < 1e-2 * scale.max(1.0), "{degrees}: {back:?}");
            }
        }
    }

    #[test] // Any small change of the fitted values must make the squared error larger.
    fn the_fit_is_the_least_squares_one() {
        let mut points = placed(20.0, 1.7, Point { x: 30.0, y: 10.0 });
        points[2].x += 9.0;
        points[4].y -= 6.0;
        let error = |t: Similarity| -> f32 {
            points
                .iter()
                .zip(ARCFACE.template)
                .map(|(p, q)| t.apply(*p).distance_px(q).powi(2))
                .sum()
        };
        let best = Similarity::fit(&points, &ARCFACE.template).unwrap();
        for step in [-1.0, 1.0] {
            let others = [
                Similarity { a: best.a + step * 0.01, ..best },
                Similarity { b: best.b + step * 0.01, ..best },
                Similarity { tx: best.tx + step, ..best },
                Similarity { ty: best.ty + step, ..best },
            ];
            for other in others {
                assert!(error(other) > error(best), "{other:?} beats {best:?}");
            }
        }
    }

    #[test]
    fn points_that_span_nothing_are_refused() {
        let photo = gradient(64, 64);
        let one = [Point { x: 5.0, y: 5.0 }; 5];
        let mut broken = ARCFACE.template;
        broken[3].x = f32::NAN;
        for landmarks in [one, broken] {
            assert_eq!(align_face(&photo, &landmarks, ARCFACE), Err(AlignError::Degenerate));
        }
    }

    #[test]
    fn a_face_outside_the_photo_is_refused() {
        let landmarks = placed(0.0, 1.0, Point { x: 1000.0, y: 0.0 });
        assert_eq!(
            align_face(&gradient(64, 64), &landmarks, ARCFACE),
            Err(AlignError::OutsidePhoto)
        );
    }

    #[test]
    fn a_face_already_on_the_template_is_copied() {
        for alignment in [Alignment::ARCFACE_112, Alignment::DLIB_150] {
            let photo = gradient(alignment.side_px, alignment.side_px);
            let face = align_face(&photo, &alignment.template, &alignment).unwrap();
            assert_eq!(face.photo(), &photo);
        }
    }

    #[test]
    fn dlibs_face_is_symmetric() {
        let [left_eye, right_eye, nose, left_mouth, right_mouth] = Alignment::DLIB_150.template;
        for (left, right) in [(left_eye, right_eye), (left_mouth, right_mouth)] {
            assert_eq!(left.y, right.y);
            assert!((left.x.midpoint(right.x) - nose.x).abs() < 1e-3);
        }
    }

    #[test] // A photo enlarged four times shrinks back to itself through the area filter.
    fn a_large_face_is_shrunk_by_area() {
        let small = gradient(112, 112);
        let enlarge = |row: &[u8]| {
            let wide: Vec<u8> = row.chunks_exact(3).flat_map(|p| p.repeat(4)).collect();
            wide.repeat(4)
        };
        let rgb = small.rows().flat_map(enlarge).collect();
        let large = Photo::from_rgb(448, 448, rgb).unwrap();
        let landmarks = ARCFACE
            .template
            .map(|Point { x, y }| Point { x: (x + 0.5) * 4.0 - 0.5, y: (y + 0.5) * 4.0 - 0.5 });
        let got = align_face(&large, &landmarks, ARCFACE).unwrap();
        let worst = got.photo().rgb().iter().zip(small.rgb()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst <= Some(1), "differs by {worst:?}");
    }

    #[test]
    fn mirroring_twice_changes_nothing() {
        let face = align_face(&gradient(112, 112), &ARCFACE.template, ARCFACE).unwrap();
        assert_ne!(face.mirrored(), face);
        assert_eq!(face.mirrored().mirrored(), face);
        assert_eq!(face.mirrored().photo().rgb()[..3], face.photo().rgb()[111 * 3..112 * 3]);
    }
}
