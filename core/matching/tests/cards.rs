//! The portrait on a whole card: any size, any quarter turn, with a ghost portrait beside it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod common;

use common::{Data, Engine};
use facematch_matching::{Embedding, Matcher, Role};
use facematch_vision::{Face, Photo, Turn, crop_around, shrink};

/// The same portrait: two people on cards reach 0.5 once in a million.
const SAME: f32 = 0.6;

struct Cards {
    matcher: Matcher,
    photos: Vec<(String, Photo)>,
}

/// Every 20th simulated card of 640 pixels, or `None` after saying loudly why not.
fn cards() -> Option<Cards> {
    let data: Data = common::data_on(Engine::Own)?;
    let networks = (data.detector.clone(), vec![data.embedder.clone()]);
    let matcher = Matcher::new(&data.pack, networks.0, networks.1).expect("the pack's networks");
    let folder = data.reference.join("../data/idcards-dev/images");
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.to_string_lossy().ends_with("_640.jpg"));
    names.sort();
    let read = |path: &std::path::PathBuf| {
        let photo = Photo::decode(&std::fs::read(path).unwrap()).unwrap();
        (path.file_name().unwrap().to_string_lossy().into_owned(), photo)
    };
    let photos: Vec<_> = names.iter().step_by(20).map(read).collect();
    assert!(photos.len() >= 10, "{} cards", photos.len());
    Some(Cards { matcher, photos })
}

impl Cards {
    /// The portrait's face and template.
    fn portrait(&self, photo: &Photo, what: &str) -> (Face, Embedding) {
        let examined = self.matcher.examine(photo, Role::IdPortrait).unwrap();
        let found = examined.outcome.unwrap_or_else(|refusal| panic!("{what}: {refusal}"));
        (*found.accepted.face(), found.embedding)
    }

    /// `changed` shows the same portrait in every card that has one face.
    fn keep_their_portrait(&self, what: &str, changed: impl Fn(&Photo, &Face) -> Photo) {
        for (name, photo) in &self.photos {
            let (face, want) = self.portrait(photo, name);
            let (_, got) = self.portrait(&changed(photo, &face), &format!("{name}, {what}"));
            let cosine = want.cosine(&got).value();
            assert!(cosine >= SAME, "{name}, {what}: {cosine}");
        }
    }
}

#[test]
fn a_card_may_lie_on_any_side() {
    let Some(cards) = cards() else { return };
    for turn in [Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
        cards.keep_their_portrait(&format!("{turn:?}"), |photo, _| turn.apply(photo));
    }
}

#[test]
fn a_card_may_be_400_to_4000_pixels_wide() {
    let Some(cards) = cards() else { return };
    for width_px in [400, 1000, 2400, 4000] {
        cards.keep_their_portrait(&format!("{width_px} px"), |photo, _| resized(photo, width_px));
    }
}

#[test] // A ghost portrait: smaller, pale, on the other side.
fn a_ghost_portrait_is_not_a_second_person() {
    let Some(cards) = cards() else { return };
    cards.keep_their_portrait("ghost", with_ghost);
}

fn resized(photo: &Photo, width_px: u32) -> Photo {
    let height_px = photo.height_px() * width_px / photo.width_px();
    if width_px <= photo.width_px() {
        return shrink(photo, width_px, height_px);
    }
    let scale = photo.width_px() as f32 / width_px as f32;
    let mut rgb = Vec::with_capacity((width_px * height_px * 3) as usize);
    for y in 0..height_px {
        for x in 0..width_px {
            let at = |v: u32| ((v as f32 + 0.5) * scale - 0.5).max(0.0);
            rgb.extend(bilinear(photo, at(x), at(y)));
        }
    }
    Photo::from_rgb(width_px, height_px, rgb).unwrap()
}

fn bilinear(photo: &Photo, x: f32, y: f32) -> [u8; 3] {
    let (width, height) = (photo.width_px() as usize, photo.height_px() as usize);
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (part_x, part_y) = (x.fract(), y.fract());
    std::array::from_fn(|channel| {
        let value = |x: usize, y: usize| f32::from(photo.rgb()[(y * width + x) * 3 + channel]);
        let above = value(left, top) * (1.0 - part_x) + value(right, top) * part_x;
        let below = value(left, bottom) * (1.0 - part_x) + value(right, bottom) * part_x;
        (above * (1.0 - part_y) + below * part_y).round() as u8
    })
}

/// Blends the portrait, at 45 % of its side, half into the left of the card.
fn with_ghost(photo: &Photo, face: &Face) -> Photo {
    let portrait = crop_around(photo, face.rect, 0.3).unwrap();
    let side = |px: u32| (px as f32 * 0.45) as u32;
    let ghost = shrink(&portrait, side(portrait.width_px()), side(portrait.height_px()));
    let (width, ghost_width) = (photo.width_px() as usize, ghost.width_px() as usize);
    let (left, top) = (width / 2, photo.height_px() as usize * 2 / 5);
    let mut rgb = photo.rgb().to_vec();
    for (index, value) in ghost.rgb().iter().enumerate() {
        let (row, rest) = (index / (ghost_width * 3), index % (ghost_width * 3));
        let at = ((top + row) * width + left) * 3 + rest;
        rgb[at] = rgb[at].midpoint(*value);
    }
    Photo::from_rgb(photo.width_px(), photo.height_px(), rgb).unwrap()
}
