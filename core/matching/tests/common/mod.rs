//! Where the tests find networks and photos, which are not part of the repository.

#![allow(dead_code, reason = "each test uses its own part")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use facematch_matching::{Pack, Packs};
use facematch_nn::{Network, Precision};
use facematch_vision::{Model, NnModel, Photo, TractModel};

/// What runs the networks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    /// Our own, as the server does.
    Own,
    /// Our own with weights of 16 bits, as the browser does.
    Halved,
    /// The oracle.
    Tract,
}

/// The networks of the standard pack on an engine and the folder of the reference, or `None`
/// after saying loudly why not.
///
/// # Panics
/// If something is missing although `FACEMATCH_REQUIRE_DATA` is set.
pub(crate) fn data_on(engine: Engine) -> Option<Data> {
    match Data::find(engine) {
        Ok(data) => Some(data),
        Err(reason) if std::env::var_os("FACEMATCH_REQUIRE_DATA").is_some() => {
            panic!("FACEMATCH_REQUIRE_DATA is set, but {reason}");
        }
        Err(reason) => {
            say(&format!("\nSKIPPED: {reason}\n"));
            None
        }
    }
}

/// Prints a line that is seen even when the test passes: the harness holds back `println!` alone.
pub(crate) fn say(line: &str) {
    // A closed terminal is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Networks and photos.
pub(crate) struct Data {
    pub(crate) pack: Pack,
    pub(crate) detector: Arc<dyn Model>,
    pub(crate) embedder: Arc<dyn Model>,
    /// Folder of `opencv-ort.json`; photos are named relative to its parent.
    pub(crate) reference: PathBuf,
}

impl Data {
    fn find(engine: Engine) -> Result<Self, String> {
        let pack = Packs::embedded().map_err(|error| error.to_string())?;
        // One network of ours, so that there is a reference to compare it with.
        let pack = pack.light().ok_or("there is no light pack")?.clone();
        let reference = folder(&["FACEMATCH_REFERENCE"], "reference")?;
        let models = folder(&["FACEMATCH_MODELS", "FACEMATCH_MODEL_MIRROR"], "models")?;
        let detector = network(engine, &models.join(&pack.detector.model.file))?;
        let embedder = network(engine, &models.join(&pack.embedders[0].model.file))?;
        Ok(Self { pack, detector, embedder, reference })
    }

    /// The file at `path`, relative to the folder that holds `reference/` and `data/`.
    pub(crate) fn file(&self, path: &str) -> Vec<u8> {
        let path = self.reference.join("..").join(path);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn photo(&self, path: &str) -> Photo {
        Photo::decode(&self.file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

/// The folder that the first variable which is set names, else `../shared/<name>` beside the
/// workspace.
fn folder(variables: &[&str], name: &str) -> Result<PathBuf, String> {
    let given = variables.iter().find_map(std::env::var_os).map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    let folder = given.map_or_else(beside, |given| from_workspace(&given));
    let missing = || format!("there is no folder {} (set {})", folder.display(), variables[0]);
    folder.is_dir().then(|| folder.clone()).ok_or_else(missing)
}

/// Tests run in their package's folder, but people write paths as seen from the workspace.
fn from_workspace(path: &Path) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn network(engine: Engine, path: &Path) -> Result<Arc<dyn Model>, String> {
    let onnx = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    match engine {
        Engine::Own => {
            let graph = facematch_nn_compile::compile(&onnx).map_err(|error| error.to_string())?;
            let network = Network::new(&graph).map_err(|error| error.to_string())?;
            Ok(Arc::new(NnModel::new(network)))
        }
        Engine::Halved => {
            let graph = facematch_nn_compile::compile(&onnx).map_err(|error| error.to_string())?;
            let file = graph.to_bytes(Precision::F16).map_err(|error| error.to_string())?;
            Ok(Arc::new(NnModel::from_bytes(&file).map_err(|error| error.to_string())?))
        }
        Engine::Tract => {
            Ok(Arc::new(TractModel::from_bytes(&onnx).map_err(|error| error.to_string())?))
        }
    }
}
