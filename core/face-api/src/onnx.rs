//! An ONNX file, node by node.

use prost::Message;
use tract_onnx::pb::tensor_shape_proto::{Dimension, dimension};
use tract_onnx::pb::type_proto::{Tensor, Value};
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    TensorShapeProto, TypeProto, ValueInfoProto,
};

/// ONNX's numbers for types of elements and of attributes.
const FLOAT: i32 = 1;
const INT64: i32 = 7;
const INTS: i32 = 7;

const IR_VERSION: i64 = 7;
const OPSET: i64 = 13;

/// A model with one input and one output that grows node by node.
pub(crate) struct Builder(GraphProto);

impl Builder {
    /// A model called `name` with an input of floats.
    pub(crate) fn new(name: &str, input: &str, shape: &[usize]) -> Self {
        let input = vec![value_info(input, shape)];
        Self(GraphProto { name: name.to_owned(), input, ..GraphProto::default() })
    }

    /// Adds a constant array of floats.
    pub(crate) fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, shape, FLOAT, raw);
    }

    /// Adds a constant list of whole numbers.
    pub(crate) fn ints(&mut self, name: &str, values: &[i64]) {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, &[values.len()], INT64, raw);
    }

    fn constant(&mut self, name: &str, shape: &[usize], data_type: i32, raw_data: Vec<u8>) {
        self.0.initializer.push(TensorProto {
            name: name.to_owned(),
            dims: shape.iter().map(|side| *side as i64).collect(),
            data_type,
            raw_data,
            ..TensorProto::default()
        });
    }

    /// Adds a node with lists of whole numbers as attributes.
    pub(crate) fn node(
        &mut self,
        op: &str,
        inputs: &[&str],
        output: &str,
        attributes: &[(&str, &[i64])],
    ) {
        self.0.node.push(NodeProto {
            op_type: op.to_owned(),
            name: output.to_owned(),
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            output: vec![output.to_owned()],
            attribute: attributes.iter().map(|(name, ints)| attribute(name, ints)).collect(),
            ..NodeProto::default()
        });
    }

    /// The file, with `notice` in it. The same calls give the same bytes.
    pub(crate) fn finish(mut self, output: &str, shape: &[usize], notice: &str) -> Vec<u8> {
        self.0.output = vec![value_info(output, shape)];
        let opset = OperatorSetIdProto { version: OPSET, ..OperatorSetIdProto::default() };
        let model = ModelProto {
            ir_version: IR_VERSION,
            producer_name: "facematch".to_owned(),
            doc_string: notice.to_owned(),
            opset_import: vec![opset],
            graph: Some(self.0),
            ..ModelProto::default()
        };
        model.encode_to_vec()
    }
}

fn attribute(name: &str, ints: &[i64]) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        r#type: INTS,
        ints: ints.to_vec(),
        ..AttributeProto::default()
    }
}

fn value_info(name: &str, shape: &[usize]) -> ValueInfoProto {
    let dimension = |side: &usize| Dimension {
        value: Some(dimension::Value::DimValue(*side as i64)),
        ..Dimension::default()
    };
    let shape = TensorShapeProto { dim: shape.iter().map(dimension).collect() };
    let tensor = Tensor { elem_type: FLOAT, shape: Some(shape) };
    let r#type = TypeProto { value: Some(Value::TensorType(tensor)), ..TypeProto::default() };
    ValueInfoProto { name: name.to_owned(), r#type: Some(r#type), ..ValueInfoProto::default() }
}
