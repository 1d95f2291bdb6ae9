//! Who may do what. A handler gets at a submission through [`submission`] alone, which hands out an
//! [`Access`] only after the token, its scope, its submission and the page's origin were checked.

use crate::call::Call;
use crate::domain::{Caller, TokenFault};
use crate::ports::Ports;
use crate::refusal::Refusal;
use facematch_contract::engine::{Action, CallerKind, submission_path};
use facematch_contract::{CorrelationId, ErrorCode, PartnerId};
use http::header::{AUTHORIZATION, ORIGIN};

/// A submission that the caller may ask the engine about. Whether it exists, the engine knows.
pub(crate) struct Access {
    /// Whose it has to be.
    pub(crate) partner: PartnerId,
    /// Its id.
    pub(crate) id: CorrelationId,
    /// Whose token it is.
    caller: CallerKind,
}

impl Access {
    /// The engine's path of an action on it, which tells for whom to count the request.
    pub(crate) fn path(&self, action: Action) -> String {
        let path = submission_path(&self.partner, self.id, action);
        format!("{path}?caller={}", self.caller.as_str())
    }
}

/// The partner that makes a call about no submission in particular.
///
/// # Errors
/// A [`Refusal`] if the token or its scope does not allow the route.
pub(crate) fn partner<P: Ports>(call: &Call<'_, P>) -> Result<PartnerId, Refusal> {
    Ok(admit(call)?.partner)
}

/// The submission that a call is about.
///
/// # Errors
/// A [`Refusal`]: as [`partner`], and the same [`ErrorCode::SubmissionNotFound`] for an id that is
/// none and for one that the token does not cover.
pub(crate) fn submission<P: Ports>(call: &Call<'_, P>) -> Result<Access, Refusal> {
    let caller = admit(call)?;
    let id = call.path_id.filter(|id| caller.reaches(*id)).ok_or(ErrorCode::SubmissionNotFound)?;
    Ok(Access { id, caller: caller.kind(), partner: caller.partner })
}

fn admit<P: Ports>(call: &Call<'_, P>) -> Result<Caller, Refusal> {
    let token = bearer_token(call)?;
    let caller = call.config.issuer.verify(token, call.now).map_err(refuse_token)?;
    if !caller.has_one_of(call.route.scopes) {
        return Err(Refusal::with_detail(ErrorCode::InsufficientScope, scopes_of(call)));
    }
    if call.has_header(ORIGIN) && !caller.may_call_from(call.header(ORIGIN).unwrap_or_default()) {
        return Err(ErrorCode::OriginNotAllowed.into());
    }
    Ok(caller)
}

fn bearer_token<'c, P: Ports>(call: &'c Call<'_, P>) -> Result<&'c str, Refusal> {
    if !call.has_header(AUTHORIZATION) {
        return Err(ErrorCode::TokenMissing.into());
    }
    let header = call.header(AUTHORIZATION).unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    // Another scheme carries no token of ours, so there is none to call invalid.
    if is_bearer { Ok(token.trim()) } else { Err(ErrorCode::TokenMissing.into()) }
}

fn refuse_token(fault: TokenFault) -> Refusal {
    match fault {
        TokenFault::Invalid => ErrorCode::TokenInvalid.into(),
        TokenFault::Expired => ErrorCode::TokenExpired.into(),
    }
}

fn scopes_of<P>(call: &Call<'_, P>) -> String {
    let names: Vec<&str> = call.route.scopes.iter().map(|scope| scope.as_str()).collect();
    format!("needs the scope {}", names.join(" or "))
}
