use crate::call::Call;
use crate::domain::{self, Claims, CredentialsError, Form, FormError};
use crate::ports::Ports;
use crate::refusal::{Outcome, Refusal};
use crate::{engine, reply};
use facematch_contract::engine::{AUTHENTICATE_PATH, Authenticate, Authenticated};
use facematch_contract::limits::ACCESS_TOKEN_LIFE_S;
use facematch_contract::{ErrorCode, Scope, TokenResponse};
use http::StatusCode;
use http::header::AUTHORIZATION;
use std::fmt;

/// `POST /v1/token`: credentials for a token (RFC 6749, section 4.4).
pub(crate) async fn answer<P: Ports>(call: &Call<'_, P>) -> Outcome {
    let form = read_form(call)?;
    check_grant_type(&form)?;
    let credentials = read_credentials(call, &form)?;
    let client: Authenticated = engine::post(call, AUTHENTICATE_PATH, &credentials).await?;
    let wanted = form.get("scope").map_err(refuse_form)?;
    let scopes = domain::narrow(wanted, &client.scopes).ok_or(ErrorCode::InvalidScope)?;
    Ok(reply::json(StatusCode::OK, &issue(call, client, &scopes)))
}

fn read_form<P>(call: &Call<'_, P>) -> Result<Form, Refusal> {
    if !call.is_of_type("application/x-www-form-urlencoded") {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    Form::parse(call.body).map_err(refuse_form)
}

fn check_grant_type(form: &Form) -> Result<(), Refusal> {
    match form.get("grant_type").map_err(refuse_form)? {
        Some("client_credentials") => Ok(()),
        Some(_) => Err(ErrorCode::UnsupportedGrantType.into()),
        None => Err(malformed("grant_type is missing")),
    }
}

fn read_credentials<P>(call: &Call<'_, P>, form: &Form) -> Result<Authenticate, Refusal> {
    // A header that is there but cannot be read must not fall back to the form.
    let header =
        call.has_header(AUTHORIZATION).then(|| call.header(AUTHORIZATION).unwrap_or_default());
    domain::credentials(header, form).map_err(refuse_credentials)
}

fn refuse_credentials(error: CredentialsError) -> Refusal {
    match error {
        CredentialsError::Form(error) => refuse_form(error),
        CredentialsError::Twice => malformed(error),
        CredentialsError::Missing | CredentialsError::Malformed => {
            Refusal::with_detail(ErrorCode::InvalidClient, error.to_string())
        }
    }
}

fn refuse_form(error: FormError) -> Refusal {
    match error {
        FormError::Repeated { name } => malformed(format_args!("{name} must be given once")),
        FormError::Malformed => malformed(error),
    }
}

/// What RFC 6749 calls `invalid_request`.
fn malformed(detail: impl fmt::Display) -> Refusal {
    Refusal::with_detail(ErrorCode::MalformedBody, detail.to_string())
}

fn issue<P>(call: &Call<'_, P>, client: Authenticated, scopes: &[Scope]) -> TokenResponse {
    let claims = Claims::of_partner(client.partner_id, scopes, call.correlation_id, call.now);
    TokenResponse {
        scope: claims.scope.clone(),
        access_token: call.config.issuer.issue(claims),
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_TOKEN_LIFE_S,
    }
}
