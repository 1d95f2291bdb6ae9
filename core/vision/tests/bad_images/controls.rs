//! What judges the bad images can fail.

use std::hint::black_box;
use std::time::Duration;

use facematch_vision::DecodeError;

use crate::alone;
use crate::corpus::{Case, Want};
use crate::measure::{Decoded, MAX_PEAK_BYTES, MAX_TIME, clock, measure};
use crate::report::Tally;

const MIB: usize = 1024 * 1024;
/// What the threads of the test harness may give back while a control runs.
const HARNESS: usize = 64 * 1024;

fn case(want: Want) -> Case {
    Case { name: "control".to_owned(), want, file: Vec::new() }
}

#[test]
fn what_is_allocated_is_counted_although_it_is_given_back() {
    let _alone = alone();
    let greedy = measure(|| drop(black_box(vec![1_u8; 300 * MIB])));
    assert!(greedy.peak_bytes >= 300 * MIB - HARNESS, "{} bytes", greedy.peak_bytes);
    let grown = measure(|| {
        let mut bytes = Vec::new();
        (0..100).for_each(|_| bytes.extend(vec![1_u8; MIB]));
        black_box(bytes).len()
    });
    assert!(grown.peak_bytes >= 100 * MIB - HARNESS, "{} bytes", grown.peak_bytes);
    assert!(measure(|| black_box(7)).peak_bytes < MIB, "and nothing else is");
    let mut tally = Tally::default();
    tally.try_with(&case(Want::Refused), || {
        drop(black_box(vec![1_u8; MAX_PEAK_BYTES + HARNESS]));
        Err(DecodeError::Empty)
    });
    assert_eq!(tally.faults, ["control: 200 MiB"]);
}

#[test]
fn a_panic_is_caught_and_is_a_fault() {
    let _alone = alone();
    let mut tally = Tally::default();
    for want in [Want::Refused, Want::Photo(1, 1), Want::Either("of no importance")] {
        tally.try_with(&case(want), || panic!("the control's, on purpose"));
    }
    assert_eq!((tally.files, tally.panics, tally.faults.len()), (3, 3, 3));
    assert!(tally.faults[0].contains("on purpose"), "{}", tally.faults[0]);
}

#[test]
fn what_takes_too_long_is_a_fault() {
    let _alone = alone();
    let mut tally = Tally::default();
    tally.try_with(&case(Want::Refused), || {
        let start = clock();
        while clock() - start < MAX_TIME + Duration::from_millis(10) {
            black_box((0..100_000).sum::<u64>());
        }
        Err(DecodeError::Empty)
    });
    assert_eq!(tally.faults, ["control: 2.0 s"]);
}

#[test]
fn another_outcome_than_the_table_says_is_a_fault() {
    let _alone = alone();
    let (photo, empty): (Decoded, Decoded) = (Ok((70, 50)), Err(DecodeError::Empty));
    let cases = [
        (Want::Photo(70, 50), &photo, 0),
        (Want::Photo(50, 70), &photo, 1),
        (Want::Photo(70, 50), &empty, 1),
        (Want::Refused, &empty, 0),
        (Want::Refused, &photo, 1),
        (Want::Error("Empty"), &empty, 0),
        (Want::Error("Truncated"), &empty, 1),
        (Want::Error("Empty"), &photo, 1),
        (Want::Either(""), &photo, 0),
        (Want::Either(""), &empty, 0),
    ];
    for (want, outcome, faults) in cases {
        let mut tally = Tally::default();
        tally.try_with(&case(want), || outcome.clone());
        assert_eq!(tally.faults.len(), faults, "{want:?}, {outcome:?}");
    }
}
