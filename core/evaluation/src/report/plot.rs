//! Plots as SVG. Colours come from the page's style.

use std::fmt::Write;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 320.0;
/// Room for labels: left, top, right, bottom.
const ROOM: (f64, f64, f64, f64) = (52.0, 12.0, 14.0, 40.0);

/// One axis: which values it shows, and where their labels stand.
pub(super) struct Axis {
    pub(super) title: &'static str,
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) ticks: Vec<(f64, String)>,
}

/// A line through points, with its class in the style.
pub(super) struct Line<'a> {
    pub(super) class: &'a str,
    pub(super) points: Vec<(f64, f64)>,
}

impl Axis {
    /// Powers of ten from `10^from` to `10^to`; values are given as their logarithms.
    pub(super) fn decades(title: &'static str, from: i32, to: i32) -> Self {
        let ticks = (from..=to).map(|power| (f64::from(power), power_of_ten(power))).collect();
        Self { title, from: f64::from(from), to: f64::from(to), ticks }
    }

    /// From `from` to `to` with a label at each step.
    pub(super) fn linear(title: &'static str, from: f64, to: f64, step: f64) -> Self {
        let count = ((to - from) / step).round() as u32;
        let ticks = (0..=count).map(|index| from + f64::from(index) * step);
        let ticks = ticks.map(|value| (value, format!("{value:.1}"))).collect();
        Self { title, from, to, ticks }
    }

    fn share(&self, value: f64) -> f64 {
        ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }
}

fn power_of_ten(power: i32) -> String {
    match power {
        -2..=0 => format!("{} %", 100.0 * 10_f64.powi(power)),
        1..=3 => format!("{}", 10_f64.powi(power)),
        _ => format!("1e{power}"),
    }
}

fn x_of(axis: &Axis, value: f64) -> f64 {
    ROOM.0 + axis.share(value) * (WIDTH - ROOM.0 - ROOM.2)
}

fn y_of(axis: &Axis, value: f64) -> f64 {
    HEIGHT - ROOM.3 - axis.share(value) * (HEIGHT - ROOM.1 - ROOM.3)
}

/// Lines over a grid. `label` describes the plot to those who do not see it.
pub(super) fn lines(label: &str, x: &Axis, y: &Axis, lines: &[Line<'_>]) -> String {
    let mut body = grid(x, y);
    for Line { class, points } in lines {
        let places: Vec<String> = points
            .iter()
            .map(|&(px, py)| format!("{:.1},{:.1}", x_of(x, px), y_of(y, py)))
            .collect();
        let _ = write!(body, "<polyline class=\"{class}\" points=\"{}\"/>", places.join(" "));
    }
    svg(label, &body)
}

/// From, to, height.
pub(super) type Bar = (f64, f64, f64);

/// Bars that touch, `(from, to, height)`, over a grid.
pub(super) fn bars(label: &str, x: &Axis, y: &Axis, series: &[(&str, Vec<Bar>)]) -> String {
    let mut body = grid(x, y);
    let ground = y_of(y, y.from);
    for (class, bars) in series {
        for &(from, to, height) in bars {
            let (left, right, top) = (x_of(x, from), x_of(x, to), y_of(y, height));
            let (width, height) = (right - left, ground - top);
            let _ = write!(
                body,
                "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
            );
        }
    }
    svg(label, &body)
}

fn grid(x: &Axis, y: &Axis) -> String {
    let (left, right) = (ROOM.0, WIDTH - ROOM.2);
    let (top, bottom) = (ROOM.1, HEIGHT - ROOM.3);
    let mut body = String::new();
    for (value, label) in &x.ticks {
        let at = x_of(x, *value);
        let below = bottom + 15.0;
        let _ = write!(
            body,
            "<path class=\"grid\" d=\"M{at:.1} {top}V{bottom}\"/><text x=\"{at:.1}\" y=\"{below}\" text-anchor=\"middle\">{label}</text>"
        );
    }
    for (value, label) in &y.ticks {
        let (at, text) = (y_of(y, *value), y_of(y, *value) + 4.0);
        let beside = left - 6.0;
        let _ = write!(
            body,
            "<path class=\"grid\" d=\"M{left} {at:.1}H{right}\"/><text x=\"{beside}\" y=\"{text:.1}\" text-anchor=\"end\">{label}</text>"
        );
    }
    let middle = f64::midpoint(left, right);
    let _ = write!(
        body,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        HEIGHT - 6.0,
        x.title
    );
    body
}

fn svg(label: &str, body: &str) -> String {
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{label}\">{body}</svg>"
    )
}
