//! Rules of the tree, as tests: which crate may know which, and what must not stand in a file.

use crate::process::root;
use std::{fs, path::Path, process::Command};

/// Each crate and the crates of ours that it may depend on. Dependencies point one way.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("bench/ffi", &["contract", "matching", "nn", "nn-compile", "vision"]),
    ("core/contract", &[]),
    ("core/face-api", &["matching", "vision"]),
    ("core/nn", &[]),
    ("core/nn-compile", &["nn"]),
    ("core/presign", &[]),
    ("core/seal", &[]),
    ("core/vision", &["contract", "nn"]),
    ("core/evaluation", &[]),
    ("core/matching", &["contract", "vision", "nn", "nn-compile"]),
    ("edge-gateway/gateway", &["contract", "presign"]),
    ("edge-gateway/component", &["contract", "gateway"]),
    ("edge-gateway/bucket", &["contract", "presign", "seal"]),
    ("edge-gateway/chaos", &["contract", "bucket", "partner", "presign"]),
    ("edge-gateway/engine", &["contract", "bucket", "seal"]),
    ("edge-gateway/oracles", &["contract", "engine", "gateway", "presign", "seal"]),
    (
        "edge-gateway/host",
        &[
            "contract",
            "face-api",
            "vision",
            "matching",
            "nn",
            "nn-compile",
            "gateway",
            "bucket",
            "engine",
            "evaluation",
            "presign",
            "seal",
            "partner",
        ],
    ),
    ("web-sdk/wasm", &["contract", "vision"]),
    ("www/partner", &["contract", "vision"]),
    ("xtask", &[]),
];

#[test]
fn dependencies_point_one_way() {
    for (member, allowed) in MAY_KNOW {
        let manifest = fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap();
        let known = manifest.lines().filter_map(|line| line.strip_prefix("facematch-"));
        for dependency in known.filter_map(|line| line.split([' ', '.']).next()) {
            assert!(allowed.contains(&dependency), "{member} must not know facematch-{dependency}");
        }
    }
}

#[test]
fn every_member_has_its_rule() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, members) = manifest.split_once("members = [").unwrap();
    let (members, _) = members.split_once(']').unwrap();
    for member in members.split('"').filter(|text| text.contains('/') || *text == "xtask") {
        assert!(
            MAY_KNOW.iter().any(|(name, _)| *name == member),
            "{member} has no rule in tidy.rs"
        );
    }
}

/// The core has no I/O, no clock and no random numbers.
#[test]
fn the_core_is_pure() {
    let banned = ["std::fs", "std::net", "std::env", "SystemTime", "Instant", "getrandom", "tokio"];
    let crates =
        ["contract", "evaluation", "face-api", "nn", "presign", "seal", "vision", "matching"];
    for crate_name in crates {
        for file in rust_files(&root().join("core").join(crate_name).join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            // Unit tests may read what they like.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in banned {
                assert!(!code.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}

#[test]
fn no_tracked_file_names_a_path_of_one_machine() {
    let output = Command::new("git")
        .args(["grep", "-nE", r"(^|[^A-Za-z0-9._-])/(work|root)/", "--"])
        .args([".", ":!*.lock"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
