use super::scopes::{join, scope_named};
use facematch_contract::engine::{CallerKind, StoredSubmission};
use facematch_contract::limits::ACCESS_TOKEN_LIFE_S;
use facematch_contract::{CorrelationId, PartnerId, Scope, Timestamp};
use serde::{Deserialize, Serialize};

/// Whom our tokens are for.
pub(crate) const AUDIENCE: &str = "facematch-api";

/// What a token says (RFC 9068, section 2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Who issued it; the issuer fills it in.
    pub(crate) iss: String,
    /// Always [`AUDIENCE`].
    pub(crate) aud: String,
    /// The partner.
    pub(crate) sub: PartnerId,
    /// The same: a partner is the only client of its data.
    pub(crate) client_id: PartnerId,
    /// When it was issued, in seconds since 1970.
    pub(crate) iat: i64,
    /// When it ends, in seconds since 1970.
    pub(crate) exp: i64,
    /// When it begins, in seconds since 1970, if that is later than `iat`. We issue none, and heed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nbf: Option<i64>,
    /// Names this token.
    pub(crate) jti: String,
    /// Names of scopes with spaces between them.
    pub(crate) scope: String,
    /// The one submission that a browser's token covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<CorrelationId>,
    /// Web origins that may use a browser's token; empty for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) org: Vec<String>,
}

impl Claims {
    /// What a partner's own token says.
    pub(crate) fn of_partner(
        partner: PartnerId,
        scopes: &[Scope],
        id: CorrelationId,
        now: Timestamp,
    ) -> Self {
        Self {
            iss: String::new(),
            aud: AUDIENCE.to_owned(),
            sub: partner.clone(),
            client_id: partner,
            iat: now.unix_s(),
            exp: now.plus_seconds(ACCESS_TOKEN_LIFE_S).unix_s(),
            nbf: None,
            jti: id.to_string(),
            scope: join(scopes),
            sid: None,
            org: Vec::new(),
        }
    }

    /// What the browser's token of a submission says. It depends on what is stored alone, so that a
    /// replayed request gets the same token.
    pub(crate) fn of_browser(submission: &StoredSubmission) -> Self {
        Self {
            iss: String::new(),
            aud: AUDIENCE.to_owned(),
            sub: submission.partner_id.clone(),
            client_id: submission.partner_id.clone(),
            iat: submission.created_at.unix_s(),
            exp: submission.expires_at.unix_s(),
            nbf: None,
            jti: submission.correlation_id.to_string(),
            scope: join(&[Scope::Capture]),
            sid: Some(submission.correlation_id),
            org: submission.allowed_origins.clone(),
        }
    }
}

/// Who makes a request, as a verified token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The partner.
    pub(crate) partner: PartnerId,
    scopes: Vec<Scope>,
    submission: Option<CorrelationId>,
    origins: Vec<String>,
}

impl Caller {
    /// Whether it has one of `scopes`.
    pub(crate) fn has_one_of(&self, scopes: &[Scope]) -> bool {
        scopes.iter().any(|scope| self.scopes.contains(scope))
    }

    /// Whether its token reaches this submission at all. A browser's token reaches its own alone.
    pub(crate) fn reaches(&self, id: CorrelationId) -> bool {
        match self.submission {
            Some(own) => own == id,
            None => !self.scopes.contains(&Scope::Capture),
        }
    }

    /// Whose token it is.
    pub(crate) fn kind(&self) -> CallerKind {
        if self.submission.is_some() { CallerKind::Browser } else { CallerKind::Partner }
    }

    /// Whether a page of this web origin may use its token.
    pub(crate) fn may_call_from(&self, origin: &str) -> bool {
        let is_same = |known: &String| known.eq_ignore_ascii_case(origin);
        self.origins.is_empty() || self.origins.iter().any(is_same)
    }
}

impl From<Claims> for Caller {
    fn from(claims: Claims) -> Self {
        Self {
            partner: claims.sub,
            scopes: claims.scope.split(' ').filter_map(scope_named).collect(),
            submission: claims.sid,
            origins: claims.org,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(scope: &str, sid: Option<CorrelationId>, org: &[&str]) -> Caller {
        let partner = PartnerId("p1".to_owned());
        let id = CorrelationId::from_parts(0, &[0; 10]);
        let claims = Claims::of_partner(partner, &[], id, Timestamp(0));
        let org = org.iter().map(|&origin| origin.to_owned()).collect();
        Claims { scope: scope.to_owned(), sid, org, ..claims }.into()
    }

    #[test]
    fn a_browser_token_reaches_its_own_submission_alone() {
        let own = CorrelationId::from_parts(1, &[1; 10]);
        let other = CorrelationId::from_parts(1, &[2; 10]);
        let browser = caller("capture", Some(own), &[]);
        assert!(browser.reaches(own) && !browser.reaches(other));
        assert!(caller("submissions:read", None, &[]).reaches(other));
        // We issue none without `sid`; if one appears, it must not open everything.
        assert!(!caller("capture", None, &[]).reaches(own));
    }

    #[test]
    fn an_origin_must_be_on_a_list_that_is_not_empty() {
        let cases: [(&[&str], &str, bool); 4] = [
            (&[], "https://evil.example", true),
            (&["https://shop.example"], "https://shop.example", true),
            (&["https://shop.example"], "https://shop.example.evil.example", false),
            (&["https://shop.example"], "null", false),
        ];
        for (org, origin, want) in cases {
            assert_eq!(caller("capture", None, org).may_call_from(origin), want, "{origin}");
        }
    }

    #[test]
    fn scopes_that_we_do_not_know_open_nothing() {
        let caller = caller("admin results:read", None, &[]);
        assert!(caller.has_one_of(&[Scope::ResultsRead]));
        assert!(!caller.has_one_of(&[Scope::Capture, Scope::SubmissionsErase]));
    }
}
