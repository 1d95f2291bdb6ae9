//! What refusing poor photos is worth: error versus discard (ISO/IEC 29794-1).

use serde::Serialize;

use crate::comparisons::{Comparisons, Kind, Templates};
use crate::pairs::Pairs;

/// Most of the comparisons that a curve discards.
const MOST_DISCARDED: f64 = 0.3;
const STEPS: usize = 60;
/// The share that is told in figures.
const TOLD: f64 = 0.05;

/// A measure of each photo, 0 (worst) to 100; none where there was no face.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Its name.
    pub name: &'static str,
    /// For each photo of the table.
    pub values: Vec<Option<u8>>,
}

/// How the false non-match rate falls as genuine comparisons with a poor photo are left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discard {
    /// Name of the measure.
    pub measure: &'static str,
    /// False non-match rate of all comparisons, 0 to 1.
    pub fnmr: f64,
    /// The same without the 5 % whose poorer photo is the worst.
    pub fnmr_without_worst_5_percent: f64,
    /// Share discarded and false non-match rate, both 0 to 1.
    pub curve: Vec<(f64, f64)>,
}

/// The curve of `measure` at a fixed threshold; nothing without genuine comparisons.
///
/// A comparison is as good as the poorer of its photos. Of comparisons that are equally good the
/// mean is taken, as if they were discarded in random order.
#[must_use]
pub fn discard(
    pairs: &Pairs,
    templates: &Templates,
    kind: Kind,
    measure: &Measure,
    threshold: f32,
) -> Option<Discard> {
    let mut counts = [(0_usize, 0_usize); 101];
    for scored in Comparisons::genuine_pairs(pairs, templates, kind) {
        let (Some(a), Some(b)) = (measure.values[scored.a], measure.values[scored.b]) else {
            continue;
        };
        let (all, missed) = &mut counts[usize::from(a.min(b).min(100))];
        *all += 1;
        *missed += usize::from(scored.cosine < threshold);
    }
    let total: usize = counts.iter().map(|count| count.0).sum();
    if total == 0 {
        return None;
    }
    let step = |index: usize| MOST_DISCARDED * index as f64 / STEPS as f64;
    let curve = (0..=STEPS).map(step).map(|share| (share, fnmr_without(&counts, total, share)));
    Some(Discard {
        measure: measure.name,
        fnmr: fnmr_without(&counts, total, 0.0),
        fnmr_without_worst_5_percent: fnmr_without(&counts, total, TOLD),
        curve: curve.collect(),
    })
}

/// `counts` holds for each value all comparisons and the missed ones.
fn fnmr_without(counts: &[(usize, usize)], total: usize, share: f64) -> f64 {
    let mut to_discard = total as f64 * share;
    let left = total as f64 - to_discard;
    let mut missed = 0.0;
    for &(all, of_them) in counts.iter().filter(|count| count.0 > 0) {
        let gone = (to_discard / all as f64).min(1.0);
        to_discard -= gone * all as f64;
        missed += of_them as f64 * (1.0 - gone);
    }
    missed / left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparisons::tests::at;
    use crate::identity::IdentityRule;

    /// Genuine pairs of a quality and an angle between the photos.
    fn curve(rows: &[(u8, f32)], threshold: f32) -> Discard {
        let mut text = "a,b,same\n".to_owned();
        let (mut templates, mut values) = (Vec::new(), Vec::new());
        for (index, (quality, degrees)) in rows.iter().enumerate() {
            text.push_str(&format!("{index}/a,{index}/b,1\n"));
            templates.extend([at(0.0), at(*degrees)]);
            values.extend([Some(90), Some(*quality)]);
        }
        let pairs = Pairs::parse(&text, IdentityRule::Folder).unwrap();
        let measure = Measure { name: "test", values };
        discard(&pairs, &templates, Kind::Listed, &measure, threshold).unwrap()
    }

    #[test]
    fn a_measure_that_knows_the_errors_lowers_the_rate_and_another_does_not() {
        // 10 of 100 miss.
        let knows: Vec<(u8, f32)> =
            (0..100).map(|i| if i < 10 { (20, 80.0) } else { (80, 10.0) }).collect();
        let got = curve(&knows, 0.5);
        assert!((got.fnmr - 0.10).abs() < 1e-12, "{got:?}");
        assert!((got.fnmr_without_worst_5_percent - 5.0 / 95.0).abs() < 1e-12, "{got:?}");
        assert!(got.curve.last().unwrap().1.abs() < 1e-12, "all errors are among the worst 30 %");

        let blind: Vec<(u8, f32)> =
            (0..100).map(|i| (50, if i < 10 { 80.0 } else { 10.0 })).collect();
        let got = curve(&blind, 0.5);
        assert!((got.fnmr_without_worst_5_percent - 0.10).abs() < 1e-12, "{got:?}");
    }

    #[test]
    fn photos_without_a_face_and_impostors_do_not_count() {
        let pairs = Pairs::parse("a,b,same\nA/1,A/2,1\nA/1,B/1,0\n", IdentityRule::Folder).unwrap();
        let measure = Measure { name: "test", values: vec![Some(50), None, Some(1)] };
        let templates = [at(0.0), at(80.0), at(0.0)];
        assert_eq!(discard(&pairs, &templates, Kind::Listed, &measure, 0.5), None);
    }
}
