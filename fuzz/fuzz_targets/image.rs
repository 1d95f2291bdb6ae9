//! Any bytes as a photo: refused, or a whole photo within the limits; and never at the price of much memory.

#![no_main]

use facematch_contract::limits::{MAX_IMAGE_PIXELS, MAX_IMAGE_SIDE_PX, MIN_IMAGE_SIDE_PX};
use facematch_fuzz::{HEAP, seeds};
use facematch_vision::{Photo, PhotoHeader};
use libfuzzer_sys::fuzz_target;

const MAX_PEAK_BYTES: usize = 200 * 1024 * 1024;

fuzz_target!(init: seeds::write(seeds::images()), |bytes: &[u8]| {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let header = PhotoHeader::read(bytes);
    let photo = Photo::decode(bytes);
    let peak_bytes = HEAP.peak_usage().saturating_sub(before);
    assert!(peak_bytes <= MAX_PEAK_BYTES, "{} MiB", peak_bytes >> 20);
    let photo = match (header, photo) {
        (Ok(header), Ok(photo)) => {
            assert_eq!((header.width_px, header.height_px), (photo.width_px(), photo.height_px()));
            photo
        }
        (Err(header), decoded) => return assert_eq!(decoded.err(), Some(header)),
        (Ok(_), Err(_)) => return,
    };
    let sides = [photo.width_px(), photo.height_px()];
    assert!(sides.iter().all(|side| (MIN_IMAGE_SIDE_PX..=MAX_IMAGE_SIDE_PX).contains(side)));
    assert!(u64::from(sides[0]) * u64::from(sides[1]) <= MAX_IMAGE_PIXELS);
    assert_eq!(photo.rgb().len(), sides[0] as usize * sides[1] as usize * 3);
    // What stands before the end is all of the photo, or none.
    let cut = bytes.len() * usize::from(bytes[bytes.len() / 2]) / 256;
    if let Ok(other) = Photo::decode(&bytes[..cut]) {
        assert!(other == photo, "{cut} of {} bytes are another photo", bytes.len());
    }
});
