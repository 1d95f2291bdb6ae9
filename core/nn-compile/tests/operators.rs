//! Each operator against tract, on small models made by hand, and models that must be refused.

mod common;

use common::onnx::{Model, int, ints, text, window3};
use common::{Oracle, picture};
use facematch_nn::testing::difference;
use facematch_nn::{Input, Network, Session};
use facematch_nn_compile::{CompileError, NodeError, translate};

const HEIGHT: usize = 28;
const WIDTH: usize = 20;

/// Compiles the model whose output is `output` and compares; channels-first outputs are turned.
fn equals_tract(name: &str, model: Model, output: &str) {
    let proto = model.finish(&[output]);
    let graph = translate(&proto).expect("known nodes");
    let mut session = Session::new(&Network::new(&graph).expect("a valid graph"), HEIGHT, WIDTH)
        .expect("a size that fits");
    let planes = picture([3, HEIGHT, WIDTH], -1.0, 1.0);
    let want = &Oracle::new(&proto, [1, 3, HEIGHT, WIDTH]).run(&planes)[0];
    let outputs = session.run(Input::Planes(&planes)).expect("planes of this size");
    let got = outputs.get(output).expect("the output");
    let size = got.height * got.width;
    let turned: Vec<f32> = (0..got.values.len())
        .map(|at| want[at % got.channels * size + at / got.channels])
        .collect();
    let worst = difference(got.values, &turned);
    assert!(worst <= 1e-4, "{name}: {worst}");
}

#[test]
fn convolutions_of_every_kind_with_every_activation_equal_tract() {
    let windows = [(5, 3, 1, 1), (6, 3, 2, 1), (7, 1, 1, 1)];
    for (seed, (out, side, stride, group)) in windows.into_iter().enumerate() {
        for activation in ["none", "Relu", "Clip", "PRelu"] {
            let mut model = Model::new(seed as u64);
            let attributes = if side == 3 { window3(stride, group) } else { vec![] };
            let x = model.conv("x", [out, 3, side], attributes);
            let x = activated(&mut model, &x, activation, out);
            let x = model.conv(&x, [out, 1, 3], window3(stride, out));
            let y = activated(&mut model, &x, activation, out);
            equals_tract(&format!("{side}×{side} / {stride}, {activation}"), model, &y);
        }
    }
}

fn activated(model: &mut Model, x: &str, activation: &str, channels: i64) -> String {
    match activation {
        "none" => x.to_owned(),
        "Clip" => {
            let limits = [model.constant(&[], vec![0.0]), model.constant(&[], vec![6.0])];
            model.node("Clip", &[x, &limits[0], &limits[1]], vec![])
        }
        "PRelu" => {
            let slopes = model.floats(&[channels, 1, 1], -0.5, 0.5);
            model.node("PRelu", &[x, &slopes], vec![])
        }
        op => model.node(op, &[x], vec![]),
    }
}

#[test]
fn batch_norm_folds_into_the_convolution_before_it() {
    let mut model = Model::new(1);
    let x = model.conv("x", [6, 3, 3], window3(1, 1));
    let scale = model.floats(&[6], 0.5, 1.5);
    let [offset, mean] = [0, 1].map(|_| model.floats(&[6], -1.0, 1.0));
    let variance = model.floats(&[6], 0.2, 2.0);
    let x = model.node("BatchNormalization", &[&x, &scale, &offset, &mean, &variance], vec![]);
    let y = model.node("Relu", &[&x], vec![]);
    equals_tract("batch norm", model, &y);
}

#[test]
fn sums_are_fused_whichever_side_the_convolution_is_on() {
    for swapped in [false, true] {
        let mut model = Model::new(2);
        let a = model.conv("x", [8, 3, 1], vec![]);
        let a = model.node("Relu", &[&a], vec![]);
        let b = model.conv(&a, [8, 8, 1], vec![]);
        let terms = if swapped { [&*a, &*b] } else { [&*b, &*a] };
        let sum = model.node("Add", &terms, vec![]);
        let y = model.node("Relu", &[&sum], vec![]);
        equals_tract("residual", model, &y);
    }
    // Both terms are pooled: there is nothing to fuse with.
    let mut model = Model::new(3);
    let pool = || vec![ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])];
    let maps = [0, 1].map(|_| model.conv("x", [8, 3, 1], vec![]));
    let maps = maps.map(|map| model.node("MaxPool", &[&map], pool()));
    let y = model.node("Add", &[&maps[0], &maps[1]], vec![]);
    equals_tract("plain sum", model, &y);
}

#[test]
fn pool_and_upsampled_sum_equal_tract() {
    let mut model = Model::new(4);
    let a = model.conv("x", [8, 3, 1], vec![]);
    let pool = vec![ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])];
    let half = model.node("MaxPool", &[&a], pool);
    let [none, scales] =
        [model.floats(&[0], 0.0, 0.0), model.constant(&[4], vec![1.0, 1.0, 2.0, 2.0])];
    let attributes = vec![
        text("mode", "nearest"),
        text("nearest_mode", "floor"),
        text("coordinate_transformation_mode", "asymmetric"),
    ];
    let up = model.node("Resize", &[&half, &none, &scales], attributes);
    let y = model.node("Add", &[&a, &up], vec![]);
    equals_tract("upsampled sum", model, &y);
}

#[test]
fn heads_of_the_same_map_are_merged_and_stay_the_same() {
    let mut model = Model::new(5);
    let x = model.conv("x", [16, 3, 1], vec![]);
    let heads = [1, 4, 10].map(|channels| {
        let head = model.conv(&x, [channels, 16, 1], vec![]);
        let head = model.conv(&head, [channels, 1, 3], window3(1, channels));
        let last = model.node("Transpose", &[&head], vec![ints("perm", &[0, 2, 3, 1])]);
        let shape = model.ints(&[1, -1, channels]);
        let rows = model.node("Reshape", &[&last, &shape], vec![]);
        model.node("Sigmoid", &[&rows], vec![])
    });
    let names = heads.each_ref().map(String::as_str);
    let proto = model.finish(&names);
    let mut onnx = Vec::new();
    prost::Message::encode(&proto, &mut onnx).unwrap();
    let graph = facematch_nn_compile::compile(&onnx).unwrap();
    assert_eq!(graph.layers.len(), 3, "one convolution, one pointwise, one depthwise");
    let mut session = Session::new(&Network::new(&graph).unwrap(), HEIGHT, WIDTH).unwrap();
    let planes = picture([3, HEIGHT, WIDTH], -1.0, 1.0);
    let want = Oracle::new(&proto, [1, 3, HEIGHT, WIDTH]).run(&planes);
    let outputs = session.run(Input::Planes(&planes)).unwrap();
    for ((name, want), got) in names.iter().zip(&want).zip(outputs.iter()) {
        assert_eq!(got.name, *name);
        let worst = difference(got.values, want);
        assert!(worst <= 1e-5, "{name}: {worst}");
    }
}

#[test]
fn nodes_that_the_engine_does_not_know_are_named() {
    struct Case {
        op: &'static str,
        attributes: Vec<tract_onnx::pb::AttributeProto>,
        want: NodeError,
    }
    let cases = [
        Case { op: "Softmax", attributes: vec![], want: NodeError::UnknownOperator },
        Case {
            op: "MaxPool",
            attributes: vec![ints("kernel_shape", &[3, 3])],
            want: NodeError::Unsupported { what: "kernel_shape" },
        },
        Case {
            op: "Transpose",
            attributes: vec![ints("perm", &[0, 3, 2, 1])],
            want: NodeError::Unsupported { what: "perm" },
        },
    ];
    for Case { op, attributes, want } in cases {
        let mut model = Model::new(0);
        let x = model.conv("x", [4, 3, 1], vec![]);
        let y = model.node(op, &[&x], attributes);
        match translate(&model.finish(&[&y])) {
            Err(CompileError::Node { node, op: got, source }) => {
                assert_eq!((node, got.as_str(), source), (format!("{op} of {y}"), op, want));
            }
            other => panic!("{op}: {other:?}"),
        }
    }
}

#[test]
fn an_activation_that_others_bypass_is_refused() {
    let mut model = Model::new(0);
    let x = model.conv("x", [4, 3, 1], vec![]);
    let relu = model.node("Relu", &[&x], vec![]);
    let y = model.node("Add", &[&x, &relu], vec![]);
    let error = translate(&model.finish(&[&y])).unwrap_err();
    let fused = matches!(&error, CompileError::Node { op, source: NodeError::NotFusable, .. }
        if op == "Relu");
    assert!(fused, "{error:?}");
}

#[test]
fn an_activation_that_others_bypass_under_another_name_is_refused() {
    let mut model = Model::new(0);
    let x = model.conv("x", [4, 3, 1], vec![]);
    let same = model.node("Identity", &[&x], vec![]);
    let relu = model.node("Relu", &[&same], vec![]);
    let y = model.node("Add", &[&x, &relu], vec![]);
    let error = translate(&model.finish(&[&y])).unwrap_err();
    let fused = matches!(&error, CompileError::Node { op, source: NodeError::NotFusable, .. }
        if op == "Relu");
    assert!(fused, "{error:?}");
}

#[test]
fn windows_that_the_engine_does_not_know_are_refused() {
    let groups_of_two = [vec![int("group", 2)], window3(1, 2)].concat();
    for (weights, attributes) in [
        ([4, 3, 3], vec![ints("pads", &[0, 0, 1, 1])]),
        ([4, 3, 1], vec![ints("strides", &[2, 2])]),
        ([4, 3, 5], vec![]),
        ([4, 2, 3], groups_of_two),
        ([4, 3, 3], [window3(1, 1), vec![ints("dilations", &[2, 2])]].concat()),
    ] {
        let mut model = Model::new(0);
        let y = model.conv("x", weights, attributes);
        let error = translate(&model.finish(&[&y])).unwrap_err();
        let known =
            matches!(&error, CompileError::Node { source: NodeError::Unsupported { .. }, .. });
        assert!(known, "{weights:?}: {error:?}");
    }
}

#[test]
fn what_is_no_onnx_file_is_refused() {
    for bytes in [&b"not a network"[..], &[], &[0xFF; 64]] {
        let error = facematch_nn_compile::compile(bytes).unwrap_err();
        assert!(matches!(error, CompileError::Onnx { .. } | CompileError::Input), "{error:?}");
    }
}
