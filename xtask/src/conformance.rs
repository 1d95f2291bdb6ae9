//! The API against its own OpenAPI document: schemathesis, from PyPI, tries every operation of a real server.

use crate::{
    process::{self, root, step},
    server::DemoServer,
    tools,
};
use anyhow::Result;
use std::{env, process::Command};

/// Time for trying, beside a few seconds for setting up.
const SECONDS: &str = "40";

/// `with_models`: whether the server can match, so that there are results to look at.
pub(crate) fn run(with_models: bool) -> Result<()> {
    let Some(python) = python()? else { return Ok(()) };
    let mut arguments = vec!["--partner-rate", "1000000"];
    if !with_models {
        arguments.extend(["--roles", "gateway,bucket,engine,callbacks,sweeper"]);
    }
    step("API conformance", || {
        let server = DemoServer::start_with(&arguments)?;
        let mut command = Command::new(&python);
        command.arg(root().join("edge-gateway/conformance/run.py")).args(["--seconds", SECONDS]);
        command.arg("--api").arg(server.url()).arg("--credentials").arg(server.credentials());
        process::run(command)
    })
}

/// A Python with schemathesis; `None`, said loudly, where there is none and nobody asks for all tests.
fn python() -> Result<Option<std::path::PathBuf>> {
    match tools::python(
        "conformance-venv",
        &root().join("edge-gateway/conformance/requirements.txt"),
    ) {
        Ok(python) => Ok(Some(python)),
        Err(error) if env::var_os("FACEMATCH_REQUIRE_DATA").is_some() => Err(error),
        Err(error) => {
            println!("*** {error:#}\n*** The test of the API's conformance is SKIPPED.\n");
            Ok(None)
        }
    }
}
