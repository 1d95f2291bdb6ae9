//! `facematch-nn-compile in.onnx out.fmnn [--f16]`: compiles a network and says how large it is.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use facematch_nn::{Network, Precision, Session};

/// Compiles an ONNX network for the facematch-nn engine.
#[derive(Debug, Parser)]
struct Args {
    /// The ONNX file.
    onnx: PathBuf,
    /// The network file to write.
    network: PathBuf,
    /// Write weights as 16-bit floats: half the size, for browsers.
    #[arg(long)]
    f16: bool,
    /// Sides of a square input at which to count multiplications, in pixels.
    #[arg(long, default_values_t = [112, 320, 640])]
    side: Vec<usize>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let onnx = std::fs::read(&args.onnx).with_context(|| format!("reading {:?}", args.onnx))?;
    let graph = facematch_nn_compile::compile(&onnx)?;
    let precision = if args.f16 { Precision::F16 } else { Precision::F32 };
    let bytes = graph.to_bytes(precision)?;
    std::fs::write(&args.network, &bytes).with_context(|| format!("writing {:?}", args.network))?;
    println!("{} layers, {} bytes (ONNX: {})", graph.layers.len(), bytes.len(), onnx.len());
    let network = Network::new(&graph)?;
    for side in args.side {
        // A network for one size of input has no count at the others.
        if let Ok(session) = Session::new(&network, side, side) {
            let (macs, kib) = (session.macs() as f64 / 1e6, session.memory_bytes() / 1024);
            println!("{side}x{side}: {macs:.1} million multiplications, {kib} KiB of maps");
        }
    }
    Ok(())
}
