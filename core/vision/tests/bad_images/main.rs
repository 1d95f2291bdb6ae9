//! Bad images, made by code: each is a photo or a typed error, and none costs much.

mod controls;
mod corpus;
mod measure;
mod report;

use std::sync::{Mutex, MutexGuard, PoisonError};

use corpus::KINDS;
use peak_alloc::PeakAlloc;
use report::Tally;

/// Counts what is allocated. It grows and shrinks a buffer by a copy, where others may do it in place: its peaks are never
/// too low.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// The heap is counted for the whole process, so one test runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn every_bad_image_is_taken_or_refused_as_it_should_be_without_a_panic_and_cheaply() {
    let _alone = alone();
    let mut all = Tally::default();
    println!("{}", Tally::HEAD);
    for kind in KINDS {
        let mut tally = Tally::default();
        (kind.cases)().iter().for_each(|case| tally.try_case(case));
        println!("{}", tally.line(kind.name));
        all.add(tally);
    }
    println!("{}\n{}", all.line("all"), all.extremes());
    assert!(all.files >= 200, "{} files", all.files);
    assert!(all.faults.is_empty(), "{}", all.faults.join("\n"));
}
