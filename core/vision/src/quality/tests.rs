//! Each measure falls as its own fault grows, and the fault is named.

use facematch_contract::{Quality, QualityFault, Role};

use super::testing::{blurred, changed, face, landmarks, portrait};
use super::{View, assess, measure};
use crate::detect::Face;
use crate::geometry::{Point, Rect};
use crate::orient::Turn;
use crate::photo::Photo;
use crate::resize::shrink;
use crate::testing::gradient;

fn of(photo: &Photo, face: &Face) -> Quality {
    measure(photo, face, View::default())
}

fn faults(photo: &Photo, face: &Face, role: Role) -> Vec<QualityFault> {
    assess(photo, &[*face], role, View::default()).faults
}

/// `values` fall by 20 or more in all, and never rise by more than 1.
fn assert_falls(name: &str, values: &[u8]) {
    let steady = values.windows(2).all(|pair| pair[1] <= pair[0] + 1);
    let fall = values[0].saturating_sub(values[values.len() - 1]);
    assert!(steady && fall >= 20, "{name}: {values:?}");
}

#[test]
fn a_good_photo_has_no_fault() {
    let photo = portrait();
    for role in [Role::Selfie, Role::IdPortrait, Role::ReferenceSelfie] {
        assert_eq!(faults(&photo, &face(), role), [], "{role:?}: {:?}", of(&photo, &face()));
    }
}

#[test]
fn a_measure_of_the_pixels_falls_as_its_fault_grows() {
    struct Case {
        name: &'static str,
        photo: fn(f32) -> Photo,
        value: fn(Quality) -> u8,
    }
    let cases =
        [
            Case {
                name: "blur: sharpness",
                photo: |step| blurred(&portrait(), (step * step * 4.0) as usize),
                value: |quality| quality.sharpness,
            },
            Case {
                name: "darkness: under-exposure prevention",
                photo: |step| changed(&portrait(), |_, value| value * (1.0 - 0.22 * step)),
                value: |quality| quality.under_exposure_prevention,
            },
            Case {
                name: "brightness: over-exposure prevention",
                photo: |step| changed(&portrait(), |_, value| value * (1.0 + 0.3 * step)),
                value: |quality| quality.over_exposure_prevention,
            },
            Case {
                name: "haze: dynamic range",
                photo: |step| {
                    changed(&portrait(), |_, value| 128.0 + (value - 128.0) * 0.4_f32.powf(step))
                },
                value: |quality| quality.dynamic_range,
            },
            Case {
                name: "light from one side: illumination uniformity",
                photo: |step| {
                    changed(&portrait(), |across, value| {
                        if across < 0.5 { value * (1.0 - 0.22 * step) } else { value }
                    })
                },
                value: |quality| quality.illumination_uniformity,
            },
        ];
    for Case { name, photo, value } in cases {
        let values = [0.0, 1.0, 2.0, 3.0, 4.0].map(|step| value(of(&photo(step), &face())));
        assert_falls(name, &values);
    }
}

#[test]
fn a_turned_head_costs_its_component_alone() {
    let photo = portrait();
    let turned =
        |yaw, pitch, roll| of(&photo, &Face { landmarks: landmarks(yaw, pitch, roll), ..face() });
    for sign in [-1.0, 1.0] {
        let angles = [0.0, 10.0, 20.0, 35.0, 50.0].map(|angle| angle * sign);
        assert_falls("yaw", &angles.map(|angle| turned(angle, 0.0, 0.0).head_pose_yaw));
        assert_falls("pitch", &angles.map(|angle| turned(0.0, angle, 0.0).head_pose_pitch));
        assert_falls("roll", &angles.map(|angle| turned(0.0, 0.0, angle).head_pose_roll));
        let rolled = turned(0.0, 0.0, 30.0 * sign);
        assert!(rolled.head_pose_yaw > 95 && rolled.head_pose_pitch > 80, "{rolled:?}");
    }
}

/// The portrait shrunk to `side_px`, with its face.
fn small(side_px: u32) -> (Photo, Face) {
    let scale = side_px as f32 / 400.0;
    let point = |point: Point| Point { x: point.x * scale, y: point.y * scale };
    let rect = |rect: Rect| Rect {
        x: rect.x * scale,
        y: rect.y * scale,
        width: rect.width * scale,
        height: rect.height * scale,
    };
    (shrink(&portrait(), side_px, side_px), face().map(rect, point))
}

#[test]
fn fewer_pixels_cost_inter_eye_distance_unless_the_source_has_more() {
    let sides = [400, 300, 200, 100, 50];
    assert_falls(
        "pixels",
        &sides.map(|side| {
            let (photo, face) = small(side);
            of(&photo, &face).inter_eye_distance
        }),
    );
    let (photo, face) = small(100);
    let view = View { scale: 4.0, ..View::default() };
    let want = of(&portrait(), &super::testing::face()).inter_eye_distance;
    assert_eq!(measure(&photo, &face, view).inter_eye_distance, want);
}

#[test]
fn a_photo_on_its_side_is_judged_as_if_it_stood() {
    let photo = portrait();
    let want = of(&photo, &face());
    let view = View { turn: Turn::Quarter, scale: 1.0 };
    let (lying, _) = view.upright(&photo, &face());
    let got = measure(
        &Turn::Quarter.apply(&photo),
        &lying,
        View { turn: Turn::ThreeQuarters, scale: 1.0 },
    );
    assert_eq!(got.head_pose_roll, want.head_pose_roll);
    assert_eq!(got.face_completeness, want.face_completeness);
    for (got, want) in [
        (got.sharpness, want.sharpness),
        (got.dynamic_range, want.dynamic_range),
        (got.illumination_uniformity, want.illumination_uniformity),
    ] {
        assert!(got.abs_diff(want) <= 3, "{got} is not {want}");
    }
}

#[test]
fn a_face_at_an_edge_is_less_complete_and_then_cut_off() {
    let photo = gradient(900, 900);
    // In the middle of a wide photo, and from there to the left.
    let at = |off: f32| {
        face().map(
            |rect| Rect { x: rect.x + 250.0 - off, y: rect.y + 250.0, ..rect },
            |point| Point { x: point.x + 250.0 - off, y: point.y + 250.0 },
        )
    };
    let offs = [0.0, 150.0, 300.0, 340.0, 400.0];
    assert_falls("room", &offs.map(|off| of(&photo, &at(off)).face_completeness));
    assert_eq!(faults(&photo, &at(400.0), Role::Selfie)[0], QualityFault::CutOff);
}

#[test]
fn a_strong_fault_is_named() {
    struct Case {
        want: QualityFault,
        photo: Photo,
        face: Face,
    }
    let whole = |photo: Photo, want| Case { want, photo, face: face() };
    let turned = |yaw, pitch, roll, want| Case {
        want,
        photo: portrait(),
        face: Face { landmarks: landmarks(yaw, pitch, roll), ..face() },
    };
    let (photo, small) = small(120);
    let cases = [
        whole(blurred(&portrait(), 60), QualityFault::Blurred),
        whole(changed(&portrait(), |_, value| value * 0.12), QualityFault::TooDark),
        whole(changed(&portrait(), |_, value| value * 3.0), QualityFault::TooBright),
        whole(changed(&portrait(), |_, value| 110.0 + value * 0.05), QualityFault::LowContrast),
        whole(
            changed(&portrait(), |across, value| if across < 0.5 { value * 0.3 } else { value }),
            QualityFault::UnevenLight,
        ),
        turned(40.0, 0.0, 0.0, QualityFault::Turned),
        turned(0.0, 35.0, 0.0, QualityFault::TiltedUpDown),
        turned(0.0, 0.0, 35.0, QualityFault::Tilted),
        Case { want: QualityFault::TooSmall, photo, face: small },
    ];
    for Case { want, photo, face } in cases {
        let got = faults(&photo, &face, Role::Selfie);
        assert!(got.contains(&want), "{want:?} is not among {got:?}");
    }
}

#[test]
fn the_main_face_is_the_largest_sure_one() {
    let photo = portrait();
    let assess = |faces: &[Face]| assess(&photo, faces, Role::Selfie, View::default());
    let unsure = Face { score: 0.7, ..face() };
    assert_eq!(assess(&[]).faults, [QualityFault::NoFace]);
    let none = assess(&[unsure]);
    assert_eq!((none.face, none.faults), (None, vec![QualityFault::NoFace]));
    assert_eq!(assess(&[face(), unsure]).faults, []);
    assert_eq!(assess(&[face(), face()]).faults, [QualityFault::SeveralFaces]);
}

#[test]
fn places_that_mean_nothing_never_panic() {
    let photo = portrait();
    for value in [f32::NAN, f32::INFINITY, -1e9, 1e9] {
        let rect = Rect { x: value, y: value, width: 10.0, height: value };
        let broken = Face { rect, landmarks: [Point { x: value, y: value }; 5], score: 0.95 };
        for face in [broken, Face { rect, ..face() }, Face { rect: face().rect, ..broken }] {
            let _ = of(&photo, &face);
            let _ = faults(&photo, &face, Role::IdPortrait);
        }
    }
}
