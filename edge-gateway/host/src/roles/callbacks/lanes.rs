use facematch_contract::PartnerId;
use facematch_engine::{Busy, Callback};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// How many callbacks may be on their way at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// In all.
    pub(super) in_all: usize,
    /// Of one partner.
    pub(super) of_partner: usize,
    /// To one receiver. A claim takes as many at a time, so there may be twice as many for a moment.
    pub(super) to_receiver: usize,
}

impl Default for Limits {
    /// A receiver that hangs for 15 seconds holds 8 to 15 places of 256.
    fn default() -> Self {
        Self { in_all: 256, of_partner: 64, to_receiver: 8 }
    }
}

/// Who has how many callbacks on their way, so that a slow receiver holds up itself alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    receivers: HashMap<String, usize>,
    partners: HashMap<PartnerId, usize>,
    all: usize,
}

impl Lanes {
    /// Counts a callback until its place is dropped.
    pub(super) fn enter(&self, callback: &Callback) -> Place {
        let (receiver, partner) = (callback.receiver.clone(), callback.partner_id.clone());
        self.with(|counts| {
            *counts.receivers.entry(receiver.clone()).or_default() += 1;
            *counts.partners.entry(partner.clone()).or_default() += 1;
            counts.all += 1;
        });
        Place { lanes: self.clone(), receiver, partner }
    }

    /// How many may be claimed now, and whose may not.
    pub(super) fn room(&self, limits: Limits) -> (usize, Busy) {
        self.with(|counts| {
            let free = limits.in_all.saturating_sub(counts.all);
            let busy = Busy {
                receivers: at_least(&counts.receivers, limits.to_receiver),
                partners: at_least(&counts.partners, limits.of_partner),
            };
            (free.min(limits.to_receiver), busy)
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Counts) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A callback on its way.
#[derive(Debug)]
pub(super) struct Place {
    lanes: Lanes,
    receiver: String,
    partner: PartnerId,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lanes.with(|counts| {
            leave(&mut counts.receivers, &self.receiver);
            leave(&mut counts.partners, &self.partner);
            counts.all -= 1;
        });
    }
}

fn at_least<K: Clone>(counts: &HashMap<K, usize>, limit: usize) -> Vec<K> {
    let busy = counts.iter().filter(|(_, count)| **count >= limit);
    busy.map(|(key, _)| key.clone()).collect()
}

fn leave<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    let Some(count) = counts.get_mut(key) else { return };
    *count -= 1;
    if *count == 0 {
        counts.remove(key);
    }
}
