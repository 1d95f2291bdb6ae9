//! Both of our networks against tract, on every backend.

mod common;

use common::{Oracle, onnx_file, picture};
use facematch_nn::testing::difference;
use facematch_nn::{Backend, Input, Network, Precision, Session};
use facematch_nn_compile::compile;

/// Largest difference from tract, relative to values above 1.
const TOLERANCE: f32 = 1e-3;

struct Case {
    file: &'static str,
    range: (f32, f32),
    sizes: &'static [(usize, usize)],
}

const YUNET: Case = Case {
    file: "yunet_n_dynamic.onnx",
    range: (0.0, 255.0),
    sizes: &[(320, 320), (480, 640), (640, 640), (256, 256), (32, 32), (288, 640), (640, 96)],
};

const MOBILE_FACE_NET: Case =
    Case { file: "MobileFaceNet.onnx", range: (-2.1, 2.6), sizes: &[(112, 112)] };

#[test]
fn yunet_equals_tract_at_every_size() {
    equals_tract(&YUNET);
}

#[test]
fn mobile_face_net_equals_tract() {
    equals_tract(&MOBILE_FACE_NET);
}

fn equals_tract(case: &Case) {
    let Some(onnx) = onnx_file(case.file) else { return };
    let graph = compile(&onnx).expect("a network of ours");
    let written = |precision| {
        let bytes = graph.to_bytes(precision).expect("weights that fit");
        Network::from_bytes(&bytes).expect("a network that was written")
    };
    let (exact, halved) = (written(Precision::F32), written(Precision::F16));
    for &(height, width) in case.sizes {
        let planes = picture([3, height, width], case.range.0, case.range.1);
        let want = Oracle::from_bytes(&onnx, [1, 3, height, width]).run(&planes);
        for backend in Backend::available() {
            let worst = worst(&mut session(backend, &exact, height, width), &planes, &want);
            println!("{} {height}x{width} {}: {worst:.1e}", case.file, backend.name());
            assert!(worst <= TOLERANCE, "{height}x{width} on {}: {worst}", backend.name());
        }
        let worst = worst(&mut session(Backend::best(), &halved, height, width), &planes, &want);
        println!("{} {height}x{width} with 16-bit weights: {worst:.1e}", case.file);
        assert!(worst <= 0.02, "{height}x{width} with 16-bit weights: {worst}");
    }
}

fn session(backend: Backend, network: &Network, height: usize, width: usize) -> Session {
    Session::on(backend, network, height, width).expect("a size that fits")
}

fn worst(session: &mut Session, planes: &[f32], want: &[Vec<f32>]) -> f32 {
    let outputs = session.run(Input::Planes(planes)).expect("planes of this size");
    assert_eq!(outputs.iter().count(), want.len());
    let pairs = outputs.iter().zip(want);
    pairs.map(|(got, want)| difference(got.values, want)).fold(0.0, f32::max)
}
