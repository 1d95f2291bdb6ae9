use std::fmt;

/// What was tried, and what of it was lost.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Row {
    trial: &'static str,
    what: String,
    tried: usize,
    lost: usize,
}

impl Report {
    /// Adds a row.
    pub(crate) fn row(
        &mut self,
        trial: &'static str,
        what: impl Into<String>,
        tried: usize,
        lost: usize,
    ) {
        self.rows.push(Row { trial, what: what.into(), tried, lost });
    }

    /// Adds a row of one thing that holds or does not.
    pub(crate) fn holds(&mut self, trial: &'static str, what: impl Into<String>, holds: bool) {
        self.row(trial, what, 1, usize::from(!holds));
    }

    /// Adds a sentence below the table.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Adds all of another.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.rows.append(&mut other.rows);
        self.notes.append(&mut other.notes);
    }

    /// How much was lost, all in all.
    pub(crate) fn lost(&self) -> usize {
        self.rows.iter().map(|row| row.lost).sum()
    }

    /// Whether a row whose text begins with `what` has lost something.
    pub(crate) fn has_lost(&self, what: &str) -> bool {
        self.rows.iter().any(|row| row.what.starts_with(what) && row.lost > 0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<8} {:<58} {:>6} {:>6}", "trial", "what", "tried", "lost")?;
        for Row { trial, what, tried, lost } in &self.rows {
            let mark = if *lost > 0 { "  <--" } else { "" };
            writeln!(f, "{trial:<8} {what:<58} {tried:>6} {lost:>6}{mark}")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "  {note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_add_up_and_stand_out() {
        let mut report = Report::default();
        report.row("kill", "creates", 7, 0);
        report.holds("kill", "database", false);
        assert_eq!(report.lost(), 1);
        assert!(report.has_lost("data") && !report.has_lost("creates"));
        assert_eq!(report.to_string().matches("<--").count(), 1);
    }
}
