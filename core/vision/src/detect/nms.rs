//! Keeping one box for each face.

use super::Face;

/// Most faces that are weighed against each other: a bound on work for a photo made to raise many.
const MAX_CANDIDATES: usize = 2000;

/// Greedy non-maximum suppression: the highest score first; a face that overlaps a kept one by more
/// than `iou` goes.
///
/// Returns the kept faces, highest score first.
pub(super) fn suppress(mut faces: Vec<Face>, iou: f32) -> Vec<Face> {
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    faces.truncate(MAX_CANDIDATES);
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        if kept.iter().all(|better| better.rect.iou(face.rect) <= iou) {
            kept.push(face);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Point, Rect};

    fn face(x: f32, score: f32) -> Face {
        let rect = Rect { x, y: 0.0, width: 10.0, height: 10.0 };
        Face { rect, landmarks: [Point::default(); 5], score }
    }

    #[test]
    fn the_best_of_overlapping_faces_stays() {
        struct Case {
            faces: &'static [(f32, f32)],
            want: &'static [f32],
        }
        let cases = [
            Case { faces: &[], want: &[] },
            Case { faces: &[(0.0, 0.7), (1.0, 0.9), (2.0, 0.8)], want: &[0.9] },
            Case { faces: &[(0.0, 0.7), (50.0, 0.9)], want: &[0.9, 0.7] },
            // 4.6 of 10 shared is an IoU of 0.299; 4.7 is 0.307.
            Case { faces: &[(0.0, 0.9), (5.4, 0.8)], want: &[0.9, 0.8] },
            Case { faces: &[(0.0, 0.9), (5.3, 0.8)], want: &[0.9] },
            // The middle one goes, so the last one, which overlaps only the middle one, stays.
            Case { faces: &[(0.0, 0.9), (4.0, 0.8), (8.0, 0.7)], want: &[0.9, 0.7] },
        ];
        for Case { faces, want } in cases {
            let faces = faces.iter().map(|&(x, score)| face(x, score)).collect();
            let got: Vec<f32> = suppress(faces, 0.3).iter().map(|face| face.score).collect();
            assert_eq!(got, want);
        }
    }
}
