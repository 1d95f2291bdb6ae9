//! The arithmetic, written once for every instruction set.
//!
//! Each kernel checks the lengths of its slices first and then reads and writes through pointers. A
//! kernel is inlined into a function that enables the instruction set: see [`crate::backend`].

#![expect(unsafe_code, reason = "bounds are checked once for a row, not for each value")]

mod activate;
mod add;
mod conv3x3;
mod dense;
mod depthwise;
mod global;
mod pointwise;
mod pool;

pub(crate) use add::{Add, AddUpsampled};
pub(crate) use conv3x3::Conv3x3;
pub(crate) use depthwise::Depthwise3x3;
pub(crate) use global::DepthwiseGlobal;
pub(crate) use pointwise::Pointwise;
pub(crate) use pool::MaxPool2;

use crate::simd::Simd;

/// One or more rows of one layer.
pub(crate) enum Job<'a> {
    Pointwise(Pointwise<'a>),
    Conv3x3(Conv3x3<'a>),
    Depthwise3x3(Depthwise3x3<'a>),
    DepthwiseGlobal(DepthwiseGlobal<'a>),
    MaxPool2(MaxPool2<'a>),
    Add(Add<'a>),
    AddUpsampled(AddUpsampled<'a>),
}

/// Computes `job`.
#[inline(always)]
pub(crate) fn run<S: Simd>(s: S, job: Job<'_>) {
    match job {
        Job::Pointwise(job) => job.run(s),
        Job::Conv3x3(job) => job.run(s),
        Job::Depthwise3x3(job) => job.run(s),
        Job::DepthwiseGlobal(job) => job.run(s),
        Job::MaxPool2(job) => job.run(s),
        Job::Add(job) => job.run(s),
        Job::AddUpsampled(job) => job.run(s),
    }
}
