//! Small heads that read the same map become one: vectors are full, and the map is read once.

use std::collections::BTreeMap;

use facematch_nn::{Activation, Filters, Graph, Layer, Op, Stride, Value};

/// A pointwise convolution and the depthwise one after it, whose result is only an output.
#[derive(Clone, Copy)]
struct Head {
    pointwise: usize,
    depthwise: usize,
}

/// Joins pointwise convolutions of the same map that are followed by depthwise ones and then by
/// outputs.
pub(crate) fn siblings(graph: &Graph) -> Graph {
    let mut by_input: BTreeMap<Value, Vec<Head>> = BTreeMap::new();
    for head in heads(graph) {
        by_input.entry(graph.layers[head.pointwise].input).or_default().push(head);
    }
    by_input.retain(|_, heads| heads.len() > 1);
    let heads = by_input.values().flatten();
    let gone: Vec<_> = heads.flat_map(|head| [head.pointwise, head.depthwise]).collect();
    let mut rebuilt = Rebuilt::without(graph, &gone);
    for (input, heads) in &by_input {
        rebuilt.add(graph, *input, heads);
    }
    rebuilt.finish()
}

fn heads(graph: &Graph) -> Vec<Head> {
    let readers = |value: Value| {
        let reads = move |layer: &Layer| layer.input == value || layer.op.other() == Some(value);
        let found = graph.layers.iter().enumerate().filter(move |(_, layer)| reads(layer));
        found.map(|(index, _)| index).collect::<Vec<_>>()
    };
    let is_output = |value| graph.outputs.iter().any(|output| output.value == value);
    let head = |pointwise: usize| {
        let value = Value::of_layer(pointwise);
        let [depthwise] = readers(value)[..] else { return None };
        let result = Value::of_layer(depthwise);
        let ends = readers(result).is_empty() && is_output(result) && !is_output(value);
        let fits = is_plain_pointwise(&graph.layers[pointwise].op)
            && is_plain_depthwise(&graph.layers[depthwise].op);
        (ends && fits).then_some(Head { pointwise, depthwise })
    };
    (0..graph.layers.len()).filter_map(head).collect()
}

fn is_plain_pointwise(op: &Op) -> bool {
    matches!(op, Op::Pointwise { filters, residual: None }
        if filters.activation == Activation::None)
}

fn is_plain_depthwise(op: &Op) -> bool {
    matches!(op, Op::Depthwise3x3 { filters, stride: Stride::One }
        if filters.activation == Activation::None)
}

/// The graph in the making, and where each value of the old one is now.
struct Rebuilt {
    graph: Graph,
    /// For each old value its new value and the channel at which it begins.
    moved: Vec<(Value, usize)>,
}

impl Rebuilt {
    /// Everything but the heads.
    fn without(old: &Graph, gone: &[usize]) -> Self {
        let graph = Graph { layers: vec![], ..old.clone() };
        let mut rebuilt = Self { graph, moved: vec![(Value::INPUT, 0); old.layers.len() + 1] };
        let kept = old.layers.iter().enumerate().filter(|(index, _)| !gone.contains(index));
        for (index, layer) in kept {
            let layer = renamed(layer.clone(), &rebuilt.moved);
            rebuilt.moved[index + 1] = (rebuilt.push(layer.input, layer.op), 0);
        }
        rebuilt
    }

    fn push(&mut self, input: Value, op: Op) -> Value {
        self.graph.layers.push(Layer { input, op });
        Value::of_layer(self.graph.layers.len() - 1)
    }

    /// All heads of one map as one.
    fn add(&mut self, old: &Graph, input: Value, heads: &[Head]) {
        let filters = joined(old, heads.iter().map(|head| head.pointwise));
        let op = Op::Pointwise { filters, residual: None };
        let middle = self.push(self.moved[input.index()].0, op);
        let filters = joined(old, heads.iter().map(|head| head.depthwise));
        let last = self.push(middle, Op::Depthwise3x3 { filters, stride: Stride::One });
        let mut first_channel = 0;
        for head in heads {
            self.moved[head.depthwise + 1] = (last, first_channel);
            first_channel += filters_of(old, head.depthwise).map_or(0, |own| own.bias.len());
        }
    }

    fn finish(mut self) -> Graph {
        for output in &mut self.graph.outputs {
            let (value, first_channel) = self.moved[output.value.index()];
            output.value = value;
            output.first_channel += first_channel;
        }
        self.graph
    }
}

fn renamed(mut layer: Layer, moved: &[(Value, usize)]) -> Layer {
    let rename = |value: &mut Value| *value = moved[value.index()].0;
    rename(&mut layer.input);
    match &mut layer.op {
        Op::Pointwise { residual: Some(other), .. }
        | Op::Add { other }
        | Op::AddUpsampled { other } => rename(other),
        _ => {}
    }
    layer
}

fn filters_of(graph: &Graph, layer: usize) -> Option<&Filters> {
    graph.layers[layer].op.filters()
}

/// Filters of several layers, one after the other.
fn joined(graph: &Graph, layers: impl Iterator<Item = usize>) -> Filters {
    let mut all = Filters { weights: vec![], bias: vec![], activation: Activation::None };
    for own in layers.filter_map(|layer| filters_of(graph, layer)) {
        all.weights.extend(&own.weights);
        all.bias.extend(&own.bias);
    }
    all
}
