use facematch_contract::CorrelationId;
use facematch_contract::routes::{ROUTES, Route};
use http::Method;

/// Where a request goes.
#[derive(Clone, Debug)]
pub(crate) enum Target<'p> {
    /// To a route; `id` is the path's correlation id as it was written, if the route has one.
    Route { route: &'static Route, id: Option<&'p str> },
    /// To the answer that a page needs before it may use `methods`.
    Preflight { methods: String },
    /// The path takes the methods in `allow` alone.
    WrongMethod { allow: String },
    /// Nothing has this path.
    Nothing,
}

impl<'p> Target<'p> {
    /// Finds the target of a request.
    pub(crate) fn find(method: &Method, path: &'p str) -> Self {
        let here: Vec<&'static Route> = ROUTES.iter().filter(|r| r.is_at(path)).collect();
        let wanted = if method == Method::HEAD { "GET" } else { method.as_str() };
        let methods = preflight_methods(&here);
        match here.iter().find(|route| route.method == wanted) {
            Some(route) => Self::Route { route, id: id_in(route.path, path) },
            None if here.is_empty() => Self::Nothing,
            None if method == Method::OPTIONS && !methods.is_empty() => {
                Self::Preflight { methods: methods.join(", ") }
            }
            None => Self::WrongMethod { allow: allowed(&here, !methods.is_empty()) },
        }
    }

    /// The route, if that is where the request goes.
    pub(crate) fn route(&self) -> Option<&'static Route> {
        match self {
            Self::Route { route, .. } => Some(route),
            _ => None,
        }
    }

    /// The correlation id in the path, if there is a valid one.
    pub(crate) fn correlation_id(&self) -> Option<CorrelationId> {
        match self {
            Self::Route { id, .. } => id.and_then(parse_id),
            _ => None,
        }
    }
}

/// An id in its one written form: no braces, no URN, no upper case.
fn parse_id(text: &str) -> Option<CorrelationId> {
    text.parse().ok().filter(|id: &CorrelationId| id.to_string() == text)
}

fn id_in<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    pattern.split('/').zip(path.split('/')).find(|(part, _)| *part == "{id}").map(|(_, id)| id)
}

fn preflight_methods(here: &[&'static Route]) -> Vec<&'static str> {
    here.iter().filter(|route| route.is_for_browsers()).map(|route| route.method).collect()
}

fn allowed(here: &[&'static Route], has_preflight: bool) -> String {
    let mut methods: Vec<&str> = here.iter().map(|route| route.method).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    if has_preflight {
        methods.push("OPTIONS");
    }
    methods.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &str, path: &str) -> String {
        match Target::find(&method.parse().unwrap(), path) {
            Target::Route { route, id } => format!("{:?} {}", route.operation, id.unwrap_or("-")),
            Target::Preflight { methods } => format!("preflight {methods}"),
            Target::WrongMethod { allow } => format!("allow {allow}"),
            Target::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn requests_go_where_the_contract_says() {
        let cases = [
            ("POST", "/v1/token", "IssueToken -"),
            ("POST", "/v1/submissions", "CreateSubmission -"),
            ("GET", "/v1/submissions/x", "GetSubmission x"),
            ("HEAD", "/v1/submissions/x", "GetSubmission x"),
            ("DELETE", "/v1/submissions/x", "EraseSubmission x"),
            ("GET", "/v1/submissions/x/result", "GetResult x"),
            ("POST", "/v1/submissions/{id}/confirm", "ConfirmSubmission {id}"),
            ("OPTIONS", "/v1/submissions/x", "preflight GET"),
            ("OPTIONS", "/v1/submissions/x/confirm", "preflight POST"),
            ("GET", "/v1/submissions", "ListSubmissions -"),
            ("GET", "/v1/submissions/x/callbacks", "GetCallbacks x"),
            ("POST", "/v1/submissions/x/callbacks/redeliver", "RedeliverCallback x"),
            ("OPTIONS", "/v1/submissions", "allow POST, GET, HEAD"),
            ("PUT", "/v1/submissions/x", "allow GET, DELETE, HEAD, OPTIONS"),
            ("POST", "/healthz", "allow GET, HEAD"),
            ("get", "/healthz", "allow GET, HEAD"),
            ("GET", "/", "nothing"),
            ("GET", "", "nothing"),
            ("GET", "/v1/submissions/", "nothing"),
            ("GET", "/v1/submissions/x/", "nothing"),
            ("GET", "/v1/submissions//result", "nothing"),
            ("GET", "//healthz", "nothing"),
            ("OPTIONS", "*", "nothing"),
        ];
        for (method, path, want) in cases {
            assert_eq!(find(method, path), want, "{method} {path}");
        }
    }

    #[test]
    fn an_id_has_one_written_form() {
        let good = "019a0000-0000-7000-8000-000000000001";
        let id = |text: &str| {
            let path = format!("/v1/submissions/{text}");
            Target::find(&Method::GET, &path).correlation_id().is_some()
        };
        assert!(id(good));
        let others = [good.to_uppercase(), good.replace('-', ""), format!("{{{good}}}")];
        for text in others.into_iter().chain([format!("urn:uuid:{good}"), "x".to_owned()]) {
            assert!(!id(&text), "{text}");
        }
    }
}
