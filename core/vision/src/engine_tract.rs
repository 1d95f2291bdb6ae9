//! The tract engine: runs ONNX networks in pure Rust.

use std::sync::{Arc, Mutex, PoisonError};

use tract_onnx::prelude::{
    self as tract, Datum, Framework, InferenceFact, InferenceModel, InferenceModelExt,
    IntoRunnable, IntoTValue, TValue, TractResult, TypedRunnableModel, tvec,
};

use crate::model::{Model, ModelError, Tensor};
use crate::picture::Picture;

/// Most input shapes whose plans are kept. A plan is made for one shape, and photos come in a few
/// shapes.
const MAX_PLANS: usize = 16;

type Plan = Arc<TypedRunnableModel>;

/// An ONNX network with one input, run by tract on the calling thread.
///
/// A network whose input has open sizes is planned anew for each shape that it meets; the plans of
/// the last 16 shapes are kept.
pub struct TractModel {
    network: InferenceModel,
    output_names: Vec<String>,
    /// Plans by input shape, the last used at the end.
    plans: Mutex<Vec<(Vec<usize>, Plan)>>,
}

impl TractModel {
    /// Loads the ONNX file with these bytes.
    ///
    /// # Errors
    /// [`ModelError::Load`] if the bytes are not a network that tract understands.
    pub fn from_bytes(onnx: &[u8]) -> Result<Self, ModelError> {
        let network = parse(onnx).map_err(|error| ModelError::Load { detail: chain(&error) })?;
        let output_names = output_names(&network);
        Ok(Self { network, output_names, plans: Mutex::default() })
    }

    fn plan(&self, shape: &[usize]) -> TractResult<Plan> {
        if let Some(plan) = self.kept(shape) {
            return Ok(plan);
        }
        // Made without the lock, so that other shapes run on; at worst two threads make the same
        // plan.
        let plan = self.planned(shape)?;
        self.keep(shape, &plan);
        Ok(plan)
    }

    fn kept(&self, shape: &[usize]) -> Option<Plan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let at = plans.iter().position(|(kept, _)| kept == shape)?;
        let last_used = plans.remove(at);
        let plan = Arc::clone(&last_used.1);
        plans.push(last_used);
        Some(plan)
    }

    fn keep(&self, shape: &[usize], plan: &Plan) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= MAX_PLANS {
            plans.remove(0);
        }
        plans.push((shape.to_vec(), Arc::clone(plan)));
    }

    fn planned(&self, shape: &[usize]) -> TractResult<Plan> {
        let mut network = self.network.clone();
        network.set_input_fact(0, InferenceFact::dt_shape(f32::datum_type(), shape))?;
        network.into_optimized()?.into_runnable()
    }

    fn try_run(&self, input: &Picture<'_>) -> TractResult<Vec<Tensor>> {
        let plan = self.plan(&input.shape())?;
        let input = input.planes()?;
        let input = tract::Tensor::from_shape(input.shape(), input.data())?;
        let outputs = plan.run(tvec!(input.into_tvalue()))?;
        outputs.iter().map(copied).collect()
    }
}

impl Model for TractModel {
    fn output_names(&self) -> &[String] {
        &self.output_names
    }

    fn run(&self, input: &Picture<'_>) -> Result<Vec<Tensor>, ModelError> {
        self.try_run(input).map_err(|error| {
            let (shape, detail) = (input.shape().to_vec(), chain(&error));
            ModelError::Run { shape, detail }
        })
    }
}

impl std::fmt::Debug for TractModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TractModel").field("output_names", &self.output_names).finish()
    }
}

/// The shapes written in the file are for one size; they are left out, so that any size can be
/// planned.
fn parse(mut onnx: &[u8]) -> TractResult<InferenceModel> {
    tract_onnx::onnx()
        .with_ignore_output_shapes(true)
        .with_ignore_value_info(true)
        .model_for_read(&mut onnx)
}

fn output_names(network: &InferenceModel) -> Vec<String> {
    let name = |outlet: &tract::OutletId| {
        let label = network.outlet_label(*outlet);
        label.unwrap_or(&network.node(outlet.node).name).to_owned()
    };
    network.outputs.iter().map(name).collect()
}

fn copied(output: &TValue) -> TractResult<Tensor> {
    let values = output.try_as_plain_ram()?.as_slice::<f32>()?.to_vec();
    Ok(Tensor::new(output.shape(), values)?)
}

/// The error with all its causes, in one line.
fn chain(error: &tract::TractError) -> String {
    format!("{error:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_network_is_refused() {
        for bytes in [&b"not a network"[..], &[0xFF; 64], &[0x08, 0x07, 0x3A, 0xFF, 0xFF, 0x7F]] {
            let got = TractModel::from_bytes(bytes);
            assert!(matches!(got, Err(ModelError::Load { .. })), "{bytes:?}: {got:?}");
        }
    }
}
