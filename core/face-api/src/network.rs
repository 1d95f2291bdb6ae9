//! dlib's ResNet for face recognition: a stem, fourteen residual blocks, a mean and a projection.
//!
//! After `dnn_face_recognition_ex.cpp` of dlib and `FaceRecognitionNet.ts` of the package. Each
//! convolution is followed by a factor and an offset for each channel, which are folded into it.

use crate::onnx::Builder;
use crate::package::PackageError;
use crate::weights::{Array, Weights};

/// Side of the input, in pixels.
const SIDE_PX: usize = 150;
const INPUT: &str = "input";
const OUTPUT: &str = "embedding";
/// Whose work it is, in the file itself.
const NOTICE: &str = "\
dlib_face_recognition_resnet_model_v1 by Davis E. King, public domain (CC0); weights with 8 bits each from the npm package \
@vladmandic/face-api, MIT, Copyright (c) Vladimir Mandic; written as ONNX by Face Match";

/// Residual blocks that keep the size, by the name that their group begins with.
const GROUPS: [(&str, usize); 4] = [("conv32", 3), ("conv64", 3), ("conv128", 2), ("conv256", 2)];

/// Writes the network with these weights as an ONNX file.
///
/// # Errors
/// [`PackageError::Weights`] if they are those of another network.
pub(crate) fn onnx(weights: &Weights) -> Result<Vec<u8>, PackageError> {
    let builder = Builder::new("face recognition", INPUT, &[1, 3, SIDE_PX, SIDE_PX]);
    let mut network = Network { builder, weights };
    let input = Map { name: INPUT.to_owned(), channels: 3, side: SIDE_PX };
    let map = network.conv(&input, "conv32_down", Step::Halve)?;
    let map = network.relu(&map);
    let mut map = network.pool("MaxPool", &map, 3);
    for (group, blocks) in GROUPS {
        if group != "conv32" {
            map = network.halving_block(&map, &format!("{group}_down"))?;
        }
        for index in 1..=blocks {
            map = network.block(&map, &format!("{group}_{index}"))?;
        }
    }
    let map = network.halving_block(&map, "conv256_down_out")?;
    network.project(&map)
}

/// A map of values in the network.
struct Map {
    name: String,
    channels: usize,
    /// Its width and height.
    side: usize,
}

/// What a convolution does to the size of a map.
#[derive(Clone, Copy)]
enum Step {
    /// Nothing: zeros are added around it.
    Keep,
    /// It takes every second window, and only whole ones.
    Halve,
}

struct Network<'a> {
    builder: Builder,
    weights: &'a Weights,
}

impl Network<'_> {
    /// Two convolutions, and the input added.
    fn block(&mut self, input: &Map, name: &str) -> Result<Map, PackageError> {
        let map = self.conv(input, &format!("{name}/conv1"), Step::Keep)?;
        let map = self.relu(&map);
        let map = self.conv(&map, &format!("{name}/conv2"), Step::Keep)?;
        Ok(self.sum(&map, &input.name, name))
    }

    /// The same with half the size. The input is averaged over 2×2; where either is smaller or has
    /// fewer channels, zeros follow it.
    fn halving_block(&mut self, input: &Map, name: &str) -> Result<Map, PackageError> {
        let map = self.conv(input, &format!("{name}/conv1"), Step::Halve)?;
        let map = self.relu(&map);
        let map = self.conv(&map, &format!("{name}/conv2"), Step::Keep)?;
        let pooled = self.pool("AveragePool", input, 2);
        let (channels, side) = (map.channels.max(pooled.channels), map.side.max(pooled.side));
        let map = self.pad(map, channels, side);
        let pooled = self.pad(pooled, channels, side);
        Ok(self.sum(&map, &pooled.name, name))
    }

    fn conv(&mut self, input: &Map, name: &str, step: Step) -> Result<Map, PackageError> {
        let weights = self.weights;
        let array = |part: &str, axes| weights.get(&format!("{name}/{part}"), axes);
        let (filters, bias) = (array("conv/filters", 4)?, array("conv/bias", 1)?);
        let (factors, offsets) = (array("scale/weights", 1)?, array("scale/biases", 1)?);
        let &[side, width, inputs, channels] = &filters.shape[..] else {
            return Err(PackageError::Weights { name: name.to_owned() });
        };
        let per_channel = [bias, factors, offsets].iter().all(|list| list.values.len() == channels);
        if side != width || inputs != input.channels || !per_channel {
            return Err(PackageError::Weights { name: name.to_owned() });
        }
        let values = folded(filters, &factors.values);
        let triples = bias.values.iter().zip(&factors.values).zip(&offsets.values);
        let bias: Vec<f32> =
            triples.map(|((bias, factor), offset)| bias * factor + offset).collect();
        let (weight_name, bias_name) = (format!("{name}/weights"), format!("{name}/bias"));
        self.builder.floats(&weight_name, &[channels, inputs, side, side], &values);
        self.builder.floats(&bias_name, &[channels], &bias);
        let (stride, pad, out_side) = match step {
            Step::Keep => (1, side / 2, input.side),
            Step::Halve => (2, 0, input.side.saturating_sub(side) / 2 + 1),
        };
        let window: &[(&str, &[i64])] = &[
            ("kernel_shape", &[side as i64; 2]),
            ("pads", &[pad as i64; 4]),
            ("strides", &[stride; 2]),
        ];
        self.builder.node("Conv", &[&input.name, &weight_name, &bias_name], name, window);
        Ok(Map { name: name.to_owned(), channels, side: out_side })
    }

    fn relu(&mut self, map: &Map) -> Map {
        let name = format!("{}/relu", map.name);
        self.builder.node("Relu", &[&map.name], &name, &[]);
        Map { name, ..*map }
    }

    fn sum(&mut self, map: &Map, other: &str, block: &str) -> Map {
        let name = format!("{block}/sum");
        self.builder.node("Add", &[&map.name, other], &name, &[]);
        self.relu(&Map { name, ..*map })
    }

    /// Windows of `window` × `window`, every second one, and only whole ones.
    fn pool(&mut self, op: &str, map: &Map, window: usize) -> Map {
        let name = format!("{}/pooled", map.name);
        let attributes: &[(&str, &[i64])] =
            &[("kernel_shape", &[window as i64; 2]), ("strides", &[2; 2])];
        self.builder.node(op, &[&map.name], &name, attributes);
        Map { name, side: (map.side - window) / 2 + 1, ..*map }
    }

    /// Zeros after the last channel, right of the map and below it.
    fn pad(&mut self, map: Map, channels: usize, side: usize) -> Map {
        if map.channels == channels && map.side == side {
            return map;
        }
        let (more_channels, more_side) = (channels - map.channels, side - map.side);
        let (name, pads) = (format!("{}/padded", map.name), format!("{}/pads", map.name));
        let after = [0, more_channels, more_side, more_side].map(|count| count as i64);
        self.builder.ints(&pads, &[[0; 4], after].concat());
        self.builder.node("Pad", &[&map.name, &pads], &name, &[]);
        Map { name, channels, side }
    }

    /// The mean of each channel, and the projection to the embedding.
    fn project(mut self, map: &Map) -> Result<Vec<u8>, PackageError> {
        let Array { shape, values } = self.weights.get("fc", 2)?;
        if shape[0] != map.channels {
            return Err(PackageError::Weights { name: "fc".to_owned() });
        }
        self.builder.floats("fc", shape, values);
        self.builder.node("GlobalAveragePool", &[&map.name], "mean", &[]);
        self.builder.node("Flatten", &["mean"], "features", &[]);
        self.builder.node("MatMul", &["features", "fc"], OUTPUT, &[]);
        Ok(self.builder.finish(OUTPUT, &[1, shape[1]], NOTICE))
    }
}

/// Filters `[height, width, in, out]` as `[out, in, height, width]`, each times its factor.
fn folded(filters: &Array, factors: &[f32]) -> Vec<f32> {
    let channels = factors.len();
    let inputs = filters.shape[2];
    let taps = filters.shape[0] * filters.shape[1];
    let mut weights = Vec::with_capacity(filters.values.len());
    for (channel, factor) in factors.iter().enumerate() {
        for input in 0..inputs {
            let tap = |tap: usize| filters.values[(tap * inputs + input) * channels + channel];
            weights.extend((0..taps).map(|index| tap(index) * factor));
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stem with filters of this shape, and nothing else.
    fn stem(shape: [usize; 4], channels: usize) -> Weights {
        let entry = |part: &str, shape: &[usize]| serde_json::json!({"name": format!("conv32_down/{part}"), "shape": shape});
        let lists = ["conv/bias", "scale/weights", "scale/biases"];
        let lists = lists.map(|part| entry(part, &[channels]));
        let entries = [&[entry("conv/filters", &shape)][..], &lists].concat();
        let manifest = serde_json::json!([{"weights": entries}]).to_string();
        let len = shape.iter().product::<usize>() + 3 * channels;
        Weights::read(manifest.as_bytes(), &vec![0; 4 * len]).unwrap()
    }

    #[test]
    fn weights_of_another_network_are_refused_by_name() {
        let cases = [
            ([7, 7, 3, 32], 32, "conv32_1/conv1/conv/filters"),
            ([7, 7, 4, 32], 32, "conv32_down"),
            ([7, 5, 3, 32], 32, "conv32_down"),
            ([7, 7, 3, 32], 31, "conv32_down"),
        ];
        for (shape, channels, want) in cases {
            let got = onnx(&stem(shape, channels)).err().unwrap();
            assert!(matches!(&got, PackageError::Weights { name } if name == want), "{got}");
        }
    }

    #[test]
    fn a_filter_keeps_its_place_and_takes_its_channels_factor() {
        // One row of two taps, two inputs, two outputs.
        let values = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let filters = Array { shape: vec![1, 2, 2, 2], values };
        let want = [1.0, 5.0, 3.0, 7.0, 20.0, 60.0, 40.0, 80.0];
        assert_eq!(folded(&filters, &[1.0, 10.0]), want);
    }
}
