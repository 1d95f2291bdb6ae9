use std::io::{self, IsTerminal};
use tracing_subscriber::EnvFilter;

/// Logs go to standard error: coloured lines on a terminal, JSON lines elsewhere. `RUST_LOG` filters them.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,s3s=error,sqlx=warn,tract=warn"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if io::stderr().is_terminal() {
        logs.with_target(false).init();
    } else {
        logs.json().init();
    }
}
