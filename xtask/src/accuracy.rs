//! `cargo xtask accuracy`: the figures of docs/accuracy.md, and a small guard against a fall in every test run.

use crate::{
    demo::prepare,
    process::{self, facematch, root, step, target_dir},
};
use anyhow::{Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The folder with `lfw-dev` and `idcards-dev`.
const DATA: &str = "FACEMATCH_DATA";
/// What stands between these lines of docs/accuracy.md is written here.
const BEGIN: &str = "<!-- figures of `cargo xtask accuracy` -->\n";
const END: &str = "<!-- end of figures -->\n";

/// The whole evaluation: some three minutes on two cores. Rewrites docs/accuracy.md.
///
/// # Errors
/// When there is no data or a step fails.
pub(crate) fn run() -> Result<()> {
    let data =
        data().with_context(|| format!("{DATA} names no folder with lfw-dev and idcards-dev"))?;
    prepare()?;
    let selfies = step("selfies", || evaluate(&data, "lfw-dev", &["--faults", "100"]))?;
    let cards = step("identity cards", || evaluate(&data, "idcards-dev", &[]))?;
    let figures =
        format!("### Selfies: `lfw-dev`\n\n{selfies}\n### Cards: `idcards-dev`\n\n{cards}\n");
    let page = root().join("docs/accuracy.md");
    let text = fs::read_to_string(&page)?;
    let (head, rest) = text.split_once(BEGIN).context("docs/accuracy.md has lost its mark")?;
    let (_, tail) = rest.split_once(END).context("docs/accuracy.md has lost its end mark")?;
    fs::write(&page, format!("{head}{BEGIN}\n{figures}{END}{tail}"))?;
    println!("reports with curves and the worst errors: {}", folder().display());
    Ok(())
}

/// A part of the selfies and all cards; fails where the true match rate falls. Says so where there is no data.
///
/// # Errors
/// When a rate is too low.
pub(crate) fn guard() -> Result<()> {
    let Some(data) = data() else {
        anyhow::ensure!(env::var_os("FACEMATCH_REQUIRE_DATA").is_none(), "{DATA} is not set");
        println!("*** no evaluation data ({DATA}): the guard of accuracy is SKIPPED.\n");
        return Ok(());
    };
    step("accuracy, guarded", || {
        let pairs = first_fold(&data.join("lfw-dev/pairs.csv"))?;
        let mut selfies = command(&data, "lfw-dev", &pairs)?;
        process::run(selfies.args(["--least-tmr", "1e-3=0.97", "--least-tmr", "1e-4=0.94"]))?;
        let mut cards = command(&data, "idcards-dev", &data.join("idcards-dev/pairs.csv"))?;
        process::run(cards.args(["--least-tmr", "1e-2=0.95", "--least-tmr", "1e-3=0.88"]))
    })
}

fn data() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os(DATA)?);
    let folder = fs::canonicalize(folder).ok()?;
    folder.join("lfw-dev/pairs.csv").is_file().then_some(folder)
}

fn folder() -> PathBuf {
    target_dir().join("accuracy")
}

/// Evaluates a set and gives its figures as Markdown.
fn evaluate(data: &Path, set: &str, more: &[&str]) -> Result<String> {
    let to = |kind: &str| folder().join(format!("{set}.{kind}"));
    let mut eval = command(data, set, &data.join(set).join("pairs.csv"))?;
    eval.arg("--json").arg(to("json")).arg("--html").arg(to("html")).arg("--md").arg(to("md"));
    process::run(eval.args(more))?;
    Ok(fs::read_to_string(to("md"))?)
}

fn command(data: &Path, set: &str, pairs: &Path) -> Result<Command> {
    fs::create_dir_all(folder())?;
    let mut eval = facematch(&["eval", "--all-pairs", "--pairs"])?;
    eval.arg(pairs).arg("--root").arg(data.join(set).join("images"));
    if set != "lfw-dev" {
        eval.arg("--root").arg(data.join("lfw-dev/images"));
    }
    Ok(eval)
}

/// The rows of the table's first fold, as a table of its own.
fn first_fold(table: &Path) -> Result<PathBuf> {
    let text = fs::read_to_string(table)?;
    let head = text.lines().next().unwrap_or_default();
    let rows = text.lines().skip(1).filter(|line| line.starts_with("1,"));
    let part: Vec<&str> = std::iter::once(head).chain(rows).collect();
    fs::create_dir_all(folder())?;
    let path = folder().join("first-fold.csv");
    fs::write(&path, part.join("\n") + "\n")?;
    Ok(path)
}
