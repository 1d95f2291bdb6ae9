use super::{Cache, Outcome, Subject};
use crate::{Pipeline, models::digest};
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    fs,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// The outcome of each subject, in order, on all cores.
///
/// # Errors
/// When a file cannot be read or a network fails.
pub(crate) fn study_all(
    pipeline: &Pipeline,
    subjects: &[Subject],
    cache: Option<&Cache>,
) -> Result<Vec<Outcome>> {
    let progress = progress(subjects.len());
    let outcomes = on_all_cores(subjects.len(), |index| {
        let outcome = study(pipeline, &subjects[index], cache);
        progress.inc(1);
        outcome
    });
    progress.finish_and_clear();
    outcomes.into_iter().collect()
}

/// `work` of each index below `count`, in order.
pub(crate) fn on_all_cores<T: Send + Sync>(
    count: usize,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let done: Vec<OnceLock<T>> = (0..count).map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let worker = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(place) = done.get(index) else { break };
            // Each index is handed out once.
            let _ = place.set(work(index));
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(worker))));
    done.into_iter().filter_map(OnceLock::into_inner).collect()
}

fn study(pipeline: &Pipeline, subject: &Subject, cache: Option<&Cache>) -> Result<Outcome> {
    let path = subject.path.display();
    let file = fs::read(&subject.path).with_context(|| format!("cannot read {path}"))?;
    let sha256 = digest(&file);
    if let Some(outcome) = cache.and_then(|cache| cache.get(&sha256, subject.role)) {
        return Ok(outcome);
    }
    let outcome = pipeline.study(&file, subject.role).with_context(|| format!("at {path}"))?;
    cache.map_or(Ok(()), |cache| cache.put(&sha256, subject.role, &outcome))?;
    Ok(outcome)
}

fn progress(photos: usize) -> ProgressBar {
    let bar = ProgressBar::new(photos as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} photos, {eta} left");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}
