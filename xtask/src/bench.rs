//! `cargo xtask bench`: figures, printed and not asserted.

use crate::{
    demo::prepare,
    process::{self, built, facematch, step},
    samples::Samples,
    server::DemoServer,
};
use anyhow::Result;

pub(crate) fn run(paths: &[String]) -> Result<()> {
    let samples = Samples::find(paths)?;
    prepare()?;
    step("compare, cold", || {
        let mut compare = facematch(&["compare", "--timings"])?;
        process::run(compare.args([&samples.photo, &samples.same]))
    })?;
    let server = step("server", DemoServer::start)?;
    step("confirm → completed", || {
        let mut partner = built("facematch-partner", &["latency"])?;
        partner.args([&samples.photo, &samples.same]);
        process::run(
            partner.arg("--api").arg(server.url()).arg("--credentials").arg(server.credentials()),
        )
    })
}
