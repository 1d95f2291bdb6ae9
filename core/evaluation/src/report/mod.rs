//! The report that a person reads: one page of HTML that needs nothing else.

mod markdown;
mod plot;
mod quality;
mod tables;

use std::fmt::Write;

use crate::rates::Rates;
use crate::summary::Summary;
use plot::{Axis, Line, bars, lines};

/// What the page shows.
#[derive(Debug)]
pub struct Report<'a> {
    /// The figures.
    pub summary: &'a Summary,
    /// The cosines behind them.
    pub rates: &'a Rates,
    /// Genuine comparisons with the least cosines, worst first.
    pub false_non_matches: Vec<FacePair>,
    /// Impostor comparisons with the greatest cosines, worst first.
    pub false_matches: Vec<FacePair>,
}

/// Two compared faces.
#[derive(Debug, Clone, PartialEq)]
pub struct FacePair {
    /// Paths of the photos.
    pub names: [String; 2],
    /// The aligned faces as `data:` URLs.
    pub faces: [String; 2],
    /// Cosine, -1 to 1.
    pub cosine: f32,
}

impl Report<'_> {
    /// The page.
    #[must_use]
    pub fn html(&self) -> String {
        let mut page = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Face Match: evaluation</title><style>{}</style>",
            include_str!("style.css")
        );
        page.push_str(&tables::head(self.summary));
        page.push_str(&tables::figures(self.summary));
        page.push_str("<h2>True matches at a false match rate</h2>");
        page.push_str(&tables::rates(&self.summary.tmr_at_fmr));
        page.push_str(&tables::groups(self.summary));
        page.push_str("<h2>Curves</h2><div class=\"plots\">");
        for (caption, svg) in [self.det(), self.roc(), self.histogram()] {
            let _ = write!(page, "<figure>{svg}<figcaption>{caption}</figcaption></figure>");
        }
        page.push_str("</div>");
        page.push_str(&quality::section(&self.summary.quality, &self.summary.degradations));
        page.push_str(&self.errors());
        page
    }

    fn det(&self) -> (&'static str, String) {
        let points = self.rates.curve().into_iter().filter(|point| point.1 > 0.0);
        let points = points.map(|(fmr, fnmr)| (fmr.log10(), fnmr.log10())).collect();
        let axes = (
            Axis::decades("false match rate", -6, 0),
            Axis::decades("false non-match rate", -4, 0),
        );
        let plot = lines("DET curve", &axes.0, &axes.1, &[Line { class: "one", points }]);
        ("DET: false non-matches (up) against false matches; lower is better.", plot)
    }

    fn roc(&self) -> (&'static str, String) {
        let curve = self.rates.curve();
        let points = curve.into_iter().map(|(fmr, fnmr)| (fmr.log10(), 1.0 - fnmr)).collect();
        let axes = (
            Axis::decades("false match rate", -6, 0),
            Axis::linear("true match rate", 0.0, 1.0, 0.1),
        );
        let plot = lines("ROC curve", &axes.0, &axes.1, &[Line { class: "one", points }]);
        ("ROC: true matches (up) against false matches; higher is better.", plot)
    }

    fn histogram(&self) -> (&'static str, String) {
        let genuine = histogram(self.rates.genuine());
        let impostor = histogram(self.rates.impostor());
        let most = genuine.iter().chain(&impostor).map(|bar| bar.2).fold(1.0, f64::max);
        let axes =
            (Axis::linear("cosine", -0.6, 1.0, 0.2), Axis::decades("pairs", 0, most.ceil() as i32));
        let series = [("area-two", impostor), ("area-one", genuine)];
        let plot = bars("Histogram of cosines", &axes.0, &axes.1, &series);
        ("Pairs by cosine, on a logarithmic scale: two people (orange), one person (blue).", plot)
    }

    fn errors(&self) -> String {
        let mut text = String::new();
        let parts = [
            ("One person, least alike", &self.false_non_matches),
            ("Two people, most alike", &self.false_matches),
        ];
        for (title, pairs) in parts.into_iter().filter(|(_, pairs)| !pairs.is_empty()) {
            let _ = write!(text, "<h2>{title}</h2><div class=\"errors\">");
            for pair in pairs {
                text.push_str(&tables::face_pair(pair));
            }
            text.push_str("</div>");
        }
        text
    }
}

/// Bars of cosines: from, to, logarithm of the count.
fn histogram(sorted: &[f32]) -> Vec<(f64, f64, f64)> {
    const BARS: usize = 80;
    let edge = |index: usize| -0.6 + 1.6 * index as f64 / BARS as f64;
    let below = |value: f64| sorted.partition_point(|&cosine| f64::from(cosine) < value);
    (0..BARS)
        .map(|index| (edge(index), edge(index + 1)))
        .map(|(from, to)| (from, to, below(to) - below(from)))
        .filter(|bar| bar.2 > 0)
        // One pair is a little more than nothing.
        .map(|(from, to, count)| (from, to, (count as f64).log10().max(0.1)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparisons::{Comparisons, Kind};
    use crate::identity::IdentityRule;
    use crate::pairs::Pairs;
    use crate::summary::Run;

    fn run() -> Run {
        Run {
            facematch: "0.0.0".to_owned(),
            pack: "test-1".to_owned(),
            calibration: "none".to_owned(),
            mode: "selfie_to_selfie".to_owned(),
            gate_refusals: [("several_faces".to_owned(), 2)].into(),
            acquisition_failures: [("no_face".to_owned(), 1)].into(),
            genuine_lost: 0,
            impostor_lost: 1,
            seconds: 1.5,
        }
    }

    /// Summary and page of three pairs and 500 impostors that are made up.
    fn report() -> (Summary, String) {
        let text = "a,b,same,light\nA/1,A/<script>.jpg,1,day\nA/1,B/1,0,night\n";
        let pairs = Pairs::parse(text, IdentityRule::Folder).unwrap();
        let templates = [Some(vec![1.0, 0.0]), Some(vec![0.6, 0.8]), None];
        let impostor = (0..500).map(|i| i as f32 / 1000.0).collect();
        let genuine = (0..100).map(|i| 0.4 + i as f32 / 200.0).collect();
        let rates = Rates::new(Comparisons { genuine, impostor, ..Comparisons::default() });
        let summary = Summary::new(run(), &pairs, &templates, Kind::Listed, &rates);
        let pair = FacePair {
            names: [pairs.photos[0].path.clone(), pairs.photos[1].path.clone()],
            faces: ["data:image/jpeg;base64,AA".to_owned(), "data:image/jpeg;base64,BB".to_owned()],
            cosine: 0.123,
        };
        let page = Report {
            summary: &summary,
            rates: &rates,
            false_non_matches: vec![pair],
            false_matches: Vec::new(),
        };
        let html = page.html();
        (summary, html)
    }

    #[test]
    fn the_page_shows_the_figures_and_escapes_names() {
        let (_, html) = report();
        for want in ["DET curve", "ROC curve", "Histogram", "A/&lt;script&gt;.jpg", "0.123", "day"]
        {
            assert!(html.contains(want), "{want} is missing");
        }
        assert!(!html.contains("<script>") && !html.contains("NaN"));
        assert!(html.contains("too few"), "a rate without enough pairs says so");
    }

    #[test]
    fn markdown_has_a_row_for_all_and_for_each_group() {
        let text = report().0.markdown();
        assert!(text.contains("| TMR, all | "), "{text}");
        assert!(text.contains("| TMR, light day |"), "{text}");
        assert!(text.contains("too few pairs") && text.contains("failure to acquire 33.33 %"));
        let columns = |line: &str| line.matches('|').count();
        let table: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert!(table.iter().all(|line| columns(line) == columns(table[0])), "{text}");
    }

    #[test]
    fn the_summary_has_the_documented_keys() {
        let json = serde_json::to_value(report().0).unwrap();
        for key in [
            "accuracy",
            "eer",
            "fta",
            "genuine",
            "impostor",
            "tmr_at_fmr",
            "genuine_lost",
            "gate_refusals",
            "pack",
            "groups",
            "comparisons",
            "seconds",
        ] {
            assert!(json.get(key).is_some(), "{key} is missing: {json}");
        }
        assert_eq!(json["fta"], 1.0 / 3.0);
        assert_eq!(json["tmr_at_fmr"]["1e-2"]["impostors_at_threshold"], 5);
        assert!(json["tmr_at_fmr"]["1e-2"]["ci95"][1].is_number());
        assert!(json["tmr_at_fmr"]["1e-3"].is_null(), "500 impostors do not carry 1e-3");
        assert_eq!(json["groups"]["light"]["day"]["genuine"], 1);
    }
}
