use crate::routes::{ROUTES, Route};
use crate::{ErrorCode, ReasonCode};
use std::fmt::Write as _;

const HEAD: &str = include_str!("docs_head.html");

/// The API on one page for people: routes, error codes, reasons. No script, no outside resource.
pub fn docs_html() -> String {
    let routes: String = ROUTES.iter().map(route_row).collect();
    let errors: String = ErrorCode::ALL.iter().map(|code| error_row(*code)).collect();
    let reasons: String = ReasonCode::ALL.iter().map(|code| reason_row(*code)).collect();
    let mut page = HEAD.to_owned();
    section(&mut page, "Endpoints", &["", "Path", "What", "Token scope", "Success"], &routes);
    section(
        &mut page,
        "Error codes",
        &["Code", "Status", "Retry", "Meaning", "What to do"],
        &errors,
    );
    section(&mut page, "Reasons for an inconclusive decision", &["Code", "What to do"], &reasons);
    page + "</main>\n"
}

fn section(page: &mut String, title: &str, columns: &[&str], rows: &str) {
    let head: String = columns.iter().map(|column| format!("<th>{column}</th>")).collect();
    // Writing to a String cannot fail.
    let _ = write!(
        page,
        "<h2>{title}</h2>\n<div class=\"scroll\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table></div>\n"
    );
}

fn route_row(route: &Route) -> String {
    let scopes: Vec<_> = route.scopes.iter().map(|scope| scope.as_str()).collect();
    let Route { method, path, success, .. } = route;
    let summary = marked_up(route.summary);
    format!(
        "<tr><td><b>{method}</b></td><td><code>{path}</code></td><td>{summary}</td><td>{}</td><td>{success}</td></tr>\n",
        scopes.join(", ")
    )
}

fn error_row(code: ErrorCode) -> String {
    let retry = if code.retryable() { "yes" } else { "no" };
    format!(
        "<tr id=\"{0}\"><td><code>{0}</code></td><td>{1}</td><td>{retry}</td><td>{2}</td><td>{3}</td></tr>\n",
        code.as_str(),
        code.status(),
        marked_up(code.title()),
        marked_up(code.hint())
    )
}

fn reason_row(code: ReasonCode) -> String {
    let name = serde_json::to_value(code).unwrap_or_default();
    format!(
        "<tr><td><code>{}</code></td><td>{}</td></tr>\n",
        name.as_str().unwrap_or_default(),
        marked_up(code.hint())
    )
}

/// Our own texts in HTML: `code` between backticks.
fn marked_up(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let parts = text.split('`').enumerate();
    parts
        .map(|(n, part)| if n % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() })
        .collect()
}
