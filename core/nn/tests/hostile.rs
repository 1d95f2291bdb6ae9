//! Bytes and sizes that nobody should give.

use facematch_nn::testing::{Dice, RandomNetwork};
use facematch_nn::{
    Activation, FileError, Filters, Graph, GraphError, Input, InputError, Layer, LayerFault,
    LoadError, Network, Op, Output, Pixels, PlanError, Precision, Session, Stride, Value,
};

fn random_file(seed: u64) -> Vec<u8> {
    let graph = RandomNetwork::new(&mut Dice::seeded(seed)).graph;
    graph.to_bytes(Precision::F16).expect("a small graph")
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let bytes = random_file(3);
    for len in (0..bytes.len()).step_by(7) {
        assert!(Graph::from_bytes(&bytes[..len]).is_err(), "{len} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(Graph::from_bytes(&longer), Err(FileError::TrailingBytes { count: 1 }));
}

#[test]
fn damaged_files_neither_panic_nor_run_wild() {
    for seed in 0..300 {
        let dice = &mut Dice::seeded(seed);
        let mut bytes = random_file(seed);
        for _ in 0..=dice.below(4) {
            // Most faults in the head, where the structure is.
            let reach = if dice.below(2) == 0 { 64 } else { bytes.len() };
            let at = (dice.below(256) * 256 + dice.below(256)) % reach.min(bytes.len());
            bytes[at] = dice.below(256) as u8;
        }
        if let Ok(network) = Network::from_bytes(&bytes)
            && let Ok(mut session) = Session::new(&network, 24, 24)
        {
            let input = vec![0.5; session.input_shape().iter().product()];
            session.run(Input::Interleaved(&input)).unwrap();
        }
    }
}

#[test]
fn heads_that_promise_too_much_are_refused() {
    struct Case {
        bytes: Vec<u8>,
        want: FileError,
    }
    let head = |rest: &[u8]| [b"FMNN\x01\0\0", &[0; 32][..], rest].concat();
    let cases = [
        Case { bytes: vec![], want: FileError::Magic },
        Case { bytes: b"FMNX".to_vec(), want: FileError::Magic },
        Case { bytes: b"FMNN\x02\0".to_vec(), want: FileError::Version { got: 2 } },
        Case { bytes: head(&[3, 0]), want: FileError::Truncated },
        Case {
            bytes: head(&[3, 0, 0xFF, 0xFF]),
            want: FileError::Field { what: "count", got: 0xFFFF },
        },
        // A 3×3 convolution of 65,535 × 65,535 channels without any weights.
        Case {
            bytes: head(&[0xFF, 0xFF, 1, 0, 1, 0, 0, 1, 0xFF, 0xFF, 0]),
            want: FileError::Truncated,
        },
        Case {
            bytes: head(&[3, 0, 1, 0, 4, 1, 0]),
            want: FileError::Field { what: "earlier map", got: 1 },
        },
        Case {
            bytes: head(&[3, 0, 1, 0, 9, 0, 0]),
            want: FileError::Field { what: "layer kind", got: 9 },
        },
    ];
    for Case { bytes, want } in cases {
        assert_eq!(Network::from_bytes(&bytes).unwrap_err(), LoadError::File(want));
    }
}

fn pointwise(inputs: usize, outputs: usize) -> Op {
    let weights = vec![1.0; inputs * outputs];
    let filters = Filters { weights, bias: vec![0.0; outputs], activation: Activation::None };
    Op::Pointwise { filters, residual: None }
}

fn graph(ops: Vec<(u16, Op)>) -> Graph {
    let value = Value(ops.len() as u16);
    let layers = ops.into_iter().map(|(input, op)| Layer { input: Value(input), op }).collect();
    let output = Output { name: "y".into(), value, first_channel: 0, channels: 1, sigmoid: false };
    Graph { source_sha256: [0; 32], input_channels: 3, layers, outputs: vec![output] }
}

#[test]
fn graphs_that_cannot_run_are_refused() {
    struct Case {
        graph: Graph,
        want: GraphError,
    }
    let at = |index, fault| GraphError::Layer { index, fault };
    let mut not_finite = pointwise(3, 4);
    if let Op::Pointwise { filters, .. } = &mut not_finite {
        filters.weights[0] = f32::NAN;
    }
    let mut two_of_a_name = graph(vec![(0, pointwise(3, 4))]);
    two_of_a_name.outputs.push(two_of_a_name.outputs[0].clone());
    let mut no_channel = graph(vec![(0, pointwise(3, 4))]);
    no_channel.outputs[0].first_channel = 4;
    let cases = [
        Case { graph: graph(vec![]), want: GraphError::Limit { what: "layers", got: 0 } },
        Case { graph: graph(vec![(0, Op::MaxPool2)]), want: at(0, LayerFault::ReadsInput) },
        Case { graph: graph(vec![(0, pointwise(4, 4))]), want: at(0, LayerFault::FilterSize) },
        Case { graph: graph(vec![(0, not_finite)]), want: at(0, LayerFault::NotFinite) },
        Case {
            graph: graph(vec![(0, pointwise(3, 4)), (2, Op::MaxPool2)]),
            want: at(1, LayerFault::Order),
        },
        Case {
            graph: graph(vec![
                (0, pointwise(3, 4)),
                (0, pointwise(3, 5)),
                (1, Op::Add { other: Value(2) }),
            ]),
            want: at(2, LayerFault::Channels),
        },
        Case { graph: two_of_a_name, want: GraphError::Output { index: 1 } },
        Case { graph: no_channel, want: GraphError::Output { index: 0 } },
    ];
    for Case { graph, want } in cases {
        assert_eq!(Network::new(&graph).unwrap_err(), want);
    }
}

#[test]
fn sizes_that_do_not_fit_are_refused() {
    struct Case {
        ops: Vec<(u16, Op)>,
        size: (usize, usize),
        want: PlanError,
    }
    let halves =
        vec![(0, pointwise(3, 4)), (1, Op::MaxPool2), (1, Op::AddUpsampled { other: Value(2) })];
    let wide: Vec<_> =
        (0..2).map(|index| (index, pointwise([3, 4096][index as usize], 4096))).collect();
    let cases = [
        Case { ops: vec![(0, pointwise(3, 4))], size: (0, 5), want: PlanError::Side { got: 0 } },
        Case { ops: halves.clone(), size: (8192, 8193), want: PlanError::Side { got: 8193 } },
        Case { ops: halves.clone(), size: (6, 7), want: PlanError::Layer { index: 2 } },
        Case { ops: halves, size: (1, 8), want: PlanError::Layer { index: 1 } },
        Case { ops: wide, size: (8192, 8192), want: PlanError::TooLarge },
    ];
    for Case { ops, size, want } in cases {
        let network = Network::new(&graph(ops)).unwrap();
        assert_eq!(Session::new(&network, size.0, size.1).unwrap_err(), want, "{size:?}");
    }
}

/// A 3×3 convolution that shows where the padding is.
fn blur() -> Network {
    let weights = (0..4 * 27).map(|index| (index % 5) as f32 - 2.0).collect();
    let filters = Filters { weights, bias: vec![0.1; 4], activation: Activation::None };
    let op = Op::Conv3x3 { filters, stride: Stride::One };
    let mut graph = graph(vec![(0, op)]);
    graph.outputs[0].channels = 4;
    Network::new(&graph).expect("a valid graph")
}

#[test]
fn pixels_and_planes_are_the_same_picture() {
    let (height, width) = (5, 7);
    let bytes: Vec<u8> = (0..4 * 6 * 3_u8).map(|index| index.wrapping_mul(37)).collect();
    let (scale, bias) = ([0.5, 0.25, 2.0], [1.0, -2.0, 3.0]);
    for reversed in [false, true] {
        let value = |row: usize, column: usize, channel: usize| {
            let from = if reversed { 2 - channel } else { channel };
            let inside = row < 4 && column < 6;
            let byte = if inside { bytes[(row * 6 + column) * 3 + from] } else { 0 };
            f32::from(byte) * scale[channel] + bias[channel]
        };
        let size = height * width;
        let interleaved: Vec<f32> =
            (0..size * 3).map(|at| value(at / 3 / width, at / 3 % width, at % 3)).collect();
        let planes: Vec<f32> = (0..size * 3)
            .map(|at| value(at % size / width, at % size % width, at / size))
            .collect();
        let pixels = Pixels { bytes: &bytes, width_px: 6, height_px: 4, reversed, scale, bias };
        let mut session = Session::new(&blur(), height, width).unwrap();
        let mut run = |input| session.run(input).unwrap().get("y").unwrap().values.to_vec();
        let want = run(Input::Interleaved(&interleaved));
        assert_eq!(run(Input::Planes(&planes)), want);
        assert_eq!(run(Input::Pixels(pixels)), want, "reversed: {reversed}");
    }
}

#[test]
fn inputs_of_another_size_are_refused() {
    let mut session = Session::new(&blur(), 4, 4).unwrap();
    let mut run = |input| session.run(input).map(|_| ());
    let short = [0.0; 47];
    assert_eq!(run(Input::Planes(&short)), Err(InputError::Len { got: 47, want: 48 }));
    let pixels = Pixels {
        bytes: &[0; 60],
        width_px: 5,
        height_px: 4,
        reversed: false,
        scale: [1.0; 3],
        bias: [0.0; 3],
    };
    assert_eq!(run(Input::Pixels(pixels)), Err(InputError::Pixels));
}
