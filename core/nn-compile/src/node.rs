//! One node of an ONNX graph, with what its inputs stand for.

use std::collections::HashMap;

use facematch_nn::Value;
use tract_onnx::pb::{AttributeProto, NodeProto};

use crate::constant::Constant;
use crate::error::NodeError;
use crate::view::{Axes, Symbol, View};

/// A node and the names that are known before it.
pub(crate) struct Node<'a> {
    pub(crate) proto: &'a NodeProto,
    pub(crate) symbols: &'a HashMap<String, Symbol>,
    /// How often each name is read.
    pub(crate) uses: &'a HashMap<&'a str, usize>,
}

impl<'a> Node<'a> {
    fn attribute(&self, name: &str) -> Option<&'a AttributeProto> {
        self.proto.attribute.iter().find(|attribute| attribute.name == name)
    }

    pub(crate) fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |attribute| attribute.i)
    }

    pub(crate) fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).map_or(default, |attribute| attribute.f)
    }

    pub(crate) fn text(&self, name: &str, default: &'static str) -> &'a str {
        let text = self.attribute(name).map(|attribute| std::str::from_utf8(&attribute.s));
        text.and_then(Result::ok).unwrap_or(default)
    }

    /// A list of integers; empty if it is not there.
    pub(crate) fn ints(&self, name: &str) -> &'a [i64] {
        self.attribute(name).map_or(&[], |attribute| &attribute.ints)
    }

    /// The constant that an attribute holds.
    pub(crate) fn constant_attribute(&self, name: &str) -> Option<Constant> {
        Constant::read(self.attribute(name)?.t.as_ref()?)
    }

    /// Whether the list is absent or equal to `want`.
    pub(crate) fn is_default(&self, name: &str, want: &[i64]) -> bool {
        let got = self.ints(name);
        got.is_empty() || got == want
    }

    /// What input `index` stands for; `None` if it is left out.
    pub(crate) fn optional(&self, index: usize) -> Result<Option<&'a Symbol>, NodeError> {
        match self.proto.input.get(index).filter(|name| !name.is_empty()) {
            None => Ok(None),
            Some(name) => {
                let symbol = self.symbols.get(name);
                symbol.map(Some).ok_or(NodeError::MissingInput { index })
            }
        }
    }

    pub(crate) fn input(&self, index: usize) -> Result<&'a Symbol, NodeError> {
        self.optional(index)?.ok_or(NodeError::MissingInput { index })
    }

    pub(crate) fn view(&self, index: usize) -> Result<View, NodeError> {
        match self.input(index)? {
            Symbol::View(view) => Ok(*view),
            _ => Err(NodeError::InputKind { index, want: "a map" }),
        }
    }

    /// A map as a layer computes it.
    pub(crate) fn map(&self, index: usize) -> Result<Value, NodeError> {
        let view = self.view(index)?;
        if view.axes == Axes::ChannelsFirst && !view.sigmoid {
            Ok(view.value)
        } else {
            Err(NodeError::InputKind { index, want: "a map of channels" })
        }
    }

    /// A constant of floats with its shape.
    pub(crate) fn floats(&self, index: usize) -> Result<(&'a [usize], &'a [f32]), NodeError> {
        let found = match self.input(index)? {
            Symbol::Constant(constant) => constant.floats().map(|floats| (&*constant.dims, floats)),
            _ => None,
        };
        found.ok_or(NodeError::InputKind { index, want: "a constant of floats" })
    }

    /// Integers that are constant or follow from a shape.
    pub(crate) fn shape(&self, index: usize) -> Result<Vec<Option<i64>>, NodeError> {
        let wrong = NodeError::InputKind { index, want: "a shape" };
        match self.input(index)? {
            Symbol::Shape(shape) => Ok(shape.clone()),
            Symbol::Constant(constant) => {
                let ints = constant.ints().ok_or(wrong)?;
                Ok(ints.iter().copied().map(Some).collect())
            }
            _ => Err(wrong),
        }
    }

    /// Whether nothing else reads input `index`.
    pub(crate) fn owns(&self, index: usize) -> bool {
        let name = self.proto.input.get(index);
        name.is_some_and(|name| self.uses.get(name.as_str()) == Some(&1))
    }
}
