//! Which photos are compared, and how alike they are.

use std::ops::Range;

use crate::pairs::{Pairs, Side, Sides};

/// For each photo of the table its template, or nothing where none was acquired.
pub type Templates = [Option<Vec<f32>>];

/// Which comparisons are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The table's rows.
    Listed,
    /// Every photo with every other; with two kinds of photos, every first with every second. Two
    /// photos are genuine if they have one identity.
    All,
}

/// One comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Index of the first photo.
    pub a: usize,
    /// Index of the second photo.
    pub b: usize,
    /// Cosine, -1 to 1.
    pub cosine: f32,
}

/// The cosines of all comparisons, told apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparisons {
    /// Of one person.
    pub genuine: Vec<f32>,
    /// Of two people.
    pub impostor: Vec<f32>,
    /// Genuine comparisons that could not be made, for want of a template.
    pub genuine_lost: usize,
    /// Impostor comparisons that could not be made.
    pub impostor_lost: usize,
}

/// Which comparisons count: all of them, or those of one value of a group column.
pub(crate) type Group<'a> = Option<(usize, &'a str)>;

impl Comparisons {
    /// Compares what `kind` says. `rows` are rows of the table, or first photos for [`Kind::All`]:
    /// a caller with many cores gives each a part and joins them by [`Comparisons::join`].
    #[must_use]
    pub fn of(pairs: &Pairs, templates: &Templates, kind: Kind, rows: Range<usize>) -> Self {
        Self::of_group(pairs, templates, kind, rows, None)
    }

    pub(crate) fn of_group(
        pairs: &Pairs,
        templates: &Templates,
        kind: Kind,
        rows: Range<usize>,
        group: Group<'_>,
    ) -> Self {
        let mut scores = Self::default();
        each(pairs, kind, rows, group, |a, b, same| {
            let cosine = cosine(&templates[a], &templates[b]);
            scores.add(same, cosine);
        });
        scores
    }

    /// How many rows [`Comparisons::of`] knows.
    #[must_use]
    pub fn rows(pairs: &Pairs, kind: Kind) -> usize {
        match kind {
            Kind::Listed => pairs.rows.len(),
            Kind::All => pairs.photos.len(),
        }
    }

    /// Adds those of another part.
    pub fn join(&mut self, other: Self) {
        self.genuine.extend(other.genuine);
        self.impostor.extend(other.impostor);
        self.genuine_lost += other.genuine_lost;
        self.impostor_lost += other.impostor_lost;
    }

    fn add(&mut self, same: bool, cosine: Option<f32>) {
        match (same, cosine) {
            (true, Some(cosine)) => self.genuine.push(cosine),
            (false, Some(cosine)) => self.impostor.push(cosine),
            (true, None) => self.genuine_lost += 1,
            (false, None) => self.impostor_lost += 1,
        }
    }

    /// The genuine comparisons that were made.
    #[must_use]
    pub(crate) fn genuine_pairs(pairs: &Pairs, templates: &Templates, kind: Kind) -> Vec<Scored> {
        let mut found = Vec::new();
        each(pairs, kind, 0..Self::rows(pairs, kind), None, |a, b, same| {
            if same && let Some(cosine) = cosine(&templates[a], &templates[b]) {
                found.push(Scored { a, b, cosine });
            }
        });
        found
    }

    /// The `count` worst errors: the genuine comparisons with the least cosines and the impostor ones
    /// with the greatest, worst first.
    #[must_use]
    pub fn worst(
        pairs: &Pairs,
        templates: &Templates,
        kind: Kind,
        count: usize,
    ) -> (Vec<Scored>, Vec<Scored>) {
        let (mut genuine, mut impostor) = (Vec::new(), Vec::new());
        each(pairs, kind, 0..Self::rows(pairs, kind), None, |a, b, same| {
            let Some(cosine) = cosine(&templates[a], &templates[b]) else { return };
            let (list, badness) = match same {
                true => (&mut genuine, -cosine),
                false => (&mut impostor, cosine),
            };
            keep_worst(list, (badness, Scored { a, b, cosine }), count);
        });
        let scores =
            |list: Vec<(f32, Scored)>| list.into_iter().map(|(_, scored)| scored).collect();
        (scores(genuine), scores(impostor))
    }
}

/// Calls `found` with each comparison: first photo, second photo, whether they are of one person.
fn each(
    pairs: &Pairs,
    kind: Kind,
    rows: Range<usize>,
    group: Group<'_>,
    mut found: impl FnMut(usize, usize, bool),
) {
    match kind {
        Kind::Listed => {
            let wanted = |pair: &&crate::pairs::Pair| {
                group.is_none_or(|(column, value)| pair.groups[column] == value)
            };
            for pair in pairs.rows[rows].iter().filter(wanted) {
                found(pair.a, pair.b, pair.same);
            }
        }
        Kind::All => {
            for a in rows {
                for b in partners(pairs, a) {
                    let (first, second) = (&pairs.photos[a], &pairs.photos[b]);
                    if group.is_none_or(|group| in_group(first, second, group)) {
                        found(a, b, first.identity == second.identity);
                    }
                }
            }
        }
    }
}

/// The photos that a photo is compared with.
fn partners(pairs: &Pairs, a: usize) -> impl Iterator<Item = usize> {
    let across = pairs.sides == Sides::Two;
    let range = match across {
        true if !pairs.photos[a].is_first => 0..0,
        true => 0..pairs.photos.len(),
        false => a + 1..pairs.photos.len(),
    };
    range.filter(move |&b| !across || (a != b && pairs.photos[b].is_second))
}

/// Whether the photos that have one value of the column have this one, and one of them has.
fn in_group(a: &Side, b: &Side, (column, value): (usize, &str)) -> bool {
    let values = [a, b].map(|photo| photo.groups[column].as_deref());
    values.contains(&Some(value)) && values.iter().flatten().all(|other| *other == value)
}

/// As `likeness` of facematch-matching: 1 less half the square of the distance, the cosine of unit vectors.
fn cosine(a: &Option<Vec<f32>>, b: &Option<Vec<f32>>) -> Option<f32> {
    let (a, b) = (a.as_ref()?, b.as_ref()?);
    let mut sums = [0.0_f32; 8];
    let (a_parts, b_parts) = (a.chunks_exact(8), b.chunks_exact(8));
    let squared = |a: f32, b: f32| (a - b) * (a - b);
    let rest = a_parts.remainder().iter().zip(b_parts.remainder());
    let rest: f32 = rest.map(|(&a, &b)| squared(a, b)).sum();
    for (a, b) in a_parts.zip(b_parts) {
        for lane in 0..8 {
            sums[lane] += squared(a[lane], b[lane]);
        }
    }
    Some((1.0 - (sums.iter().sum::<f32>() + rest) / 2.0).clamp(-1.0, 1.0))
}

/// Puts `item` where it belongs in `list`, worst first, and keeps `count`.
fn keep_worst(list: &mut Vec<(f32, Scored)>, item: (f32, Scored), count: usize) {
    if list.len() == count && list.last().is_none_or(|last| last.0 >= item.0) {
        return;
    }
    let at = list.partition_point(|other| other.0 >= item.0);
    list.insert(at, item);
    list.truncate(count);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::identity::IdentityRule;

    /// A template in the plane.
    pub(crate) fn at(degrees: f32) -> Option<Vec<f32>> {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Some(vec![cos, sin])
    }

    fn table(text: &str) -> Pairs {
        Pairs::parse(text, IdentityRule::Folder).unwrap()
    }

    #[test]
    fn listed_rows_are_compared_and_lost_ones_counted() {
        let pairs = table("a,b,same\nA/1,A/2,1\nA/1,B/1,0\nA/2,C/1,0\n");
        let templates = [at(0.0), at(60.0), at(90.0), None];
        let got = Comparisons::of(&pairs, &templates, Kind::Listed, 0..3);
        assert!((got.genuine[0] - 0.5).abs() < 1e-6);
        assert!(got.impostor[0].abs() < 1e-6);
        assert_eq!((got.genuine.len(), got.impostor.len()), (1, 1));
        assert_eq!((got.genuine_lost, got.impostor_lost), (0, 1));
    }

    #[test]
    fn all_pairs_of_one_kind_and_across_two_kinds() {
        let pairs = table("a,b,same\nA/1,A/2,1\nB/1,B/2,1\nA/1,C/1,0\n");
        let templates = vec![at(0.0); 5];
        let got = Comparisons::of(&pairs, &templates, Kind::All, 0..5);
        assert_eq!((got.genuine.len(), got.impostor.len()), (2, 8));
        let pairs = table("selfie,card,same\nA/1,A/c,1\nB/1,A/c,0\nB/1,C/c,0\n");
        let got = Comparisons::of(&pairs, &vec![at(0.0); 4], Kind::All, 0..4);
        assert_eq!((got.genuine.len(), got.impostor.len()), (1, 3));
    }

    #[test] // A photo that is in several groups stands for none; the other photo decides.
    fn a_group_of_all_pairs() {
        let pairs = table("selfie,card,same,width\nA/1,A/c,1,640\nA/1,B/c,0,400\nB/1,B/c,1,400\n");
        let count = |value| {
            let group = Some((0, value));
            let all = vec![at(0.0); 4];
            let got = Comparisons::of_group(&pairs, &all, Kind::All, 0..4, group);
            (got.genuine.len(), got.impostor.len())
        };
        // A/1 with A/c, but not B/1 of the other group.
        assert_eq!(count("640"), (1, 0));
        assert_eq!(count("400"), (1, 1));
    }

    #[test]
    fn parts_join_to_the_whole() {
        let pairs = table("a,b,same\nA/1,A/2,1\nB/1,B/2,1\nA/1,C/1,0\n");
        let templates: Vec<_> = [0.0, 10.0, 35.0, 70.0, 90.0].map(at).to_vec();
        let mut joined = Comparisons::of(&pairs, &templates, Kind::All, 0..2);
        joined.join(Comparisons::of(&pairs, &templates, Kind::All, 2..5));
        assert_eq!(joined, Comparisons::of(&pairs, &templates, Kind::All, 0..5));
    }

    #[test]
    fn the_worst_errors_come_first() {
        let pairs = table("a,b,same\nA/1,A/2,1\nA/1,A/3,1\nA/1,B/1,0\nA/1,B/2,0\n");
        let templates: Vec<_> = [0.0, 80.0, 20.0, 5.0, 50.0].map(at).to_vec();
        let (genuine, impostor) = Comparisons::worst(&pairs, &templates, Kind::Listed, 1);
        assert_eq!((genuine[0].b, impostor[0].b), (1, 3));
        let (genuine, _) = Comparisons::worst(&pairs, &templates, Kind::Listed, 9);
        assert_eq!(genuine.iter().map(|scored| scored.b).collect::<Vec<_>>(), [1, 2]);
    }
}
