use super::{Outcome, study::Found};
use anyhow::{Context, Result};
use facematch_contract::{ReasonCode, Role};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
    sync::{Mutex, PoisonError},
};

/// Templates of an earlier run, in a file of one JSON line a photo. A run that was cut off goes on where it was: a torn
/// last line is left out.
///
/// The file holds biometric templates; only its owner can read it.
pub(crate) struct Cache {
    known: HashMap<(String, Role), Line>,
    file: Mutex<File>,
}

/// The first line: templates count only for the pack and the very program that made them.
#[derive(Serialize, Deserialize, PartialEq)]
struct Head {
    program: String,
    pack: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Line {
    sha256: String,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<Found>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<ReasonCode>,
}

impl Cache {
    /// Opens the file, or starts it anew where it is another program's or another pack's.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub(crate) fn open(path: &Path, pack: &str) -> Result<Self> {
        let head = Head { program: program()?, pack: pack.to_owned() };
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut lines = text.lines();
        let same = lines.next().and_then(|line| serde_json::from_str(line).ok()) == Some(head);
        let known: HashMap<_, _> = match same {
            true => lines.filter_map(|line| serde_json::from_str(line).ok()).map(keyed).collect(),
            false => HashMap::new(),
        };
        let cannot = || format!("cannot write {}", path.display());
        let head = Head { program: program()?, pack: pack.to_owned() };
        let file = rewrite(path, &head, known.values()).with_context(cannot)?;
        Ok(Self { known, file: Mutex::new(file) })
    }

    /// What is known of a file with this SHA-256.
    pub(crate) fn get(&self, sha256: &str, role: Role) -> Option<Outcome> {
        let line = self.known.get(&(sha256.to_owned(), role))?;
        match (&line.found, line.reason) {
            (Some(found), _) => Some(Ok(found.clone())),
            (None, Some(reason)) => Some(Err(reason)),
            (None, None) => None,
        }
    }

    /// Adds what was found.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn put(&self, sha256: &str, role: Role, outcome: &Outcome) -> Result<()> {
        let line = Line {
            sha256: sha256.to_owned(),
            role,
            found: outcome.as_ref().ok().cloned(),
            reason: outcome.as_ref().err().copied(),
        };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(write_line(&mut file, &line)?)
    }
}

fn keyed(line: Line) -> ((String, Role), Line) {
    ((line.sha256.clone(), line.role), line)
}

/// Which program this is: any new build is another.
fn program() -> Result<String> {
    let file = fs::metadata(std::env::current_exe()?)?;
    let since = file.modified()?.duration_since(std::time::UNIX_EPOCH)?;
    Ok(format!("{}-{}-{}", env!("CARGO_PKG_VERSION"), file.len(), since.as_nanos()))
}

/// Writes what is known anew, so that no torn line stays in the middle.
fn rewrite<'a>(
    path: &Path,
    head: &Head,
    known: impl Iterator<Item = &'a Line>,
) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    write_line(&mut file, head)?;
    for line in known {
        write_line(&mut file, line)?;
    }
    Ok(file)
}

fn write_line(file: &mut File, line: &impl Serialize) -> std::io::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use facematch_contract::Quality;
    use facematch_vision::{Alignment, Face, Photo, Rect, View, measure};

    fn found(first: f32) -> Outcome {
        Ok(Found {
            vector: vec![first, 0.25],
            inter_eye_px: 40.5,
            quality: quality(),
            refusal: None,
        })
    }

    fn quality() -> Quality {
        let photo = Photo::from_rgb(64, 64, vec![9; 64 * 64 * 3]).unwrap();
        let rect = Rect { x: 8.0, y: 8.0, width: 40.0, height: 40.0 };
        measure(
            &photo,
            &Face { rect, landmarks: Alignment::ARCFACE_112.template, score: 0.9 },
            View::default(),
        )
    }

    fn value(outcome: Option<Outcome>) -> Option<f32> {
        outcome.and_then(Result::ok).map(|found| found.vector[0])
    }

    #[test]
    fn a_run_that_was_cut_off_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache");
        let cache = Cache::open(&path, "pack-1").unwrap();
        cache.put("aa", Role::Selfie, &found(0.5)).unwrap();
        cache.put("bb", Role::Selfie, &Err(ReasonCode::NoFace)).unwrap();
        drop(cache);
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str("{\"sha256\":\"cc\",\"ro");
        fs::write(&path, text).unwrap();

        let cache = Cache::open(&path, "pack-1").unwrap();
        assert_eq!(value(cache.get("aa", Role::Selfie)), Some(0.5));
        assert_eq!(cache.get("bb", Role::Selfie).unwrap().unwrap_err(), ReasonCode::NoFace);
        assert!(cache.get("aa", Role::IdPortrait).is_none());
        assert!(cache.get("cc", Role::Selfie).is_none());
        cache.put("cc", Role::Selfie, &found(0.75)).unwrap();
        drop(cache);
        let cache = Cache::open(&path, "pack-1").unwrap();
        assert_eq!(value(cache.get("cc", Role::Selfie)), Some(0.75));
    }

    #[test]
    fn another_pack_starts_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache");
        Cache::open(&path, "pack-1").unwrap().put("aa", Role::Selfie, &found(0.5)).unwrap();
        assert!(Cache::open(&path, "pack-2").unwrap().get("aa", Role::Selfie).is_none());
    }
}
