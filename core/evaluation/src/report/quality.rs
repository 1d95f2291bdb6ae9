//! The page's part about quality.

use std::fmt::Write;

use super::plot::{Axis, Line, lines};
use super::tables::percent;
use crate::degradation::{Degradation, Series};
use crate::discard::Discard;

/// A measure is drawn where a fault changes it by this much.
const NOTICED: f64 = 8.0;

pub(super) fn section(discards: &[Discard], degradations: &[Degradation]) -> String {
    let mut text = String::new();
    if !discards.is_empty() {
        text.push_str("<h2>Leaving out poor photos</h2>");
        text.push_str(&discard_table(discards));
        let _ = write!(text, "<div class=\"plots\">{}</div>", discard_plot(discards));
    }
    if let Some(first) = degradations.first() {
        let _ = write!(
            text,
            "<h2>Faults added to {} photos</h2><p class=\"soft\">Means of the measures that answer to the fault, and of the cosine with the same face without it (times 100).</p><div class=\"plots\">",
            first.photos
        );
        degradations.iter().for_each(|one| text.push_str(&degradation(one)));
        text.push_str("</div>");
    }
    text
}

fn discard_table(discards: &[Discard]) -> String {
    let mut text = "<div class=\"scroll\"><table><tr><th>measure<th>FNMR at FMR 1e-4<th>without the worst 5 %</tr>".to_owned();
    for one in discards {
        let _ = write!(
            text,
            "<tr><td>{}<td>{}<td>{}</tr>",
            one.measure,
            percent(one.fnmr),
            percent(one.fnmr_without_worst_5_percent)
        );
    }
    text + "</table></div>"
}

fn discard_plot(discards: &[Discard]) -> String {
    let most = discards.iter().flat_map(|one| &one.curve).map(|point| point.1).fold(0.0, f64::max);
    let top = (most * 100.0).ceil().max(1.0);
    let x = Axis::linear("genuine comparisons left out, %", 0.0, 30.0, 5.0);
    let y = Axis::linear("false non-match rate, %", 0.0, top, (top / 5.0).max(0.2));
    let drawn = |one: &Discard| one.fnmr_without_worst_5_percent < one.fnmr * 0.95;
    let shown: Vec<&Discard> = discards.iter().filter(|one| drawn(one)).collect();
    let series: Vec<Line<'_>> = shown
        .iter()
        .enumerate()
        .map(|(index, one)| Line {
            class: CLASSES[index % CLASSES.len()],
            points: one.curve.iter().map(|(x, y)| (x * 100.0, y * 100.0)).collect(),
        })
        .collect();
    let names: Vec<&str> = shown.iter().map(|one| one.measure).collect();
    figure(
        &lines("Error versus discard", &x, &y, &series),
        "False non-matches as comparisons with a poor photo are left out, worst first.",
        &names,
    )
}

fn degradation(one: &Degradation) -> String {
    let last = one.strengths.len().saturating_sub(1) as f64;
    let ticks = one.strengths.iter().enumerate();
    let ticks = ticks.map(|(index, value)| (index as f64, format!("{value}"))).collect();
    let x = Axis { title: one.fault, from: 0.0, to: last, ticks };
    let y = Axis::linear("0 to 100", 0.0, 100.0, 20.0);
    let cosine =
        Series { name: "cosine", values: one.cosine.iter().map(|cosine| cosine * 100.0).collect() };
    let shown: Vec<&Series> = std::iter::once(&cosine)
        .chain(one.series.iter().filter(|series| is_noticed(series)))
        .collect();
    let drawn: Vec<Line<'_>> = shown
        .iter()
        .enumerate()
        .map(|(index, series)| Line {
            class: CLASSES[index % CLASSES.len()],
            points: series.values.iter().enumerate().map(|(x, y)| (x as f64, *y)).collect(),
        })
        .collect();
    let names: Vec<&str> = shown.iter().map(|series| series.name).collect();
    figure(&lines(one.fault, &x, &y, &drawn), "", &names)
}

fn is_noticed(series: &Series) -> bool {
    let least = series.values.iter().copied().fold(f64::MAX, f64::min);
    series.values.first().is_some_and(|first| first - least >= NOTICED)
}

const CLASSES: [&str; 8] = ["one", "two", "three", "four", "five", "six", "seven", "eight"];

fn figure(svg: &str, caption: &str, names: &[&str]) -> String {
    let mut legend = String::new();
    for (index, name) in names.iter().enumerate() {
        let class = CLASSES[index % CLASSES.len()];
        let _ = write!(legend, "<span class=\"key {class}\">{name}</span> ");
    }
    format!("<figure>{svg}<figcaption>{caption} {legend}</figcaption></figure>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_that_does_not_answer_is_not_drawn() {
        let series = |name, values: [f64; 3]| Series { name, values: values.to_vec() };
        let one = Degradation {
            fault: "blur",
            strengths: vec![0.0, 1.0, 2.0],
            photos: 7,
            cosine: vec![1.0, 0.9, 0.5],
            series: vec![
                series("sharpness", [90.0, 50.0, 10.0]),
                series("yaw", [95.0, 94.0, 96.0]),
            ],
        };
        let page = section(&[], &[one]);
        assert!(page.contains("sharpness") && page.contains("cosine") && page.contains("7 photos"));
        assert!(!page.contains("yaw"));
        assert_eq!(page.matches("<polyline").count(), 2);
        assert_eq!(section(&[], &[]), "");
    }

    #[test]
    fn every_measure_is_in_the_table() {
        let one = |measure, without| Discard {
            measure,
            fnmr: 0.04,
            fnmr_without_worst_5_percent: without,
            curve: vec![(0.0, 0.04), (0.05, without)],
        };
        let page = section(&[one("unified", 0.02), one("headSize", 0.04)], &[]);
        assert!(page.contains("<td>unified<td>4.00 %<td>2.00 %"), "{page}");
        assert!(page.contains("<td>headSize<td>4.00 %<td>4.00 %"), "{page}");
        assert_eq!(page.matches("<polyline").count(), 1, "what does not help is not drawn");
    }
}
