use facematch_vision::{Face, Photo};

/// The face that a photo is of: the larger and the nearer to the middle, the more.
///
/// Public sets of photos show bystanders, which the service's gates refuse. An evaluation asks how well faces are
/// compared, so it takes one of them and counts the gate's refusals apart.
pub(crate) fn prominent<'a>(photo: &Photo, faces: &'a [Face]) -> Option<&'a Face> {
    faces.iter().max_by(|a, b| prominence(photo, a).total_cmp(&prominence(photo, b)))
}

/// Side of the box, divided by one and twice the share of the photo's long side that the face is off the middle.
fn prominence(photo: &Photo, face: &Face) -> f32 {
    let rect = face.rect;
    let x = rect.x + rect.width / 2.0 - photo.width_px() as f32 / 2.0;
    let y = rect.y + rect.height / 2.0 - photo.height_px() as f32 / 2.0;
    let off = x.hypot(y) / photo.long_side_px() as f32;
    rect.area().sqrt() / (1.0 + 2.0 * off)
}

#[cfg(test)]
mod tests {
    use super::*;
    use facematch_vision::Rect;

    fn face(x: f32, y: f32, side: f32) -> Face {
        let rect = Rect { x, y, width: side, height: side };
        Face { rect, landmarks: Default::default(), score: 0.9 }
    }

    #[test]
    fn size_counts_and_the_middle_counts() {
        let photo = Photo::from_rgb(200, 200, vec![0; 200 * 200 * 3]).unwrap();
        let (central, larger, largest) =
            (face(60.0, 60.0, 80.0), face(0.0, 60.0, 90.0), face(0.0, 0.0, 160.0));
        assert_eq!(prominent(&photo, &[larger, central]), Some(&central));
        assert_eq!(prominent(&photo, &[largest, central]), Some(&largest));
        assert_eq!(prominent(&photo, &[]), None);
    }
}
