use facematch_contract::Scope;

/// The scope of that name.
pub(crate) fn scope_named(name: &str) -> Option<Scope> {
    Scope::PARTNER.into_iter().chain([Scope::Capture]).find(|scope| scope.as_str() == name)
}

/// Names with spaces between them, as OAuth writes them.
pub(crate) fn join(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

/// The scopes that a partner's token gets: those `wanted`, or all that it `has`.
///
/// `None` if one is wanted that it does not have. No partner has [`Scope::Capture`]: that one is
/// for browsers.
pub(crate) fn narrow(wanted: Option<&str>, has: &[Scope]) -> Option<Vec<Scope>> {
    let has: Vec<Scope> = Scope::PARTNER.into_iter().filter(|scope| has.contains(scope)).collect();
    let Some(wanted) = wanted else { return Some(has) };
    let named: Option<Vec<Scope>> = wanted.split_ascii_whitespace().map(scope_named).collect();
    let named = named?;
    let granted = has.iter().copied().filter(|scope| named.contains(scope)).collect();
    named.iter().all(|scope| has.contains(scope)).then_some(granted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Scope::{Capture, ResultsRead, SubmissionsRead, SubmissionsWrite};

    #[test]
    fn a_token_gets_what_is_wanted_and_nothing_else() {
        let has = [ResultsRead, SubmissionsRead, Capture];
        let cases: [(Option<&str>, Option<&[Scope]>); 7] = [
            (None, Some(&[SubmissionsRead, ResultsRead])),
            (Some("results:read"), Some(&[ResultsRead])),
            (Some("results:read  results:read"), Some(&[ResultsRead])),
            (Some("results:read submissions:read"), Some(&[SubmissionsRead, ResultsRead])),
            (Some("results:read submissions:write"), None),
            (Some("capture"), None),
            (Some("admin"), None),
        ];
        for (wanted, want) in cases {
            assert_eq!(narrow(wanted, &has).as_deref(), want, "{wanted:?}");
        }
    }

    #[test]
    fn scopes_are_joined_by_spaces() {
        assert_eq!(join(&[SubmissionsWrite, Capture]), "submissions:write capture");
    }
}
