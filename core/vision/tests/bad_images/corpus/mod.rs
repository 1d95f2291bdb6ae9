//! Files that somebody may upload, made by code and the same in every run.

mod animated;
mod bits;
mod bombs;
mod colours;
mod container;
mod cuts;
mod damage;
mod exif;
mod foreign;
mod good;
mod noise;
mod profiles;
mod sizes;
mod structure;
mod vp8;
mod vp8l;

/// One file, and what has to become of it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) want: Want,
    pub(crate) file: Vec<u8>,
}

/// What has to become of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Want {
    /// A photo of this width and height, upright.
    Photo(u32, u32),
    /// Refused, with the error of this name.
    Error(&'static str),
    /// Refused; which error it is depends on where chance or a cut fell.
    Refused,
    /// Either, for the reason given.
    Either(#[expect(dead_code, reason = "for the reader of the table")] &'static str),
}

/// Files that have one thing in common.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) cases: fn() -> Vec<Case>,
}

/// All of them.
pub(crate) const KINDS: &[Kind] = &[
    Kind { name: "whole and ordinary", cases: good::cases },
    Kind { name: "cut off", cases: cuts::cut_off },
    Kind { name: "cut off, then closed", cases: cuts::cut_and_closed },
    Kind { name: "bombs", cases: bombs::cases },
    Kind { name: "profiles", cases: profiles::cases },
    Kind { name: "sizes", cases: sizes::cases },
    Kind { name: "colours and depths", cases: colours::cases },
    Kind { name: "EXIF", cases: exif::cases },
    Kind { name: "animations", cases: animated::cases },
    Kind { name: "polyglots", cases: foreign::polyglots },
    Kind { name: "other formats", cases: foreign::formats },
    Kind { name: "random bytes", cases: foreign::random },
    Kind { name: "right magic, wrong rest", cases: foreign::magic },
    Kind { name: "broken structure", cases: structure::cases },
    Kind { name: "wrong bytes", cases: damage::cases },
];

impl Case {
    fn new(name: impl Into<String>, want: Want, file: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), want, file: file.into() }
    }
}
