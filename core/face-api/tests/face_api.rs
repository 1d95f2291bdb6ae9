//! The rebuilt network against the package itself, and against the pack that names it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::io::Write;
use std::path::Path;
use std::process::Command;

use facematch_face_api::Package;
use facematch_matching::{ModelFile, ModelSource, Packs};
use facematch_vision::{Alignment, Model, Normalisation, Photo, Picture, TractModel, align_face};
use sha2::{Digest, Sha256};

const SIDE_PX: u32 = Alignment::DLIB_150.side_px;
/// Largest difference of a value of the embedding. The embedding's length is about 1.4.
const MOST_DIFFERENCE: f32 = 1e-5;

/// The builtin pack's embedder, and the package that it comes from: the tarball that
/// `FACEMATCH_NPM_PACKAGE` names, as `cargo xtask test` sets it.
///
/// # Panics
/// If it is not there although `FACEMATCH_REQUIRE_DATA` is set.
fn package() -> Option<(ModelFile, Package)> {
    let packs = Packs::embedded().unwrap();
    let file = packs.builtin().expect("a builtin pack").embedders[0].model.clone();
    let ModelSource::Npm(source) = &file.source else { panic!("{file:?}") };
    let Some(path) = std::env::var_os("FACEMATCH_NPM_PACKAGE") else {
        let required = std::env::var_os("FACEMATCH_REQUIRE_DATA").is_some();
        assert!(!required, "FACEMATCH_NPM_PACKAGE is not set");
        // Not `eprintln!`, which the harness holds back when a test passes.
        let line = format!("\n*** SKIPPED: FACEMATCH_NPM_PACKAGE names no {}\n", source.package);
        writeln!(std::io::stderr(), "{line}").expect("standard error is open");
        return None;
    };
    let tarball = std::fs::read(path).expect("the tarball");
    let package = Package::open(&tarball, &source.integrity).expect("the pinned package");
    Some((file, package))
}

#[test]
fn the_network_is_to_the_byte_the_one_that_the_pack_names() {
    let Some((file, package)) = package() else { return };
    let onnx = package.embedder().unwrap();
    let digits: String = Sha256::digest(&onnx).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((digits, onnx.len() as u64), (file.sha256, file.bytes));
}

#[test]
fn the_network_gives_what_the_package_gives() {
    let Some((_, package)) = package() else { return };
    let faces = faces(&package);
    let wanted = from_the_package(&package, &faces);
    assert_eq!(wanted.len(), faces.len());
    let model = TractModel::from_bytes(&package.embedder().unwrap()).unwrap();
    for (index, (face, want)) in faces.iter().zip(&wanted).enumerate() {
        let got = embedding(&model, face, 255.0);
        assert!(difference(&got, want) <= MOST_DIFFERENCE, "{index}: {}", difference(&got, want));
        // The control: dlib divides by 256, which is another answer.
        let other = difference(&embedding(&model, face, 256.0), want);
        assert!(other > MOST_DIFFERENCE, "{index}: dividing by 256 differs by {other} alone");
    }
}

/// Faces of the package's photos, not aligned with care, and a picture without structure.
fn faces(package: &Package) -> Vec<Photo> {
    let photos = package.photos().unwrap();
    let portraits = photos.iter().filter(|photo| photo.path.starts_with("portraits/"));
    let mut faces: Vec<Photo> = portraits.map(|portrait| middle(&portrait.jpeg)).collect();
    let scattered =
        (0..SIDE_PX * SIDE_PX * 3).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8);
    faces.push(Photo::from_rgb(SIDE_PX, SIDE_PX, scattered.collect()).unwrap());
    faces
}

/// The middle of a photo, a third of it wide at the template's eyes.
fn middle(jpeg: &[u8]) -> Photo {
    let photo = Photo::decode(jpeg).unwrap();
    let (width, height) = (photo.width_px() as f32, photo.height_px() as f32);
    let side = SIDE_PX as f32;
    let landmarks = Alignment::DLIB_150.template.map(|mut point| {
        point.x = (point.x / side - 0.5) * width + width / 2.0;
        point.y = (point.y / side - 0.5) * width + height / 2.0;
        point
    });
    align_face(&photo, &landmarks, &Alignment::DLIB_150).unwrap().photo().clone()
}

fn embedding(model: &TractModel, face: &Photo, divisor: f32) -> Vec<f32> {
    let normalisation = Normalisation::rgb([122.782, 117.001, 104.298], [divisor; 3]);
    model.run(&Picture::of(face, normalisation)).unwrap()[0].data().to_vec()
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// What the package's own code makes of the faces, in node.
fn from_the_package(package: &Package, faces: &[Photo]) -> Vec<Vec<f32>> {
    let folder = tempfile::tempdir().unwrap();
    for path in [
        "dist/face-api.esm.js",
        "model/face_recognition_model-weights_manifest.json",
        "model/face_recognition_model.bin",
    ] {
        let to = folder.path().join(path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, package.file(path).unwrap()).unwrap();
    }
    std::fs::write(folder.path().join("package.json"), r#"{"type": "module"}"#).unwrap();
    let mut node = Command::new("node");
    node.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/package.mjs")).arg(folder.path());
    for (index, face) in faces.iter().enumerate() {
        let path = folder.path().join(format!("{index}.rgb"));
        std::fs::write(&path, face.rgb()).unwrap();
        node.arg(path);
    }
    let output = node.output().expect("node is on the PATH");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
