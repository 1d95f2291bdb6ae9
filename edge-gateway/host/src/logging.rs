use std::io::{self, IsTerminal};
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt,
};

/// Crates that print requests, variables or bodies when they are asked for details: tokens, keys and presigned queries
/// would be in them.
const TALKATIVE: [&str; 2] = ["wasmtime", "s3s"];

/// Logs go to standard error: coloured lines on a terminal, JSON lines elsewhere. `RUST_LOG` filters them, but gets no
/// secret out of anybody.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,s3s=error,sqlx=warn,tract=warn"));
    let logs = tracing_subscriber::registry().with(filter).with(filter_fn(keeps_secrets));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    if io::stderr().is_terminal() {
        logs.with(lines.with_target(false)).init();
    } else {
        logs.with(lines.json()).init();
    }
}

fn keeps_secrets(metadata: &Metadata<'_>) -> bool {
    let is_talkative = TALKATIVE.iter().any(|name| metadata.target().starts_with(name));
    !is_talkative || *metadata.level() <= Level::WARN
}
