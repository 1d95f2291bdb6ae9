use super::reference::Reference;
use facematch_contract::State;
use facematch_engine::{AttemptCost, Outcome};
use proptest::prelude::*;

/// Something that a gateway, a worker, a sender, a sweeper or the time does. Indices are taken modulo how many there are.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    Create { key: u8, body: u8 },
    Upload(u8),
    Confirm(u8),
    Claim,
    Renew(u8),
    Release(u8, bool, AttemptCost),
    Complete(u8, Outcome),
    Purge(u8),
    Erase(u8),
    Sweep,
    TakeCallbacks,
    Reply(u8, Replied),
    Redeliver(u8),
    Pass { minutes: u8 },
    Restart,
}

/// What a callback's receiver did.
#[derive(Clone, Copy, Debug)]
pub(super) enum Replied {
    Taken,
    Refused,
}

/// What an operation says. Submissions are told by their place in the order of creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Created(usize, State),
    KeyReused,
    Confirmed(State),
    Missing,
    Expired,
    Erased,
    Job { at: usize, fence: i64, attempt: u32 },
    NoJob,
    NoCallback,
    Held,
    Lost,
    Receipt { result: bool },
    Swept { expired: u64, purged: u64 },
    Taken(Vec<(usize, u32)>),
    Done,
}

/// Any operation, the frequent ones more often.
pub(super) fn any_operation() -> BoxedStrategy<Operation> {
    use Operation::{
        Claim, Complete, Confirm, Create, Erase, Pass, Purge, Redeliver, Release, Renew, Reply,
        Restart, Sweep, TakeCallbacks, Upload,
    };
    let index = any::<u8>;
    let cost = prop_oneof![Just(AttemptCost::Free), Just(AttemptCost::Counted)];
    let outcome = prop_oneof![Just(Outcome::Completed), Just(Outcome::Failed)];
    let replied = prop_oneof![Just(Replied::Taken), Just(Replied::Refused)];
    // An hour and what is kept beyond it, too.
    let minutes = prop_oneof![4 => Just(1), 2 => Just(2), 1 => Just(61), 1 => Just(130)];
    prop_oneof![
        5 => (0..5_u8, 0..2_u8).prop_map(|(key, body)| Create { key, body }),
        5 => index().prop_map(Upload),
        6 => index().prop_map(Confirm),
        6 => Just(Claim),
        2 => index().prop_map(Renew),
        2 => (index(), any::<bool>(), cost).prop_map(|(at, delay, cost)| Release(at, delay, cost)),
        4 => (index(), outcome).prop_map(|(at, outcome)| Complete(at, outcome)),
        1 => index().prop_map(Purge),
        1 => index().prop_map(Erase),
        2 => Just(Sweep),
        3 => Just(TakeCallbacks),
        3 => (index(), replied).prop_map(|(at, replied)| Reply(at, replied)),
        1 => index().prop_map(Redeliver),
        5 => minutes.prop_map(|minutes| Pass { minutes }),
        1 => Just(Restart),
    ]
    .boxed()
}

impl Operation {
    /// Whether there is something that it can be done to.
    pub(super) fn is_possible(&self, reference: &Reference) -> bool {
        match self {
            Self::Upload(_)
            | Self::Confirm(_)
            | Self::Purge(_)
            | Self::Erase(_)
            | Self::Redeliver(_) => !reference.submissions.is_empty(),
            Self::Renew(_) | Self::Release(..) | Self::Complete(..) => !reference.leases.is_empty(),
            Self::Reply(..) => !reference.sends.is_empty(),
            _ => true,
        }
    }
}
