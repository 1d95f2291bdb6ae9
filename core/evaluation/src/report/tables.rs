//! The page's words and tables.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::FacePair;
use crate::rates::{AtFmr, RATES};
use crate::summary::{GroupSummary, Summary};

pub(super) fn head(summary: &Summary) -> String {
    let run = &summary.run;
    format!(
        "<h1>Evaluation of {}</h1><p class=\"soft\">facematch {} · {} · calibration {} · {} comparisons · photos looked at in {:.0} s</p>",
        escape(&run.pack),
        escape(&run.facematch),
        escape(&run.mode),
        escape(&run.calibration),
        summary.comparisons,
        run.seconds
    )
}

pub(super) fn figures(summary: &Summary) -> String {
    let mut text = "<div class=\"figures\">".to_owned();
    let mut figure = |value: String, what: &str| {
        let _ = write!(text, "<div><b>{value}</b>{what}</div>");
    };
    if let (Some(accuracy), Some(folds)) = (summary.accuracy, summary.folds) {
        figure(percent(accuracy), &format!("accuracy over {folds} folds"));
    }
    if let Some(eer) = summary.eer {
        figure(percent(eer), "equal error rate");
    }
    figure(percent(summary.fta), &format!("failure to acquire, of {} photos", summary.photos));
    figure(summary.genuine.to_string(), "pairs of one person");
    figure(summary.impostor.to_string(), "pairs of two people");
    text.push_str("</div>");
    text.push_str(&counts("Photos without a template", &summary.run.acquisition_failures));
    let refused = "Photos that the service would not compare (counted all the same)";
    text.push_str(&counts(refused, &summary.run.gate_refusals));
    if summary.run.genuine_lost + summary.run.impostor_lost > 0 {
        let _ = write!(
            text,
            "<p>Not made for want of a template: {} comparisons of one person, {} of two. No rate below counts them.</p>",
            summary.run.genuine_lost, summary.run.impostor_lost
        );
    }
    text
}

fn counts(what: &str, counts: &BTreeMap<String, usize>) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let parts: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{} {count}", escape(reason))).collect();
    format!("<p class=\"soft\">{what}: {}.</p>", parts.join(", "))
}

pub(super) fn rates(at: &BTreeMap<&'static str, Option<AtFmr>>) -> String {
    let mut text = "<div class=\"scroll\"><table><tr><th>false match rate<th>threshold (cosine)<th>true match rate<th>95 % interval<th>false matches</tr>".to_owned();
    for (name, _) in RATES {
        let _ = match at.get(name).copied().flatten() {
            Some(at) => write!(
                text,
                "<tr><td>{name}<td>{:.3}<td>{}<td>{} to {}<td>{}</tr>",
                at.threshold,
                percent(at.tmr),
                percent(at.ci95[0]),
                percent(at.ci95[1]),
                at.impostors_at_threshold
            ),
            None => write!(text, "<tr><td>{name}<td colspan=\"4\">too few pairs to say</tr>"),
        };
    }
    text.push_str("</table></div><p class=\"soft\">Intervals are Wilson's and take pairs as independent; those of one person are not, so that the true ones are somewhat wider.</p>");
    text
}

pub(super) fn groups(summary: &Summary) -> String {
    let mut text = String::new();
    for (column, values) in &summary.groups {
        let _ = write!(
            text,
            "<h2>By {}</h2><div class=\"scroll\"><table><tr><th>{0}<th>one person<th>two people<th>EER",
            escape(column)
        );
        for (name, _) in RATES {
            let _ = write!(text, "<th>TMR at {name}");
        }
        text.push_str("</tr>");
        for (value, group) in values {
            text.push_str(&group_row(value, group));
        }
        text.push_str("</table></div>");
    }
    text
}

fn group_row(value: &str, group: &GroupSummary) -> String {
    let optional = |share: Option<f64>| share.map_or("–".to_owned(), percent);
    let mut row = format!(
        "<tr><td>{}<td>{}<td>{}<td>{}",
        escape(value),
        group.genuine,
        group.impostor,
        optional(group.eer)
    );
    for (name, _) in RATES {
        let tmr = group.tmr_at_fmr.get(name).copied().flatten().map(|at| at.tmr);
        let _ = write!(row, "<td>{}", optional(tmr));
    }
    row + "</tr>"
}

pub(super) fn face_pair(pair: &FacePair) -> String {
    let [a, b] = pair.faces.each_ref().map(|face| escape(face));
    let [name_a, name_b] = pair.names.each_ref().map(|name| escape(name));
    format!(
        "<div><img src=\"{a}\" alt=\"\"><img src=\"{b}\" alt=\"\"><b>{:.3}</b><div class=\"names\">{name_a}<br>{name_b}</div></div>",
        pair.cosine
    )
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
