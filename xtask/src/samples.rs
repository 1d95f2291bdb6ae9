//! The photos of the demo: by path, from the folder that `FACEMATCH_SAMPLES` names, or from an npm package.

use crate::models;
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

const HOW: &str = "\
The demo needs three photos: two of one person, one of somebody else. Give them by path:

    cargo xtask demo me-1.jpg me-2.jpg somebody-else.jpg

or name a folder in which photos of one person share a name but for digits at its end (anna.jpg, anna2.jpg, budi.jpg):

    FACEMATCH_SAMPLES=path/to/photos cargo xtask demo";

/// What the npm package's photos can and cannot show.
const FROM_NPM: &str = "\
*** FACEMATCH_SAMPLES is not set: these photos come from an npm package. It shows nobody twice, so the second photo of
*** each person is cut from the same photo as the first. That they match shows that everything works, not how well.";

/// Two photos of one person and one of another.
pub(crate) struct Samples {
    pub(crate) photo: PathBuf,
    pub(crate) same: PathBuf,
    pub(crate) other: PathBuf,
}

impl Samples {
    /// Takes three paths, or looks into the samples folder.
    ///
    /// # Errors
    /// When there are no such photos; the message says how to give them.
    pub(crate) fn find(paths: &[String]) -> Result<Self> {
        Self::given(paths)?.map_or_else(Self::in_folder, Ok)
    }

    /// The photos at three paths; `None` if there are no paths.
    ///
    /// # Errors
    /// When there are more or less, or no photos there; the message says how to give them.
    pub(crate) fn given(paths: &[String]) -> Result<Option<Self>> {
        match paths {
            [] => Ok(None),
            [photo, same, other] => {
                let [photo, same, other] = [photo, same, other].map(PathBuf::from);
                Self { photo, same, other }.existing().map(Some)
            }
            _ => bail!("{HOW}"),
        }
    }

    /// Looks into the samples folder, of which only `portraits` if it has such a folder: groups show nobody in particular.
    ///
    /// # Errors
    /// When it has no such photos; the message says how to give them.
    pub(crate) fn in_folder() -> Result<Self> {
        let samples = models::samples().context(HOW)?;
        let portraits = samples.join("portraits");
        let folder = if portraits.is_dir() { portraits } else { samples };
        let mut people = BTreeMap::<String, Vec<PathBuf>>::new();
        collect(&folder, &mut people)
            .with_context(|| format!("cannot read {}", folder.display()))?;
        let pair = people.iter().filter(|(_, photos)| photos.len() >= 2).max_by_key(|p| p.1.len());
        let (person, photos) = pair.context(HOW)?;
        let other = people.iter().find(|(name, photos)| *name != person && photos.len() >= 2);
        let other = other.or_else(|| people.iter().find(|(name, _)| *name != person));
        let other = &other.context(HOW)?.1[0];
        Ok(Self { photo: photos[0].clone(), same: photos[1].clone(), other: other.clone() })
    }

    /// Says what these photos cannot show, if they are the npm package's.
    pub(crate) fn tell(&self) {
        if models::npm_photos().is_some_and(|folder| self.photo.starts_with(folder)) {
            println!("{FROM_NPM}");
        }
    }

    fn existing(self) -> Result<Self> {
        for path in [&self.photo, &self.same, &self.other] {
            fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
        }
        Ok(self)
    }
}

/// Sorts the photos below `folder` by the name of the person in them.
fn collect(folder: &Path, people: &mut BTreeMap<String, Vec<PathBuf>>) -> Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for path in entries.iter().map(fs::DirEntry::path) {
        if path.is_dir() {
            collect(&path, people)?;
        } else if let Some(person) = person(&path) {
            people.entry(person).or_default().push(path);
        }
    }
    Ok(())
}

/// `photos/anna2.jpg` shows `photos/anna`.
fn person(path: &Path) -> Option<String> {
    let kind = path.extension()?.to_str()?.to_lowercase();
    let stem = path.file_stem()?.to_str()?.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_photo = ["jpg", "jpeg", "png", "webp"].contains(&kind.as_str());
    (is_photo && !stem.is_empty() && !stem.ends_with('_'))
        .then(|| path.with_file_name(stem).to_string_lossy().into_owned())
}
