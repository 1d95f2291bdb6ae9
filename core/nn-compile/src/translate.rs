//! From ONNX nodes to layers, one after the other.

use std::collections::HashMap;

use facematch_nn::{Graph, Layer, Op, Output, Value};
use tract_onnx::pb::tensor_shape_proto::dimension;
use tract_onnx::pb::{GraphProto, ModelProto, NodeProto, ValueInfoProto, type_proto};

use crate::constant::Constant;
use crate::error::{CompileError, NodeError};
use crate::node::Node;
use crate::nodes;
use crate::view::{Symbol, View};

/// The layers so far.
#[derive(Debug)]
pub(crate) struct Layers {
    pub(crate) layers: Vec<Layer>,
    /// Channels of each value.
    pub(crate) channels: Vec<usize>,
    /// Whether each value is one pixel, whatever the size of the input.
    pub(crate) one_pixel: Vec<bool>,
}

/// Translates a parsed ONNX model, node by node.
///
/// # Errors
/// [`CompileError`] if the engine does not know a node.
pub fn translate(model: &ModelProto) -> Result<Graph, CompileError> {
    let graph = model.graph.as_ref().ok_or(CompileError::Input)?;
    let (input, input_channels) = input(graph)?;
    let mut symbols = constants(graph)?;
    symbols.insert(input.to_owned(), Symbol::View(View::map(Value::INPUT)));
    let mut uses = uses(graph);
    let mut layers =
        Layers { layers: vec![], channels: vec![input_channels], one_pixel: vec![false] };
    for proto in &graph.node {
        let node = Node { proto, symbols: &symbols, uses: &uses };
        let symbol = nodes::translate(&node, &mut layers).map_err(|source| wrong(proto, source))?;
        let shared = shares_a_value(&node, &symbol);
        let name = proto.output.first().map_or("", String::as_str);
        // What a node passes on unchanged has the readers of both names.
        *uses.entry(name).or_insert(0) += usize::from(shared);
        symbols.insert(name.to_owned(), symbol);
    }
    let outputs = outputs(graph, &symbols, &layers.channels)?;
    Ok(Graph { source_sha256: [0; 32], input_channels, layers: layers.layers, outputs })
}

impl Layers {
    /// Adds a layer and returns what it computes.
    pub(crate) fn push(&mut self, input: Value, op: Op) -> Symbol {
        let channels =
            op.filters().map_or(self.channels[input.index()], |filters| filters.bias.len());
        let global = matches!(op, Op::DepthwiseGlobal { .. });
        self.one_pixel.push(global || self.one_pixel[input.index()]);
        self.channels.push(channels);
        self.layers.push(Layer { input, op });
        Symbol::View(View::map(Value::of_layer(self.layers.len() - 1)))
    }

    /// The layer that computes `value`.
    pub(crate) fn layer(&mut self, value: Value) -> Option<&mut Layer> {
        self.layers.get_mut(value.index().checked_sub(1)?)
    }
}

fn wrong(proto: &NodeProto, source: NodeError) -> CompileError {
    let first_output = proto.output.first().map_or("", String::as_str);
    let node = if proto.name.is_empty() { first_output } else { &proto.name };
    CompileError::Node { node: node.to_owned(), op: proto.op_type.clone(), source }
}

/// Whether a node passes on a value that something else reads too.
fn shares_a_value(node: &Node<'_>, output: &Symbol) -> bool {
    let value = |symbol: &Symbol| match symbol {
        Symbol::View(view) => Some(view.value),
        _ => None,
    };
    let inputs = node.proto.input.iter().enumerate();
    let mut same = inputs.filter(|(_, name)| {
        let input = node.symbols.get(name.as_str()).and_then(value);
        input.is_some() && input == value(output)
    });
    same.any(|(index, _)| !node.owns(index))
}

/// Name and channels of the one input that is not a constant.
fn input(graph: &GraphProto) -> Result<(&str, usize), CompileError> {
    let constant = |name: &str| graph.initializer.iter().any(|constant| constant.name == name);
    let mut inputs = graph.input.iter().filter(|input| !constant(&input.name));
    let (input, more) = (inputs.next(), inputs.next());
    match input.filter(|_| more.is_none()).map(|input| (input, channels(input))) {
        Some((input, Some(channels))) => Ok((&input.name, channels)),
        _ => Err(CompileError::Input),
    }
}

/// The second of four sides.
fn channels(input: &ValueInfoProto) -> Option<usize> {
    let type_proto::Value::TensorType(tensor) = input.r#type.as_ref()?.value.as_ref()?;
    let [_, channels, _, _] = tensor.shape.as_ref()?.dim.as_slice() else { return None };
    match channels.value.as_ref()? {
        dimension::Value::DimValue(channels) => usize::try_from(*channels).ok(),
        dimension::Value::DimParam(_) => None,
    }
}

fn constants(graph: &GraphProto) -> Result<HashMap<String, Symbol>, CompileError> {
    let read = |proto| Constant::read(proto).map(Symbol::Constant);
    let named = graph.initializer.iter().map(|proto| {
        let name = proto.name.clone();
        let constant = read(proto).ok_or_else(|| CompileError::Constant { name: name.clone() })?;
        Ok((name, constant))
    });
    named.collect()
}

fn uses(graph: &GraphProto) -> HashMap<&str, usize> {
    let mut uses = HashMap::new();
    let read = graph.node.iter().flat_map(|node| &node.input);
    for name in read.chain(graph.output.iter().map(|output| &output.name)) {
        *uses.entry(name.as_str()).or_insert(0) += 1;
    }
    uses
}

fn outputs(
    graph: &GraphProto,
    symbols: &HashMap<String, Symbol>,
    channels: &[usize],
) -> Result<Vec<Output>, CompileError> {
    let output = |info: &ValueInfoProto| match symbols.get(&info.name) {
        Some(Symbol::View(View { value, sigmoid, .. })) => Ok(Output {
            name: info.name.clone(),
            value: *value,
            first_channel: 0,
            channels: channels[value.index()],
            sigmoid: *sigmoid,
        }),
        _ => Err(CompileError::Output { name: info.name.clone() }),
    };
    graph.output.iter().map(output).collect()
}
