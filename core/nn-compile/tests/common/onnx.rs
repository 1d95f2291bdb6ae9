//! Making ONNX models by hand.

use facematch_nn::testing::{Dice, random_values};
use tract_onnx::pb::tensor_shape_proto::{Dimension, dimension};
use tract_onnx::pb::type_proto::{Tensor, Value};
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    TensorShapeProto, TypeProto, ValueInfoProto,
};

/// A model that grows node by node. Each node's output has the name that its maker returns.
pub(crate) struct Model {
    graph: GraphProto,
    dice: Dice<'static>,
}

impl Model {
    /// A model whose input `x` has 3 channels.
    pub(crate) fn new(seed: u64) -> Self {
        let graph = GraphProto { input: vec![info("x", [1, 3, -1, -1])], ..Default::default() };
        Self { graph, dice: Dice::seeded(seed) }
    }

    fn name(&self) -> String {
        format!("v{}", self.graph.node.len() + self.graph.initializer.len())
    }

    /// A constant of floats from `low` to `high`.
    pub(crate) fn floats(&mut self, dims: &[i64], low: f32, high: f32) -> String {
        let len = dims.iter().product::<i64>() as usize;
        let random = random_values(&mut self.dice, len);
        let values = random.iter().map(|value| low + (value + 1.0) / 2.0 * (high - low));
        self.constant(dims, values.collect())
    }

    pub(crate) fn constant(&mut self, dims: &[i64], values: Vec<f32>) -> String {
        let name = self.name();
        let tensor = TensorProto {
            dims: dims.to_vec(),
            data_type: 1,
            float_data: values,
            name: name.clone(),
            ..Default::default()
        };
        self.graph.initializer.push(tensor);
        name
    }

    pub(crate) fn ints(&mut self, values: &[i64]) -> String {
        let name = self.name();
        let tensor = TensorProto {
            dims: vec![values.len() as i64],
            data_type: 7,
            int64_data: values.to_vec(),
            name: name.clone(),
            ..Default::default()
        };
        self.graph.initializer.push(tensor);
        name
    }

    pub(crate) fn node(
        &mut self,
        op: &str,
        inputs: &[&str],
        attributes: Vec<AttributeProto>,
    ) -> String {
        let name = self.name();
        self.graph.node.push(NodeProto {
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            output: vec![name.clone()],
            name: format!("{op} of {name}"),
            op_type: op.to_owned(),
            attribute: attributes,
            ..Default::default()
        });
        name
    }

    /// A convolution with random weights `[out, inputs / groups, side, side]`.
    pub(crate) fn conv(
        &mut self,
        x: &str,
        [out, per_group, side]: [i64; 3],
        attributes: Vec<AttributeProto>,
    ) -> String {
        let reach = (3.0 / (per_group * side * side) as f32).sqrt();
        let weights = self.floats(&[out, per_group, side, side], -reach, reach);
        let bias = self.floats(&[out], -1.0, 1.0);
        self.node("Conv", &[x, &weights, &bias], attributes)
    }

    pub(crate) fn finish(mut self, outputs: &[&str]) -> ModelProto {
        self.graph.output = outputs.iter().map(|name| info(name, [-1; 4])).collect();
        let opset = OperatorSetIdProto { version: 13, ..Default::default() };
        ModelProto {
            ir_version: 7,
            opset_import: vec![opset],
            graph: Some(self.graph),
            ..Default::default()
        }
    }
}

fn info(name: &str, dims: [i64; 4]) -> ValueInfoProto {
    let dim = |side: i64| {
        let open = dimension::Value::DimParam("side".into());
        let value = if side < 0 { open } else { dimension::Value::DimValue(side) };
        Dimension { value: Some(value), ..Default::default() }
    };
    let shape = TensorShapeProto { dim: dims.map(dim).to_vec() };
    let tensor = Tensor { elem_type: 1, shape: Some(shape) };
    let r#type = TypeProto { value: Some(Value::TensorType(tensor)), ..Default::default() };
    ValueInfoProto { name: name.to_owned(), r#type: Some(r#type), ..Default::default() }
}

pub(crate) fn ints(name: &str, ints: &[i64]) -> AttributeProto {
    AttributeProto { name: name.to_owned(), r#type: 7, ints: ints.to_vec(), ..Default::default() }
}

pub(crate) fn int(name: &str, i: i64) -> AttributeProto {
    AttributeProto { name: name.to_owned(), r#type: 2, i, ..Default::default() }
}

pub(crate) fn text(name: &str, s: &str) -> AttributeProto {
    AttributeProto { name: name.to_owned(), r#type: 3, s: s.into(), ..Default::default() }
}

/// Attributes of a 3×3 window with padding.
pub(crate) fn window3(stride: i64, group: i64) -> Vec<AttributeProto> {
    vec![
        ints("kernel_shape", &[3, 3]),
        ints("pads", &[1, 1, 1, 1]),
        ints("strides", &[stride, stride]),
        int("group", group),
    ]
}
