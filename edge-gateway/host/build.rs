//! Builds the gateway component for wasm32-wasip2, so that the binary can embed it.

use std::{env, path::PathBuf, process::Command};

fn main() {
    let out_dir = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    let sources = ["../component", "../gateway", "../../core/contract", "../../core/presign"];
    for source in sources {
        println!("cargo::rerun-if-changed={source}/src");
        println!("cargo::rerun-if-changed={source}/Cargo.toml");
    }
    let files = [
        "core/contract/openapi.json",
        "core/contract/docs.html",
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
    ];
    for file in files {
        println!("cargo::rerun-if-changed=../../{file}");
    }

    let target_dir = component_target_dir(&out_dir);
    let status = Command::new(env::var("CARGO").expect("cargo sets CARGO"))
        .args(["build", "--package", "facematch-component", "--target", "wasm32-wasip2"])
        .args(["--profile", "component", "--target-dir"])
        .arg(&target_dir)
        // The host's flags and wrappers (clippy's, for one) are not for the guest.
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTFLAGS")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .status()
        .expect("cargo can be started");
    assert!(
        status.success(),
        "the gateway component did not build; if the target is missing: rustup target add wasm32-wasip2"
    );
    let wasm = target_dir.join("wasm32-wasip2/component/facematch_component.wasm");
    println!("cargo::rustc-env=FACEMATCH_COMPONENT={}", wasm.display());
}

/// A folder of its own beside the profiles' folders: the outer cargo holds the lock of its own.
fn component_target_dir(out_dir: &std::path::Path) -> PathBuf {
    // OUT_DIR is <target>/<profile>/build/<package>/out.
    out_dir.ancestors().nth(4).unwrap_or(out_dir).join("component")
}
