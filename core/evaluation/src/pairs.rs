//! The table of labelled pairs.

use std::collections::{BTreeMap, HashMap};

use crate::identity::IdentityRule;

/// Names of the two photos' columns: two photos of one kind, or a selfie and what it is compared
/// with.
const FIRST: [&str; 2] = ["a", "selfie"];
const SECOND: [&str; 3] = ["b", "card", "reference"];

/// A table of labelled pairs of photos.
///
/// CSV with a head: `a`, `b`, `same` (0 or 1) in any order, or `selfie` and `card` (or `reference`)
/// for photos of two kinds; `fold`, if accuracy is asked for; `identity_a` and `identity_b`, if the
/// paths do not say whose photo it is. Every other column is a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairs {
    /// Every photo once, in the order in which the table names them.
    pub photos: Vec<Side>,
    /// The rows.
    pub rows: Vec<Pair>,
    /// Names of the group columns.
    pub group_columns: Vec<String>,
    /// Whether the two columns are of two kinds, so that photos are never compared within one.
    pub sides: Sides,
}

/// Whether both photos of a pair are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Columns `a` and `b`: any photo may be compared with any.
    One,
    /// A selfie with a card or a reference: only across.
    Two,
}

/// A photo of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// As the table gives it.
    pub path: String,
    /// Whose it is.
    pub identity: String,
    /// Whether the first column names it.
    pub is_first: bool,
    /// Whether the second column names it.
    pub is_second: bool,
    /// For each group column the value that all its rows share, if they do.
    pub groups: Vec<Option<String>>,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Index of the first photo.
    pub a: usize,
    /// Index of the second photo.
    pub b: usize,
    /// Whether both show one person.
    pub same: bool,
    /// The fold, if the table has any.
    pub fold: Option<String>,
    /// Value of each group column.
    pub groups: Vec<String>,
    /// Line in the file.
    pub line: u64,
}

/// Why a table cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PairsError {
    /// Not CSV.
    #[error("the table of pairs cannot be read")]
    Csv(#[from] csv::Error),
    /// A column is missing.
    #[error("the table of pairs has no column `{0}`")]
    NoColumn(&'static str),
    /// There is no row.
    #[error("the table of pairs is empty")]
    Empty,
    /// A label is not one.
    #[error("line {line}: `same` is `{value}`, not 0 or 1")]
    Label {
        /// Line in the file.
        line: u64,
        /// What stands there.
        value: String,
    },
    /// A path is empty.
    #[error("line {line}: a photo's path is empty")]
    NoPath {
        /// Line in the file.
        line: u64,
    },
    /// A label and the identities contradict each other.
    #[error("line {line}: `same` contradicts the identities `{first}` and `{second}`")]
    Contradiction {
        /// Line in the file.
        line: u64,
        /// Identity of the first photo.
        first: String,
        /// Identity of the second photo.
        second: String,
    },
    /// A pair stands there twice.
    #[error("line {line}: this pair stands in line {first} already")]
    Twice {
        /// Line in the file.
        line: u64,
        /// Line of the first.
        first: u64,
    },
}

struct Columns {
    a: usize,
    b: usize,
    same: usize,
    fold: Option<usize>,
    identities: [Option<usize>; 2],
    groups: Vec<usize>,
}

impl Pairs {
    /// Reads a table. `rule` says whose a photo is where the table does not.
    ///
    /// # Errors
    /// [`PairsError`], with the line.
    pub fn parse(text: &str, rule: IdentityRule) -> Result<Self, PairsError> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let head: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let columns = Columns::find(&head)?;
        let sides = if head[columns.a] == FIRST[0] { Sides::One } else { Sides::Two };
        let group_columns = columns.groups.iter().map(|&at| head[at].clone()).collect();
        let mut table =
            Builder { photos: Vec::new(), by_path: HashMap::new(), rows: Vec::new(), rule };
        for record in reader.records() {
            table.row(&record?, &columns)?;
        }
        table.check_once()?;
        let Builder { photos, rows, .. } = table;
        if rows.is_empty() {
            return Err(PairsError::Empty);
        }
        Ok(Self { photos, rows, group_columns, sides })
    }
}

impl Pairs {
    /// Adds a photo of the first column that no row names, for more impostor comparisons of all
    /// pairs. Its identity is by `rule`.
    pub fn add_first(&mut self, path: &str, rule: IdentityRule) {
        if self.photos.iter().any(|photo| photo.path == path) {
            return;
        }
        self.photos.push(Side {
            path: path.to_owned(),
            identity: rule.of(path).to_owned(),
            is_first: true,
            is_second: false,
            groups: vec![None; self.group_columns.len()],
        });
    }

    /// Checks that photos labelled as one person's have one identity and others have not, which
    /// comparing all pairs relies on.
    ///
    /// # Errors
    /// [`PairsError::Contradiction`].
    pub fn check_identities(&self) -> Result<(), PairsError> {
        let identity = |index: usize| &self.photos[index].identity;
        let wrong = |pair: &&Pair| pair.same != (identity(pair.a) == identity(pair.b));
        match self.rows.iter().find(wrong) {
            Some(Pair { a, b, line, .. }) => Err(PairsError::Contradiction {
                line: *line,
                first: identity(*a).clone(),
                second: identity(*b).clone(),
            }),
            None => Ok(()),
        }
    }
}

impl Columns {
    fn find(head: &[String]) -> Result<Self, PairsError> {
        let at = |name: &str| head.iter().position(|column| column == name);
        let any = |names: &'static [&'static str]| {
            names.iter().find_map(|name| at(name)).ok_or(PairsError::NoColumn(names[0]))
        };
        let (a, b, same) = (any(&FIRST)?, any(&SECOND)?, any(&["same"])?);
        let fold = at("fold");
        let identities = [at("identity_a"), at("identity_b")];
        let known: Vec<usize> =
            [Some(a), Some(b), Some(same), fold].into_iter().chain(identities).flatten().collect();
        let groups = (0..head.len()).filter(|index| !known.contains(index)).collect();
        Ok(Self { a, b, same, fold, identities, groups })
    }
}

struct Builder {
    photos: Vec<Side>,
    by_path: HashMap<String, usize>,
    rows: Vec<Pair>,
    rule: IdentityRule,
}

impl Builder {
    fn row(&mut self, record: &csv::StringRecord, columns: &Columns) -> Result<(), PairsError> {
        let line = record.position().map_or(0, csv::Position::line);
        let field = |at: usize| record.get(at).unwrap_or_default();
        let same = match field(columns.same) {
            "1" | "true" => true,
            "0" | "false" => false,
            value => return Err(PairsError::Label { line, value: value.to_owned() }),
        };
        let groups: Vec<String> = columns.groups.iter().map(|&at| field(at).to_owned()).collect();
        let [first, second] = columns.identities.map(|at| at.map(field));
        let a = self.photo(field(columns.a), first, &groups, line)?;
        let b = self.photo(field(columns.b), second, &groups, line)?;
        self.photos[a].is_first = true;
        self.photos[b].is_second = true;
        let fold = columns.fold.map(|at| field(at).to_owned());
        self.rows.push(Pair { a, b, same, fold, groups, line });
        Ok(())
    }

    fn photo(
        &mut self,
        path: &str,
        identity: Option<&str>,
        groups: &[String],
        line: u64,
    ) -> Result<usize, PairsError> {
        if path.is_empty() {
            return Err(PairsError::NoPath { line });
        }
        if let Some(&index) = self.by_path.get(path) {
            let photo = &mut self.photos[index];
            for (known, value) in photo.groups.iter_mut().zip(groups) {
                known.take_if(|known| known != value);
            }
            return Ok(index);
        }
        let index = self.photos.len();
        self.by_path.insert(path.to_owned(), index);
        self.photos.push(Side {
            path: path.to_owned(),
            identity: identity.unwrap_or_else(|| self.rule.of(path)).to_owned(),
            is_first: false,
            is_second: false,
            groups: groups.iter().cloned().map(Some).collect(),
        });
        Ok(index)
    }

    /// A pair counts once, whichever way round.
    fn check_once(&self) -> Result<(), PairsError> {
        let mut seen = BTreeMap::new();
        for Pair { a, b, line, .. } in &self.rows {
            if let Some(first) = seen.insert((a.min(b), a.max(b)), *line) {
                return Err(PairsError::Twice { line: *line, first });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_with_folds_and_groups() {
        let text = "\u{feff}fold,b,a,same,light\r\n1,B/2.jpg,A/1.jpg,0,day\r\n\r\n2,A/3.jpg,A/1.jpg,1,night\r\n";
        let pairs = Pairs::parse(text, IdentityRule::Folder).unwrap();
        let paths: Vec<_> = pairs.photos.iter().map(|photo| photo.path.as_str()).collect();
        assert_eq!(paths, ["A/1.jpg", "B/2.jpg", "A/3.jpg"]);
        assert_eq!(pairs.photos[0].groups, [None]);
        assert_eq!(pairs.photos[1].groups, [Some("day".to_owned())]);
        assert_eq!(pairs.photos[2].identity, "A");
        assert_eq!((pairs.rows[1].a, pairs.rows[1].b, pairs.rows[1].same), (0, 2, true));
        assert_eq!(pairs.rows[1].fold.as_deref(), Some("2"));
        assert_eq!((pairs.group_columns, pairs.sides), (vec!["light".to_owned()], Sides::One));
    }

    #[test]
    fn two_kinds_of_photos_and_identities_of_their_own() {
        let text = "selfie,card,same,identity_a,identity_b\nx.jpg,y.jpg,1,ann,ann\n";
        let pairs = Pairs::parse(text, IdentityRule::Folder).unwrap();
        assert_eq!(pairs.sides, Sides::Two);
        assert_eq!(pairs.photos[1].identity, "ann");
        assert!(pairs.photos[1].is_second && !pairs.photos[1].is_first);
        assert!(pairs.group_columns.is_empty());
    }

    #[test]
    fn more_photos_are_added_once() {
        let text = "selfie,card,same\nAnn_Lee/Ann_Lee_0001.jpg,cards/Ann_Lee_0002_640.jpg,1\n";
        let mut pairs = Pairs::parse(text, IdentityRule::Name).unwrap();
        for path in ["Bo_Ek/Bo_Ek_0001.jpg", "Ann_Lee/Ann_Lee_0001.jpg", "Bo_Ek/Bo_Ek_0001.jpg"] {
            pairs.add_first(path, IdentityRule::Name);
        }
        assert_eq!(pairs.photos.len(), 3);
        assert_eq!(pairs.photos[2].identity, "Bo_Ek");
        assert!(pairs.photos[2].is_first && !pairs.photos[2].is_second);
    }

    #[test]
    fn labels_and_identities_must_agree_for_all_pairs() {
        let text = "selfie,card,same\nAnn_Lee/Ann_Lee_0001.jpg,cards/Ann_Lee_0002_640.jpg,1\n";
        let by = |rule| Pairs::parse(text, rule).unwrap().check_identities();
        assert!(by(IdentityRule::Name).is_ok());
        let got = by(IdentityRule::Folder).unwrap_err().to_string();
        assert_eq!(got, "line 2: `same` contradicts the identities `Ann_Lee` and `cards`");
    }

    #[test]
    fn a_table_that_cannot_be_used_says_why_and_where() {
        let cases = [
            ("a,b\nx,y\n", "the table of pairs has no column `same`"),
            ("b,same\ny,1\n", "the table of pairs has no column `a`"),
            ("a,b,same\n", "the table of pairs is empty"),
            ("a,b,same\nx,y,1\nx,z,yes\n", "line 3: `same` is `yes`, not 0 or 1"),
            ("a,b,same\n,y,1\n", "line 2: a photo's path is empty"),
            ("a,b,same\nx,y,1\ny,x,0\n", "line 3: this pair stands in line 2 already"),
            ("a,b,same\nx,y\n", "the table of pairs cannot be read"),
        ];
        for (text, want) in cases {
            let got = Pairs::parse(text, IdentityRule::Folder).unwrap_err();
            assert_eq!(got.to_string(), want, "{text}");
        }
    }
}
