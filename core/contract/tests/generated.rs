//! The committed files are what the contract generates. `UPDATE_GOLDEN=1` rewrites them.
#![cfg(feature = "schema")]

use facematch_contract::generate::{docs_html, openapi_json, typescript};
use std::{fs, path::Path};

#[test]
fn generated_files_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = [
        ("openapi.json", openapi_json()),
        ("docs.html", docs_html()),
        ("../../web-sdk/src/contract.ts", typescript()),
    ];
    for (name, want) in cases {
        let path = root.join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &want).unwrap();
        }
        let have = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            have == want,
            "{name} is out of date: run `cargo xtask generate` and look at the diff"
        );
    }
}
