//! `cargo xtask supply-chain`: licences, sources and advisories of what we build on, and lists of it (SBOM).

use crate::{
    process::{self, cargo, root, step, target_dir},
    tools,
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Set where a database of advisories that cannot be had is a failure.
const REQUIRED: &str = "FACEMATCH_REQUIRE_ADVISORIES";
/// A licence that some of our dependencies need: without it the check must fail.
const NEEDED: &str = "    \"ISC\",\n";
const CHECK: &[&str] = &["check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
const NPM: &[&str] = &["web-sdk", "www/site", "bench/web"];
/// Longest reason for leaving something out.
const MAX_REASON_CHARS: usize = 800;
/// What cargo-cyclonedx writes beside each manifest of the workspace.
const BESIDE_MANIFEST: &str = "sbom.cdx";

/// Something that is shipped, and the crate that it is built of.
struct Product {
    name: &'static str,
    member: &'static str,
    package: &'static str,
    /// None: whatever this machine is.
    target: Option<&'static str>,
}

const PRODUCTS: &[Product] = &[
    Product {
        name: "facematch",
        member: "edge-gateway/host",
        package: "facematch-host",
        target: None,
    },
    Product {
        name: "facematch-gateway",
        member: "edge-gateway/component",
        package: "facematch-component",
        target: Some("wasm32-wasip2"),
    },
    Product {
        name: "facematch-web",
        member: "web-sdk/wasm",
        package: "facematch-web",
        target: Some("wasm32-unknown-unknown"),
    },
];

pub(crate) fn run() -> Result<()> {
    let deny = tools::cargo_deny()?;
    step("licences, bans and sources", || process::run(deny_with(&deny, &config(), CHECK)))?;
    step("the same without a licence that is needed", || control(&deny))?;
    let mut skipped = Vec::new();
    skipped.extend(step("advisories of crates (RustSec)", || advisories(&deny))?);
    for folder in NPM {
        skipped.extend(step(&format!("advisories of npm, {folder}"), || npm_audit(folder))?);
    }
    step("lists of what is shipped (CycloneDX)", list_products)?;
    for reason in &skipped {
        println!("*** SKIPPED: {reason}");
    }
    ensure!(skipped.is_empty() || env::var_os(REQUIRED).is_none(), "{REQUIRED} is set");
    Ok(())
}

fn config() -> PathBuf {
    root().join("deny.toml")
}

fn deny_with(deny: &Path, config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(deny);
    command.arg("--locked").arg("--config").arg(config).args(arguments).current_dir(root());
    command
}

/// Shows that the check of licences can fail.
fn control(deny: &Path) -> Result<()> {
    let text = fs::read_to_string(config())?;
    ensure!(text.contains(NEEDED), "deny.toml does not list the control's licence");
    let without = target_dir().join("deny-control.toml");
    fs::write(&without, text.replace(NEEDED, ""))?;
    let output = deny_with(deny, &without, &["check", "licenses"]).output()?;
    let refused = says(&output).contains("rejected") && !output.status.success();
    ensure!(refused, "a licence that is not allowed passes:\n{}", says(&output));
    println!("refused, as it must be");
    Ok(())
}

/// Looks for known faults of our crates. The database is a git repository on GitHub, and nowhere else.
fn advisories(deny: &Path) -> Result<Option<String>> {
    let fetch = deny_with(deny, &config(), &["fetch", "db"]).output()?;
    if !fetch.status.success() {
        return Ok(Some(format!("RustSec's database cannot be had: {}", reason(&fetch))));
    }
    process::run(deny_with(deny, &config(), &["check", "advisories"]))?;
    Ok(None)
}

fn npm_audit(folder: &str) -> Result<Option<String>> {
    let mut audit = Command::new(tools::npm()?);
    audit.args(["audit", "--package-lock-only", "--json", "--audit-level", "high"]);
    let output = audit.current_dir(root().join(folder)).output()?;
    let report = String::from_utf8_lossy(&output.stdout);
    // Without a report it was the registry that failed.
    match (report.contains("\"auditReportVersion\""), output.status.success()) {
        (false, _) => {
            Ok(Some(format!("npm's registry gives no audit of {folder}: {}", reason(&output))))
        }
        (true, true) => Ok(None),
        (true, false) => bail!("{folder}: {report}"),
    }
}

fn says(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// What a program that failed said of it, in one line.
fn reason(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let words: Vec<&str> = said.split_whitespace().collect();
    words.join(" ").chars().take(MAX_REASON_CHARS).collect()
}

/// Writes a list for each product, and looks whether all of it is there.
fn list_products() -> Result<()> {
    let written = list_members().and_then(|()| PRODUCTS.iter().try_for_each(list));
    for member in members()? {
        fs::remove_file(root().join(member).join(BESIDE_MANIFEST).with_extension("cdx.json")).ok();
    }
    written
}

/// One call lists every member, for all targets and with the features of the whole workspace: more than is shipped.
fn list_members() -> Result<()> {
    let mut command = Command::new(tools::cargo_cyclonedx()?);
    command.args(["cyclonedx", "--format", "json", "--spec-version", "1.5", "--target", "all"]);
    command.args(["--override-filename", BESIDE_MANIFEST, "--quiet"]).current_dir(root());
    process::run(command)
}

fn list(product: &Product) -> Result<()> {
    let written = root().join(product.member).join(BESIDE_MANIFEST).with_extension("cdx.json");
    let list = fs::read_to_string(&written)?.replace(&root().display().to_string(), "");
    let tree = tree(product)?;
    let missing = missing(&list, &tree);
    ensure!(missing.is_empty(), "the list of {} lacks {missing:?}", product.name);
    let folder = target_dir().join("sbom");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{}.cdx.json", product.name));
    fs::write(&path, list)?;
    println!("{}", path.display());
    Ok(())
}

/// What cargo compiles into a product, one `name vVERSION` a line.
fn tree(product: &Product) -> Result<String> {
    let mut tree = cargo(&["tree", "--locked", "--edges", "normal,no-proc-macro"]);
    tree.args(["--prefix", "none", "--format", "{p}", "--package", product.package]);
    if let Some(target) = product.target {
        tree.args(["--target", target]);
    }
    let output = tree.output()?;
    ensure!(output.status.success(), "{}", says(&output));
    let tree = String::from_utf8(output.stdout).context("cargo tree is no text")?;
    // The first line is the product itself.
    Ok(tree.lines().skip(1).map(|line| format!("{line}\n")).collect())
}

/// The crates of `tree` that `list` does not name.
fn missing<'a>(list: &str, tree: &'a str) -> Vec<&'a str> {
    let is_named = |line: &&str| {
        let mut words = line.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let purl = format!("pkg:cargo/{name}@{}", version.trim_start_matches('v'));
        ["\"", "?"].iter().any(|end| list.contains(&format!("{purl}{end}")))
    };
    tree.lines().filter(|line| !line.is_empty() && !is_named(line)).collect()
}

/// Folders of the workspace's members.
fn members() -> Result<Vec<String>> {
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let list = manifest.split_once("members = [").and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) = list.context("Cargo.toml lists no members")?;
    Ok(list.split('"').skip(1).step_by(2).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_a_list_lacks_is_noticed() {
        let list =
            r#"{"purl": "pkg:cargo/a@1.0.0"}, {"purl": "pkg:cargo/b@2.0.0?download_url=file://."}"#;
        let cases = [
            ("a v1.0.0\nb v2.0.0 (b)\n", [].as_slice()),
            ("a v1.0.0\na v1.0\n", &["a v1.0"]),
            ("c v1.0.0\n", &["c v1.0.0"]),
        ];
        for (tree, want) in cases {
            assert_eq!(missing(list, tree), want, "{tree}");
        }
    }

    #[test]
    fn members_are_found() {
        let members = members().unwrap();
        assert!(PRODUCTS.iter().all(|product| members.iter().any(|name| name == product.member)));
        assert!(members.iter().all(|name| root().join(name).join("Cargo.toml").is_file()));
    }
}
