//! The engine's part of the contract, in memory, for partners `p1` and `p2`.

use facematch_contract::engine::{
    AUTHENTICATE_PATH, Authenticate, Authenticated, FoundSubmissions, Lookup, MissingUploads,
    NewSubmission, READY_PATH, SUBMISSIONS_PATH, StoredImage, StoredSubmission,
};
use facematch_contract::limits::UNCONFIRMED_LIFE_S;
use facematch_contract::{ErrorCode, PartnerId, Problem, Role, Scope, State, Timestamp};
use http::{Request, Response, StatusCode};
use serde::Serialize;

type Reply = Result<Response<Vec<u8>>, ErrorCode>;

#[derive(Default)]
pub(crate) struct MemoryEngine {
    rows: Vec<(NewSubmission, StoredSubmission)>,
}

impl MemoryEngine {
    pub(crate) fn answer(&mut self, request: &Request<Vec<u8>>, now_ms: i64) -> Response<Vec<u8>> {
        let path = request.uri().path();
        let reply = match path {
            AUTHENTICATE_PATH => authenticate(request.body()),
            SUBMISSIONS_PATH => self.create(request.body(), Timestamp(now_ms)),
            READY_PATH => Ok(json(&())),
            _ if path.ends_with("/lookup") => self.look_up(path, request.body()),
            _ => self.act(&path.split('/').skip(4).collect::<Vec<_>>(), request.body()),
        };
        reply.unwrap_or_else(problem)
    }

    pub(crate) fn last(&mut self) -> &mut StoredSubmission {
        &mut self.rows.last_mut().unwrap().1
    }

    pub(crate) fn last_request(&self) -> &NewSubmission {
        &self.rows.last().unwrap().0
    }

    pub(crate) fn count(&self) -> usize {
        self.rows.len()
    }

    fn create(&mut self, body: &[u8], now: Timestamp) -> Reply {
        let new: NewSubmission = serde_json::from_slice(body).unwrap();
        let same = |known: &NewSubmission| {
            known.partner_id == new.partner_id && known.idempotency_key == new.idempotency_key
        };
        if let Some((known, stored)) = self.rows.iter().find(|(known, _)| same(known)) {
            let is_same = known.request_sha256 == new.request_sha256;
            return is_same.then(|| json(stored)).ok_or(ErrorCode::IdempotencyKeyReused);
        }
        let stored = store(&new, now);
        self.rows.push((new, stored));
        Ok(json(self.last()))
    }

    fn look_up(&self, path: &str, body: &[u8]) -> Reply {
        let lookup: Lookup = serde_json::from_slice(body).unwrap();
        let partner = path.split('/').nth(4).unwrap();
        let is_it = |(new, _): &&(NewSubmission, StoredSubmission)| {
            new.partner_id.0 == partner && new.request.reference.as_ref() == Some(&lookup.reference)
        };
        let before = |stored: &StoredSubmission| {
            lookup.after.is_none_or(|after| stored.correlation_id < after)
        };
        let all = self.rows.iter().rev().filter(is_it).map(|(_, stored)| stored.clone());
        let mut submissions: Vec<_> = all.filter(before).collect();
        let more = submissions.len() > lookup.limit as usize;
        submissions.truncate(lookup.limit as usize);
        Ok(json(&FoundSubmissions { submissions, more }))
    }

    /// `parts` are the partner, `submissions`, the id and the action.
    fn act(&mut self, parts: &[&str], body: &[u8]) -> Reply {
        if let [partner, "baselines", action] = parts {
            return baselines(partner, action, body);
        }
        let [partner, "submissions", id, action] = parts else { return Err(RouteNotFound) };
        let is_it = |stored: &StoredSubmission| {
            stored.partner_id.0 == *partner && stored.correlation_id.to_string() == *id
        };
        let row = self.rows.iter_mut().find(|(_, stored)| is_it(stored));
        let stored = &mut row.ok_or(ErrorCode::SubmissionNotFound)?.1;
        let at = stored.created_at;
        match *action {
            "status" => Ok(json(stored)),
            "missing" => Ok(json(&MissingUploads {
                submission: stored.clone(),
                missing: vec![Role::Selfie],
            })),
            "confirm" => {
                stored.state = State::Queued;
                Ok(json(stored))
            }
            "callbacks" | "redeliver" => Ok(json(&serde_json::json!({
                "correlationId": id, "callbacks": []
            }))),
            "result" => Err(ErrorCode::ResultNotReady),
            "erase" => Ok(json(&serde_json::json!({
                "correlationId": id, "erasedAt": at, "images": ["selfie"], "imagesDeletedAt": at,
                "result": true, "resultDeletedAt": at
            }))),
            _ => Err(RouteNotFound),
        }
    }
}

use ErrorCode::RouteNotFound;

/// Subject `known` of partner `p1` has a baseline.
fn baselines(partner: &str, action: &str, body: &[u8]) -> Reply {
    let asked: serde_json::Value = serde_json::from_slice(body).unwrap();
    let subject = &asked["subject"];
    let id = "019a0000-0000-7000-8000-000000000001";
    let at = Timestamp(1);
    match action {
        "delete" => Ok(json(&serde_json::json!({
            "subject": subject, "deletedAt": at, "deleted": subject == "known"
        }))),
        "get" if partner != "p1" || subject != "known" => Err(ErrorCode::SubjectNotFound),
        "get" | "register" => Ok(json(&serde_json::json!({
            "subject": subject, "correlationId": asked.get("correlation_id").unwrap_or(&id.into()),
            "pack": "standard@3", "registeredAt": at, "failures": 0
        }))),
        _ => Err(RouteNotFound),
    }
}

fn authenticate(body: &[u8]) -> Reply {
    let client: Authenticate = serde_json::from_slice(body).unwrap();
    let scopes: &[Scope] = match client.client_id.as_str() {
        "p1" => &Scope::PARTNER,
        "p2" => &[Scope::SubmissionsRead, Scope::ResultsRead],
        _ => return Err(ErrorCode::InvalidClient),
    };
    if client.client_secret != format!("s-{}", client.client_id) {
        return Err(ErrorCode::InvalidClient);
    }
    let partner_id = PartnerId(client.client_id);
    Ok(json(&Authenticated { partner_id, scopes: scopes.to_vec() }))
}

fn store(new: &NewSubmission, now: Timestamp) -> StoredSubmission {
    let image =
        |declaration: &_| StoredImage { declaration: Clone::clone(declaration), pinned: false };
    StoredSubmission {
        correlation_id: new.correlation_id,
        partner_id: new.partner_id.clone(),
        allowed_origins: vec![crate::world::ORIGIN.to_owned()],
        mode: new.request.mode,
        state: State::AwaitingUpload,
        images: new.request.images.iter().map(image).collect(),
        created_at: now,
        updated_at: now,
        expires_at: now.plus_seconds(UNCONFIRMED_LIFE_S),
    }
}

fn json(value: &impl Serialize) -> Response<Vec<u8>> {
    Response::new(serde_json::to_vec(value).unwrap())
}

fn problem(code: ErrorCode) -> Response<Vec<u8>> {
    let mut response = json(&Problem::new(code).with_detail("of the engine"));
    *response.status_mut() = StatusCode::from_u16(code.status()).unwrap();
    response
}
