//! Photos of single faces, cut from the package's photos of groups.

use facematch_vision::{JpegBudget, Photo, Rect, crop_around, encode_jpeg};

use crate::package::{Package, PackageError};

/// The package's photos: three to five people in each, nobody in two of them.
const GROUPS: [&str; 6] =
    ["sample1.jpg", "sample2.jpg", "sample3.jpg", "sample4.jpg", "sample5.jpg", "sample6.jpg"];

/// Faces that look into the camera with nobody beside them: where in which photo.
const PEOPLE: [(&str, &str, Rect); 4] = [
    ("first", "sample6.jpg", Rect { x: 252.0, y: 481.0, width: 217.0, height: 289.0 }),
    ("second", "sample6.jpg", Rect { x: 1473.0, y: 261.0, width: 228.0, height: 297.0 }),
    ("third", "sample3.jpg", Rect { x: 1065.0, y: 207.0, width: 242.0, height: 313.0 }),
    ("fourth", "sample6.jpg", Rect { x: 675.0, y: 325.0, width: 183.0, height: 310.0 }),
];

/// A part of a photo without anybody's face.
const NO_FACE: (&str, Rect) = ("sample6.jpg", Rect { x: 0.0, y: 0.0, width: 600.0, height: 330.0 });

/// The first photo of a person: much of what is around the face, few losses.
const WIDE: Take = Take { margin: 0.4, max_side_px: 640, quality: 92 };
/// The second: closer, smaller, and with visible losses.
const CLOSE: Take = Take { margin: 0.25, max_side_px: 320, quality: 70 };

/// A photo file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplePhoto {
    /// Path in a folder of samples. Photos of one person share a name but for digits at its end.
    pub path: String,
    /// JPEG.
    pub jpeg: Vec<u8>,
}

/// How a face is cut out.
struct Take {
    /// Share of the face's sides that is added on each side.
    margin: f32,
    max_side_px: u32,
    quality: u8,
}

/// The groups as they are, two pictures of each of four people, and one of nobody.
///
/// The package shows nobody twice: the second picture of a person is cut from the same photo.
pub(crate) fn cut(package: &Package) -> Result<Vec<SamplePhoto>, PackageError> {
    let mut photos = Vec::new();
    for name in GROUPS {
        let jpeg = package.file(&format!("demo/{name}"))?.to_vec();
        photos.push(SamplePhoto { path: format!("groups/{name}"), jpeg });
    }
    for (person, group, face) in PEOPLE {
        let photo = group_photo(package, group)?;
        for (number, take) in [("", WIDE), ("2", CLOSE)] {
            let jpeg = take.of(&photo, face)?;
            photos.push(SamplePhoto { path: format!("portraits/{person}{number}.jpg"), jpeg });
        }
    }
    let (group, place) = NO_FACE;
    let jpeg = Take { margin: 0.0, ..WIDE }.of(&group_photo(package, group)?, place)?;
    photos.push(SamplePhoto { path: "no-face/blinds.jpg".to_owned(), jpeg });
    Ok(photos)
}

fn group_photo(package: &Package, name: &str) -> Result<Photo, PackageError> {
    Ok(Photo::decode(package.file(&format!("demo/{name}"))?)?)
}

impl Take {
    fn of(&self, photo: &Photo, face: Rect) -> Result<Vec<u8>, PackageError> {
        let budget = JpegBudget {
            max_side_px: self.max_side_px,
            best_quality: self.quality,
            ..JpegBudget::default()
        };
        Ok(encode_jpeg(&crop_around(photo, face, self.margin)?, &budget)?.bytes)
    }
}
