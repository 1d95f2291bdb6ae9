use super::{Cache, Outcome, Subject, on_all_cores, study_all};
use crate::{Pipeline, load_pack};
use anyhow::{Context, Result};
use clap::ValueEnum;
use facematch_contract::{Mode, Role};
use facematch_evaluation::{Comparisons, IdentityRule, Kind, Pairs, PairsError, Rates, Sides};
use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Which photos are compared, and how.
#[derive(clap::Args, Clone)]
pub(crate) struct TableOptions {
    /// Table of pairs: CSV with the columns a, b, same (or selfie, card, same), perhaps fold, identity_a, identity_b;
    /// any other column is a group
    #[arg(long, value_name = "CSV")]
    pub(crate) pairs: PathBuf,
    /// Folder that the table's paths start from; may be given several times
    #[arg(long, value_name = "DIR", required = true)]
    pub(crate) root: Vec<PathBuf>,
    /// Compare every photo with every other, not only the table's pairs
    #[arg(long)]
    pub(crate) all_pairs: bool,
    /// How a path tells whose photo it is [default: whichever agrees with the table]
    #[arg(long, value_enum)]
    pub(crate) identity: Option<Identity>,
    /// Compare the table's second photos with every photo below this folder too, for more impostor pairs; may be given
    /// several times. Goes with --all-pairs
    #[arg(long, value_name = "DIR")]
    pub(crate) impostors: Vec<PathBuf>,
    /// Leave out this photo of --impostors, such as a mislabelled one; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) skip: Vec<String>,
    /// Keep templates in this file and reuse them, so that a run that was cut off goes on. It holds biometric data
    #[arg(long, value_name = "FILE")]
    pub(crate) cache: Option<PathBuf>,
    /// Model pack
    #[arg(long, env = "FACEMATCH_PACK", default_value = "standard")]
    pub(crate) pack: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Identity {
    /// The photo's folder
    Folder,
    /// The file's name without the numbers at its end
    Name,
}

/// A table with its templates and cosines.
pub(crate) struct Evaluated {
    pub(crate) pipeline: Pipeline,
    pub(crate) pairs: Pairs,
    pub(crate) subjects: Vec<Subject>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) templates: Vec<Option<Vec<f32>>>,
    pub(crate) kind: Kind,
    pub(crate) mode: Mode,
    pub(crate) lost: (usize, usize),
    pub(crate) rates: Rates,
    pub(crate) took: Duration,
}

impl Evaluated {
    /// The rates with those cards alone whose portrait has a distance between the eyes, in pixels, in `band`.
    pub(crate) fn rates_of_cards(&self, band: Range<f32>) -> Rates {
        let inside =
            |index: usize| match (&self.outcomes[index], self.pairs.photos[index].is_second) {
                (Ok(found), true) => band.contains(&found.inter_eye_px),
                _ => true,
            };
        let of = |(index, template): (usize, &Option<Vec<f32>>)| {
            template.clone().filter(|_| inside(index))
        };
        let templates: Vec<_> = self.templates.iter().enumerate().map(of).collect();
        Rates::new(compare(&self.pairs, &templates, self.kind))
    }
}

/// Reads the table, looks at its photos and compares them.
///
/// # Errors
/// When the table cannot be used, a photo is missing, or a network fails.
pub(crate) fn evaluate(options: &TableOptions) -> Result<Evaluated> {
    let pairs = read_pairs(options)?;
    let subjects = subjects(&pairs, &options.root, &options.impostors)?;
    let pipeline = Pipeline::new(&load_pack(Some(&options.pack))?)?;
    let mode = mode(&pairs);
    let open = |path: &PathBuf| Cache::open(path, &pipeline.versions(mode).pack);
    let cache = options.cache.as_ref().map(open).transpose()?;
    let start = Instant::now();
    let outcomes = study_all(&pipeline, &subjects, cache.as_ref())?;
    let took = start.elapsed();
    let template = |outcome: &Outcome| outcome.as_ref().ok().map(|found| found.vector.clone());
    let templates: Vec<_> = outcomes.iter().map(template).collect();
    let kind = if options.all_pairs { Kind::All } else { Kind::Listed };
    let made = compare(&pairs, &templates, kind);
    let lost = (made.genuine_lost, made.impostor_lost);
    let rates = Rates::new(made);
    Ok(Evaluated { pipeline, pairs, subjects, outcomes, templates, kind, mode, lost, rates, took })
}

fn read_pairs(options: &TableOptions) -> Result<Pairs> {
    let path = options.pairs.display();
    let text = fs::read_to_string(&options.pairs).with_context(|| format!("cannot read {path}"))?;
    let mut more = more_photos(&options.impostors)?;
    more.retain(|path| !options.skip.contains(path));
    let parse = |rule| -> Result<Pairs, PairsError> {
        let mut pairs = Pairs::parse(&text, rule)?;
        if options.all_pairs {
            pairs.check_identities()?;
            more.iter().for_each(|path| pairs.add_first(path, rule));
        }
        Ok(pairs)
    };
    let pairs = match options.identity {
        Some(Identity::Folder) => parse(IdentityRule::Folder),
        Some(Identity::Name) => parse(IdentityRule::Name),
        None => match parse(IdentityRule::Folder) {
            Err(PairsError::Contradiction { .. }) => parse(IdentityRule::Name),
            other => other,
        },
    };
    pairs.with_context(|| format!("cannot use {path}"))
}

/// The photos below the folders, two levels deep: `person/photo.jpg`, as the table names photos.
fn more_photos(folders: &[PathBuf]) -> Result<Vec<String>> {
    let entries = |folder: &Path| -> Result<Vec<PathBuf>> {
        let cannot = || format!("cannot read {}", folder.display());
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).with_context(cannot)? {
            paths.push(entry.with_context(cannot)?.path());
        }
        paths.sort();
        Ok(paths)
    };
    let mut photos = Vec::new();
    for folder in folders {
        for person in entries(folder)?.iter().filter(|path| path.is_dir()) {
            let relative =
                |photo: &PathBuf| Some(photo.strip_prefix(folder).ok()?.to_str()?.to_owned());
            photos.extend(entries(person)?.iter().filter_map(relative));
        }
    }
    Ok(photos)
}

fn subjects(pairs: &Pairs, roots: &[PathBuf], more: &[PathBuf]) -> Result<Vec<Subject>> {
    let second = match pairs.sides {
        Sides::One => Role::Selfie,
        Sides::Two => Role::IdPortrait,
    };
    let roots: Vec<PathBuf> = roots.iter().chain(more).cloned().collect();
    let subject = |photo: &facematch_evaluation::Side| {
        let path = find(&photo.path, &roots)?;
        let role = if photo.is_first { Role::Selfie } else { second };
        Ok(Subject { path, role })
    };
    pairs.photos.iter().map(subject).collect()
}

fn find(path: &str, roots: &[PathBuf]) -> Result<PathBuf> {
    let found = roots.iter().map(|root| root.join(path)).find(|path| path.is_file());
    let roots = || roots.iter().map(|root| root.display().to_string()).collect::<Vec<_>>();
    found.with_context(|| format!("{path} lies in none of {}", roots().join(", ")))
}

fn mode(pairs: &Pairs) -> Mode {
    match pairs.sides {
        Sides::One => Mode::SelfieToSelfie,
        Sides::Two => Mode::SelfieToId,
    }
}

/// All comparisons, on all cores.
fn compare(pairs: &Pairs, templates: &[Option<Vec<f32>>], kind: Kind) -> Comparisons {
    const ROWS: usize = 64;
    let rows = Comparisons::rows(pairs, kind);
    let part = |index: usize| {
        let range = index * ROWS..rows.min((index + 1) * ROWS);
        Comparisons::of(pairs, templates, kind, range)
    };
    let mut made = Comparisons::default();
    on_all_cores(rows.div_ceil(ROWS), part).into_iter().for_each(|part| made.join(part));
    made
}

/// Writes a file, saying which one could not be.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
