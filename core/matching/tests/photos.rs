//! The standard pack on real photos: who is accepted, who is refused, and which way up.

mod common;

use common::{Data, Engine};
use facematch_contract::Mode;
use facematch_matching::{Decision, GateRefusal, Matcher, Policy, Role, compare};
use facematch_vision::{Photo, Point, Turn};

fn matcher(data: &Data) -> Matcher {
    let networks = (data.detector.clone(), vec![data.embedder.clone()]);
    Matcher::new(&data.pack, networks.0, networks.1).expect("the pack's networks")
}

#[test]
fn photos_without_a_clear_face_are_never_compared() {
    let Some(data) = common::data_on(Engine::Own) else { return };
    let matcher = matcher(&data);
    let no_face = [
        "chelsea.png",
        "clock_motion.png",
        "coffee.png",
        "coins.png",
        "dogs.jpg",
        "grass.png",
        "gravel.png",
        "horse.png",
        "hubble_deep_field.jpg",
        "motorcycle_left.png",
        "page.png",
        "retina.jpg",
        "rocket.jpg",
    ];
    for name in no_face {
        let photo = data.photo(&format!("data/photos/no-face/{name}"));
        for role in [Role::Selfie, Role::IdPortrait, Role::ReferenceSelfie] {
            let got = matcher.examine(&photo, role).unwrap().outcome;
            assert!(matches!(got, Err(GateRefusal::NoFace { .. })), "{name}: {got:?}");
        }
    }
    for name in ["two_people.jpg", "obama_and_biden.jpg", "bald_guys.jpg", "2008_002470.jpg"] {
        let photo = data.photo(&format!("data/photos/groups/{name}"));
        let got = matcher.examine(&photo, Role::Selfie).unwrap().outcome;
        assert!(matches!(got, Err(GateRefusal::SeveralFaces { .. })), "{name}: {got:?}");
    }
}

#[test]
fn one_person_matches_and_two_do_not_however_the_photo_is_turned() {
    let Some(data) = common::data_on(Engine::Own) else { return };
    let matcher = matcher(&data);
    let examine = |photo: &Photo| {
        matcher.examine(photo, Role::Selfie).unwrap().outcome.expect("a face").embedding
    };
    let portrait = |name: &str| data.photo(&format!("data/photos/portraits/{name}"));
    let obama = examine(&portrait("obama.jpg"));
    let calibration = matcher.calibrations().of(Mode::SelfieToSelfie, None);
    let decide =
        |photo: &Photo| compare(&obama, &examine(photo), &Policy::default(), calibration).decision;
    for turn in [Turn::None, Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
        assert_eq!(decide(&turn.apply(&portrait("obama2.jpg"))), Decision::Match, "{turn:?}");
        assert_eq!(decide(&turn.apply(&portrait("biden.jpg"))), Decision::NoMatch, "{turn:?}");
    }
}

#[test]
fn a_turned_portrait_is_found_where_it_lies() {
    let Some(data) = common::data_on(Engine::Own) else { return };
    let matcher = matcher(&data);
    let upright = data.photo("data/photos/portraits/astronaut.png");
    let eyes = |photo: &Photo| {
        let face = matcher.detect(photo).unwrap().faces[0];
        (face.score, [face.landmarks[0], face.landmarks[1]])
    };
    let (_, [left, right]) = eyes(&upright);
    let side = upright.width_px() as f32;
    let turned = |turn, point: Point| match turn {
        Turn::Quarter => Point { x: side - point.y, y: point.x },
        Turn::Half => Point { x: side - point.x, y: side - point.y },
        _ => Point { x: point.y, y: side - point.x },
    };
    for turn in [Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
        let (score, got) = eyes(&turn.apply(&upright));
        assert!(score > 0.9, "{turn:?}: {score}");
        for (got, want) in got.into_iter().zip([left, right]) {
            let error_px = got.distance_px(turned(turn, want));
            assert!(error_px < 2.0, "{turn:?}: {got:?} is {error_px} px off");
        }
    }
}
