//! tract as the oracle.

#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod onnx;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use facematch_nn::testing::{Dice, random_values};
use tract_onnx::pb::ModelProto;
use tract_onnx::prelude::{
    Datum as _, Framework as _, InferenceFact, InferenceModelExt as _, IntoRunnable as _,
    IntoTValue as _, Tensor, TypedRunnableModel, tvec,
};

/// An ONNX file of `$FACEMATCH_MODELS`, else of `../shared/models` beside the workspace; `None` after
/// saying loudly that it is not there.
///
/// # Panics
/// If it is not there although `FACEMATCH_REQUIRE_DATA` is set.
pub(crate) fn onnx_file(name: &str) -> Option<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("FACEMATCH_MODELS");
    let folder = folder.map_or_else(|| root.join("../shared/models"), |folder| root.join(folder));
    let missing = |error| {
        assert!(std::env::var_os("FACEMATCH_REQUIRE_DATA").is_none(), "{name}: {error}");
        // Not `eprintln!`, which the harness holds back when a test passes.
        let line = format!("\n*** SKIPPED: {name} of FACEMATCH_MODELS cannot be read: {error}\n");
        writeln!(std::io::stderr(), "{line}").expect("standard error is open");
    };
    std::fs::read(folder.join(name)).map_err(missing).ok()
}

/// A network that tract has planned for one size.
pub(crate) struct Oracle(Arc<TypedRunnableModel>, [usize; 4]);

impl Oracle {
    pub(crate) fn from_bytes(onnx: &[u8], shape: [usize; 4]) -> Self {
        let proto = tract_onnx::onnx().proto_model_for_read(&mut &*onnx).expect("a file");
        Self::new(&proto, shape)
    }

    pub(crate) fn new(proto: &ModelProto, shape: [usize; 4]) -> Self {
        let onnx = tract_onnx::onnx().with_ignore_output_shapes(true).with_ignore_value_info(true);
        let mut model = onnx.model_for_proto_model(proto).expect("a network");
        let fact = InferenceFact::dt_shape(f32::datum_type(), shape);
        model.set_input_fact(0, fact).expect("an input");
        let plan = model.into_optimized().and_then(|model| model.into_runnable()).expect("a plan");
        Self(plan, shape)
    }

    /// Outputs for an input `[channels, height, width]`.
    pub(crate) fn run(&self, input: &[f32]) -> Vec<Vec<f32>> {
        let tensor = Tensor::from_shape(&self.1, input).expect("an input of this shape");
        let outputs = self.0.run(tvec!(tensor.into_tvalue())).expect("a run");
        let values = |output: &tract_onnx::prelude::TValue| {
            output.try_as_plain_ram().and_then(|plain| Ok(plain.as_slice::<f32>()?.to_vec()))
        };
        outputs.iter().map(|output| values(output).expect("floats")).collect()
    }
}

/// Planes of something like a photo: smooth, with some noise, from `low` to `high`.
pub(crate) fn picture([channels, height, width]: [usize; 3], low: f32, high: f32) -> Vec<f32> {
    let mut noise = random_values(&mut Dice::seeded(1), channels * height * width).into_iter();
    let mut planes = Vec::with_capacity(noise.len());
    for channel in 0..channels {
        for row in 0..height {
            for column in 0..width {
                let wave = ((row * (channel + 3)) as f32 * 0.05).sin()
                    * (column as f32 * 0.04 + channel as f32).cos();
                let value = wave * 0.4 + 0.5 + 0.1 * noise.next().unwrap_or(0.0);
                planes.push(low + value * (high - low));
            }
        }
    }
    planes
}
