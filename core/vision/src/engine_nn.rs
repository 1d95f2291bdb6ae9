//! Our own engine: runs networks that `facematch-nn-compile` wrote.

use std::sync::{Mutex, PoisonError};

use facematch_nn::{Input, LoadError, Network, OutputMap, Pixels, Session};

use crate::model::{Model, ModelError, Tensor};
use crate::picture::{ChannelOrder, Picture};

/// Most idle sessions that are kept. A session is for one size of input, and photos come in a few
/// sizes.
const MAX_SESSIONS: usize = 16;

/// A compiled network, run on the calling thread with the fastest instructions of this machine.
///
/// Each run takes a session of its size, or plans a new one, and puts it back: the last 16 used are
/// kept.
pub struct NnModel {
    network: Network,
    output_names: Vec<String>,
    /// Sessions that nobody runs, the last used at the end.
    idle: Mutex<Vec<Session>>,
}

impl NnModel {
    /// Loads the network file with these bytes.
    ///
    /// # Errors
    /// [`ModelError::Load`] if the bytes are not a network file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let network = Network::from_bytes(bytes)
            .map_err(|error| ModelError::Load { detail: detail(&error) })?;
        Ok(Self::new(network))
    }

    /// Runs a network that is loaded already.
    #[must_use]
    pub fn new(network: Network) -> Self {
        let output_names = network.outputs().iter().map(|output| output.name.clone()).collect();
        Self { network, output_names, idle: Mutex::default() }
    }

    fn session(&self, height: usize, width: usize) -> Result<Session, String> {
        let wanted = [height, width, self.network.input_channels()];
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = idle.iter().position(|session| session.input_shape() == wanted) {
            return Ok(idle.remove(at));
        }
        // Planned without the lock, so that other threads run on.
        drop(idle);
        Session::new(&self.network, height, width).map_err(|error| error.to_string())
    }

    fn put_back(&self, session: Session) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() >= MAX_SESSIONS {
            idle.remove(0);
        }
        idle.push(session);
    }

    fn try_run(&self, input: &Picture<'_>) -> Result<Vec<Tensor>, String> {
        let mut session = self.session(input.height_px(), input.width_px())?;
        let outputs =
            session.run(Input::Pixels(pixels(input))).map_err(|error| error.to_string())?;
        let tensors = outputs.iter().map(|output| copied(&output)).collect::<Result<_, _>>();
        self.put_back(session);
        tensors.map_err(|error| error.to_string())
    }
}

impl Model for NnModel {
    fn output_names(&self) -> &[String] {
        &self.output_names
    }

    fn run(&self, input: &Picture<'_>) -> Result<Vec<Tensor>, ModelError> {
        let shape = || input.shape().to_vec();
        self.try_run(input).map_err(|detail| ModelError::Run { shape: shape(), detail })
    }
}

impl std::fmt::Debug for NnModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NnModel").field("output_names", &self.output_names).finish()
    }
}

/// The picture's bytes, which the session reads row by row.
fn pixels<'a>(picture: &Picture<'a>) -> Pixels<'a> {
    let (photo, normalisation) = (picture.photo(), picture.normalisation());
    Pixels {
        bytes: photo.rgb(),
        width_px: photo.width_px() as usize,
        height_px: photo.height_px() as usize,
        reversed: normalisation.order == ChannelOrder::Bgr,
        scale: normalisation.scale,
        bias: normalisation.bias,
    }
}

/// `[1, pixels, channels]`, or `[1, channels]` of a single pixel.
fn copied(output: &OutputMap<'_>) -> Result<Tensor, ModelError> {
    let (pixels, channels) = (output.height * output.width, output.channels);
    let shape = if pixels == 1 { &[1, channels][..] } else { &[1, pixels, channels] };
    Tensor::new(shape, output.values.to_vec())
}

/// The error with its cause, in one line.
fn detail(error: &LoadError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Normalisation;
    use crate::testing::noise;
    use facematch_nn::Graph;
    use facematch_nn::testing::{Dice, RandomNetwork, run_reference};

    #[test]
    fn what_is_no_network_file_is_refused() {
        for bytes in [&b"not a network"[..], b"FMNN\x01\0\0", &[]] {
            let got = NnModel::from_bytes(bytes);
            assert!(matches!(got, Err(ModelError::Load { .. })), "{bytes:?}: {got:?}");
        }
    }

    /// The first random network of three channels.
    fn of_three_channels() -> Graph {
        let graphs = (0..).map(|seed| RandomNetwork::new(&mut Dice::seeded(seed)).graph);
        graphs.into_iter().find(|graph| graph.input_channels == 3).unwrap()
    }

    #[test]
    fn many_threads_and_sizes_share_one_model() {
        let graph = of_three_channels();
        let model = NnModel::new(Network::new(&graph).unwrap());
        let planned = |side: usize| Session::new(&model.network, side, side).is_ok();
        let sides: Vec<usize> = (1..9).map(|size| 8 * size).filter(|side| planned(*side)).collect();
        assert!(!sides.is_empty());
        std::thread::scope(|scope| {
            for side in sides.iter().cycle().take(12) {
                let (model, graph) = (&model, &graph);
                scope.spawn(move || {
                    let photo = noise(*side as u32, *side as u32);
                    let normalisation = Normalisation::rgb([127.5; 3], [127.5; 3]);
                    let value = |byte: &u8| f32::from(*byte) / 127.5 - 1.0;
                    let pixels: Vec<f32> = photo.rgb().iter().map(value).collect();
                    let want = run_reference(graph, *side, *side, &pixels);
                    let got = model.run(&Picture::of(&photo, normalisation)).unwrap();
                    for (got, want) in got.iter().zip(&want) {
                        assert!(facematch_nn::testing::difference(got.data(), want) < 1e-4);
                    }
                });
            }
        });
    }

    #[test]
    fn a_network_of_other_channels_is_refused() {
        let graphs = (0..).map(|seed| RandomNetwork::new(&mut Dice::seeded(seed)).graph);
        let graph = graphs.into_iter().find(|graph| graph.input_channels != 3).unwrap();
        let model = NnModel::new(Network::new(&graph).unwrap());
        let photo = noise(32, 32);
        let got = model.run(&Picture::of(&photo, Normalisation::BGR_BYTES));
        assert!(matches!(got, Err(ModelError::Run { .. })), "{got:?}");
    }
}
