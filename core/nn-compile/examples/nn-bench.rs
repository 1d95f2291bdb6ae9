//! Times both networks on every backend against tract, turn by turn in one thread.
//!
//! ```sh
//! cargo run -p facematch-nn-compile --example nn-bench -- ../shared/models
//! ```

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

use anyhow::Context as _;
use clap::Parser;
use facematch_nn::testing::{Dice, random_values};
use facematch_nn::{Backend, Input, Network, Session};
use tract_onnx::prelude::{
    Datum as _, Framework as _, InferenceFact, InferenceModelExt as _, IntoRunnable as _,
    IntoTValue as _, Tensor, tvec,
};

const CASES: [(&str, usize, usize); 4] = [
    ("yunet_n_dynamic.onnx", 320, 320),
    ("yunet_n_dynamic.onnx", 480, 640),
    ("yunet_n_dynamic.onnx", 640, 640),
    ("MobileFaceNet.onnx", 112, 112),
];

#[derive(Debug, Parser)]
struct Args {
    /// Folder of the ONNX files.
    models: PathBuf,
    /// Runs of each contender.
    #[arg(long, default_value_t = 31)]
    rounds: usize,
}

/// Something that runs a network once.
struct Contender {
    name: &'static str,
    run: Box<dyn FnMut() -> anyhow::Result<()>>,
    times_ms: Vec<f64>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    println!(
        "| network | engine | median ms | least ms | of tract | GMAC/s |\n|---|---|---|---|---|---|"
    );
    for (file, height, width) in CASES {
        let onnx = std::fs::read(args.models.join(file)).with_context(|| file.to_owned())?;
        let (mut contenders, macs) = contenders(&onnx, height, width)?;
        for _ in 0..args.rounds {
            contenders.iter_mut().try_for_each(Contender::turn)?;
        }
        let name = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        report(&format!("{name} {height}×{width}"), &mut contenders, macs as f64);
    }
    Ok(())
}

fn contenders(onnx: &[u8], height: usize, width: usize) -> anyhow::Result<(Vec<Contender>, u64)> {
    let network = Network::new(&facematch_nn_compile::compile(onnx)?)?;
    let input = random_values(&mut Dice::seeded(1), 3 * height * width);
    let mut all = vec![tract(onnx, &input, [1, 3, height, width])?];
    let mut macs = 0;
    for backend in Backend::available() {
        let mut session = Session::on(backend, &network, height, width)?;
        let input = input.clone();
        macs = session.macs();
        let run = move || {
            std::hint::black_box(session.run(Input::Interleaved(&input))?);
            Ok(())
        };
        all.push(Contender::new(backend.name(), run));
    }
    Ok((all, macs))
}

fn tract(onnx: &[u8], input: &[f32], shape: [usize; 4]) -> anyhow::Result<Contender> {
    let reader = tract_onnx::onnx().with_ignore_output_shapes(true).with_ignore_value_info(true);
    let mut model = reader.model_for_read(&mut &*onnx)?;
    model.set_input_fact(0, InferenceFact::dt_shape(f32::datum_type(), shape))?;
    let plan = model.into_optimized()?.into_runnable()?;
    let tensor = Tensor::from_shape(&shape, input)?;
    Ok(Contender::new("tract", move || {
        std::hint::black_box(plan.run(tvec!(tensor.clone().into_tvalue()))?);
        Ok(())
    }))
}

impl Contender {
    fn new(name: &'static str, run: impl FnMut() -> anyhow::Result<()> + 'static) -> Self {
        Self { name, run: Box::new(run), times_ms: vec![] }
    }

    /// Runs twice and times the second one, so that the caches hold this contender's data.
    fn turn(&mut self) -> anyhow::Result<()> {
        (self.run)()?;
        let start_ms = cpu_ms();
        (self.run)()?;
        self.times_ms.push(cpu_ms() - start_ms);
        Ok(())
    }
}

fn report(network: &str, contenders: &mut [Contender], macs: f64) {
    for contender in contenders.iter_mut() {
        contender.times_ms.sort_by(f64::total_cmp);
    }
    let median = |contender: &Contender| contender.times_ms[contender.times_ms.len() / 2];
    let tract = median(&contenders[0]);
    for contender in &*contenders {
        let (median, least) = (median(contender), contender.times_ms[0]);
        let (name, ratio, rate) = (contender.name, median / tract, macs / median / 1e6);
        println!("| {network} | {name} | {median:.2} | {least:.2} | {ratio:.2}× | {rate:.1} |");
    }
}

/// CPU time of this thread, so that other programs of a busy machine count little; wall time where
/// there is no `/proc`.
fn cpu_ms() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    // Linux brings the counter up to date when a thread yields.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match text.split(' ').next().and_then(|text| text.parse::<u64>().ok()) {
        Some(nanoseconds) => nanoseconds as f64 / 1e6,
        None => START.elapsed().as_secs_f64() * 1e3,
    }
}
