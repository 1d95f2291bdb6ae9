//! Small C programs that come between a server and its system; the linker that Rust needs anyway compiles them.

use anyhow::{Context, Result, ensure};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A piece of C in this binary.
#[derive(Clone, Copy)]
pub(crate) enum Shim {
    /// To preload: a wall clock that can be set.
    Clock,
    /// To preload: syncs that do nothing.
    NoSync,
    /// To run: cuts the power of a mounted file system.
    Cut,
}

impl Shim {
    fn source(self) -> (&'static str, &'static str, &'static [&'static str]) {
        const PRELOADED: &[&str] = &["-shared", "-fPIC"];
        match self {
            Self::Clock => ("clock", include_str!("../shims/clock.c"), PRELOADED),
            Self::NoSync => ("nosync", include_str!("../shims/nosync.c"), PRELOADED),
            Self::Cut => ("cut", include_str!("../shims/cut.c"), &[]),
        }
    }

    /// Compiles it into `folder`.
    ///
    /// # Errors
    /// When there is no C compiler, or it does not compile.
    pub(crate) fn build(self, folder: &Path) -> Result<PathBuf> {
        let (name, text, flags) = self.source();
        let (source, built) = (folder.join(format!("{name}.c")), folder.join(name));
        std::fs::write(&source, text)?;
        let mut compiler = Command::new("cc");
        compiler.args(["-O2", "-Wall", "-Werror"]).args(flags).arg(&source).arg("-o").arg(&built);
        let status = compiler.status().context("there is no C compiler (cc)")?;
        ensure!(status.success(), "{name}.c does not compile");
        Ok(built)
    }
}
