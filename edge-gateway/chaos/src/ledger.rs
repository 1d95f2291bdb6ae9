use crate::dice::Dice;
use facematch_contract::{CorrelationId, Role};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How far a client takes a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// It uploads that many photos and goes away.
    Upload(usize),
    /// It confirms.
    Confirm,
    /// It confirms, and erases at once.
    Erase,
}

impl Plan {
    /// Most are confirmed; some stop on the way.
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        match dice.below(10) {
            0 => Self::Upload(0),
            1 => Self::Upload(1),
            2 => Self::Upload(2),
            3 => Self::Erase,
            _ => Self::Confirm,
        }
    }
}

/// What a client was told of one submission. A line is written when its answer has been read, and not before.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its `Idempotency-Key`, and its reference.
    pub(crate) key: String,
    pub(crate) plan: Plan,
    /// Whether the second photo shows the same person.
    pub(crate) same_person: bool,
    pub(crate) id: Option<CorrelationId>,
    pub(crate) uploaded: Vec<Role>,
    pub(crate) confirmed: bool,
    pub(crate) erased: bool,
}

/// All that a server has acknowledged.
#[derive(Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<Vec<Entry>>>);

impl Ledger {
    /// Opens an entry, and tells its number.
    pub(crate) fn open(&self, plan: Plan, same_person: bool) -> (usize, String) {
        let mut entries = self.entries();
        let (number, key) = (entries.len(), format!("chaos-{}", entries.len()));
        entries.push(Entry {
            key: key.clone(),
            plan,
            same_person,
            id: None,
            uploaded: Vec::new(),
            confirmed: false,
            erased: false,
        });
        (number, key)
    }

    /// Writes what was acknowledged into an entry.
    pub(crate) fn note(&self, number: usize, write: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.entries().get_mut(number) {
            write(entry);
        }
    }

    /// Every entry whose creation was acknowledged.
    pub(crate) fn created(&self) -> Vec<(Entry, CorrelationId)> {
        let entries = self.entries();
        entries.iter().filter_map(|entry| Some((entry.clone(), entry.id?))).collect()
    }

    /// How many are to end with a callback.
    pub(crate) fn confirmed(&self) -> usize {
        self.entries().iter().filter(|entry| entry.confirmed && entry.plan == Plan::Confirm).count()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
