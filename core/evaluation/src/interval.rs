//! How far a share that was counted may be off.

/// 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's 95 % interval of the share `hits` of `count`; 0 to 1 for a count of 0.
///
/// It takes the comparisons as independent. Those of one person are not, so that the true interval
/// is somewhat wider.
#[must_use]
pub fn wilson_95(hits: usize, count: usize) -> [f64; 2] {
    if count == 0 {
        return [0.0, 1.0];
    }
    let (n, p) = (count as f64, hits as f64 / count as f64);
    let centre = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let spread = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    // At a share of 0 or 1 the interval begins or ends there, whatever rounding says.
    let low = if hits == 0 { 0.0 } else { centre - spread };
    let high = if hits == count { 1.0 } else { centre + spread };
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test] // Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    fn published_values() {
        let cases = [
            (81, 263, [0.2553, 0.3662]),
            (15, 148, [0.0624, 0.1605]),
            (0, 20, [0.0, 0.1611]),
            (1, 29, [0.0061, 0.1718]),
            (20, 20, [0.8389, 1.0]),
            (0, 0, [0.0, 1.0]),
        ];
        for (hits, count, want) in cases {
            let got = wilson_95(hits, count);
            let near = (0..2).all(|end| (got[end] - want[end]).abs() < 5e-5);
            assert!(near, "{hits} of {count}: {got:?}, not {want:?}");
        }
    }
}
