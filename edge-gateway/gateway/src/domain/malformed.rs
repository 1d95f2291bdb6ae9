use serde_json::error::Category;

/// What is wrong with a JSON body and where, without a word of the body itself: it may hold
/// secrets, and the answer is logged by clients.
pub(crate) fn place_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!("line {} column {}", error.line(), error.column());
    match error.classify() {
        Category::Data => format!("{} at {place}", expectation(&text)),
        Category::Syntax | Category::Eof | Category::Io => text,
    }
}

/// The part of serde's message that comes from our own types.
fn expectation(text: &str) -> String {
    let text = text.rsplit_once(" at line ").map_or(text, |(text, _)| text);
    if text.starts_with("missing field") || text.starts_with("duplicate field") {
        return text.to_owned();
    }
    match text.rsplit_once(", expected ") {
        Some((what, expected)) if what.starts_with("unknown field") => {
            format!("unknown field; expected {expected}")
        }
        Some((_, expected)) => format!("expected {expected}"),
        None => "a value of the wrong kind".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facematch_contract::CreateSubmission;

    #[test]
    fn the_place_is_told_and_the_body_is_not() {
        let cases = [
            (r#"{"mode":"hunter2"}"#, "expected one of `selfie_to_id`, "),
            (r#"{"hunter2":1}"#, "unknown field; expected one of `mode`, "),
            (r#"{"mode":", expected hunter2"}"#, "expected one of `selfie_to_id`, "),
            (r#"{"mode":"selfie_to_id"}"#, "missing field `images` at line 1 column 23"),
            (r#"{"mode":"selfie_to_id","mode":"hunter2"}"#, "duplicate field `mode` at line 1"),
            (r#"{"images":"hunter2"}"#, "expected a sequence at line 1 column 19"),
            (r#"{"mode":hunter2}"#, "expected value at line 1 column 9"),
            (r#"{"mode":["hunter2"]}"#, "expected value at line 1 column 9"),
            (r#"{"images":["#, "EOF while parsing a list at line 1 column 11"),
            (r#""hunter2""#, "expected struct CreateSubmission"),
            ("", "EOF while parsing a value at line 1 column 0"),
        ];
        for (body, want) in cases {
            let error = serde_json::from_str::<CreateSubmission>(body).unwrap_err();
            let got = place_of(&error);
            assert!(got.starts_with(want) && !got.contains("hunter2"), "{body}: {got}");
        }
    }
}
