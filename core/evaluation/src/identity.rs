//! Whose photo it is.

/// How a photo's path tells whose it is, where the table has no column for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdentityRule {
    /// The name of the photo's folder.
    #[default]
    Folder,
    /// The file's name without its ending and the numbers at its end: `Ann_Lee_0004_640.jpg` is
    /// `Ann_Lee`.
    Name,
}

impl IdentityRule {
    /// Whose photo `path` is; empty where the path does not say.
    #[must_use]
    pub fn of(self, path: &str) -> &str {
        match self {
            Self::Folder => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                folder.rsplit('/').next().unwrap_or_default()
            }
            Self::Name => without_numbers(path.rsplit('/').next().unwrap_or_default()),
        }
    }
}

fn without_numbers(file: &str) -> &str {
    let mut name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    while let Some((rest, last)) = name.rsplit_once('_') {
        if last.is_empty() || !last.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        name = rest;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_whose_they_are() {
        let cases = [
            ("Ann_Lee/Ann_Lee_0004.jpg", "Ann_Lee", "Ann_Lee"),
            ("all/cards/Ann_Lee_0004_640.jpg", "cards", "Ann_Lee"),
            ("Ann_Lee_0004.jpg", "", "Ann_Lee"),
            ("x/Ann.Lee.png", "x", "Ann.Lee"),
            ("x/0004.png", "x", "0004"),
        ];
        for (path, folder, name) in cases {
            assert_eq!(IdentityRule::Folder.of(path), folder, "{path}");
            assert_eq!(IdentityRule::Name.of(path), name, "{path}");
        }
    }
}
