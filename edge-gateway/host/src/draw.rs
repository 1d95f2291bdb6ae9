//! Boxes, landmarks and scores on a photo.

use facematch_vision::{Face, Photo, Point, Rect};
use image::{Rgb, RgbImage};

const BOX: Rgb<u8> = Rgb([64, 220, 120]);
const LEFT: Rgb<u8> = Rgb([255, 90, 90]);
const RIGHT: Rgb<u8> = Rgb([90, 160, 255]);
const NOSE: Rgb<u8> = Rgb([255, 220, 60]);
/// Image-left eye, image-right eye, nose tip, image-left and image-right mouth corner.
const LANDMARK_COLOURS: [Rgb<u8>; 5] = [LEFT, RIGHT, NOSE, LEFT, RIGHT];

/// Digits and the point, 3×5 dots each, a row in three bits.
const GLYPHS: [(char, [u8; 5]); 11] = [
    ('0', [7, 5, 5, 5, 7]),
    ('1', [2, 6, 2, 2, 7]),
    ('2', [7, 1, 7, 4, 7]),
    ('3', [7, 1, 7, 1, 7]),
    ('4', [5, 5, 7, 1, 1]),
    ('5', [7, 4, 7, 1, 7]),
    ('6', [7, 4, 7, 5, 7]),
    ('7', [7, 1, 2, 2, 2]),
    ('8', [7, 5, 7, 5, 7]),
    ('9', [7, 5, 7, 1, 7]),
    ('.', [0, 0, 0, 0, 2]),
];

/// A copy of the photo with every face's box, five landmarks and score on it.
pub(crate) fn annotate(photo: &Photo, faces: &[Face]) -> Option<RgbImage> {
    let mut picture =
        RgbImage::from_raw(photo.width_px(), photo.height_px(), photo.rgb().to_vec())?;
    // Lines as thick as a four-hundredth of the photo, so that they show at any size.
    let pen = (photo.long_side_px() / 400).max(1).cast_signed();
    for face in faces {
        frame(&mut picture, face.rect, pen);
        for (point, colour) in face.landmarks.iter().zip(LANDMARK_COLOURS) {
            dot(&mut picture, *point, pen, colour);
        }
        score(&mut picture, face, pen);
    }
    Some(picture)
}

fn frame(picture: &mut RgbImage, rect: Rect, pen: i32) {
    let (x, y) = (rect.x as i32, rect.y as i32);
    let (width, height) = (rect.width as i32, rect.height as i32);
    fill(picture, (x, y), (width, pen), BOX);
    fill(picture, (x, y + height - pen), (width, pen), BOX);
    fill(picture, (x, y), (pen, height), BOX);
    fill(picture, (x + width - pen, y), (pen, height), BOX);
}

fn dot(picture: &mut RgbImage, centre: Point, pen: i32, colour: Rgb<u8>) {
    let side = 2 * pen + 1;
    fill(picture, (centre.x as i32 - pen, centre.y as i32 - pen), (side, side), colour);
}

/// Writes the score above the box, on a dark ground.
fn score(picture: &mut RgbImage, face: &Face, pen: i32) {
    let text = format!("{:.2}", face.score);
    let (x, y) = (face.rect.x as i32, (face.rect.y as i32 - 9 * pen).max(0));
    let width = pen * (4 * text.len() as i32 + 1) * 3 / 2;
    fill(picture, (x, y), (width, 9 * pen), Rgb([20, 20, 20]));
    let dot = pen * 3 / 2;
    for (column, (_, rows)) in
        text.chars().filter_map(|c| GLYPHS.iter().find(|glyph| glyph.0 == c)).enumerate()
    {
        let left = x + dot * (1 + 4 * column as i32);
        for (row, bits) in rows.iter().enumerate() {
            for bit in (0..3).filter(|bit| bits >> (2 - bit) & 1 == 1) {
                fill(picture, (left + bit * dot, y + dot / 2 + row as i32 * dot), (dot, dot), BOX);
            }
        }
    }
}

/// Fills a rectangle, as far as it lies in the picture.
fn fill(picture: &mut RgbImage, (x, y): (i32, i32), (width, height): (i32, i32), colour: Rgb<u8>) {
    let clamp = |value: i32, end: u32| value.clamp(0, end.cast_signed()).cast_unsigned();
    let (right, bottom) = (x.saturating_add(width), y.saturating_add(height));
    for row in clamp(y, picture.height())..clamp(bottom, picture.height()) {
        for column in clamp(x, picture.width())..clamp(right, picture.width()) {
            picture.put_pixel(column, row, colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_at_and_beyond_the_edges_are_drawn() {
        let photo = Photo::from_rgb(40, 30, vec![0; 40 * 30 * 3]).unwrap();
        let at = |x, y| Face {
            rect: Rect { x, y, width: 20.0, height: 20.0 },
            landmarks: [Point { x: x + 5.0, y: y + 5.0 }; 5],
            score: 0.97,
        };
        let picture = annotate(&photo, &[at(-10.0, -10.0), at(30.0, 20.0), at(10.0, 5.0)]).unwrap();
        assert_eq!(*picture.get_pixel(10, 20), BOX);
        assert_eq!(*picture.get_pixel(15, 10), RIGHT, "the last landmark lies on top");
    }
}
