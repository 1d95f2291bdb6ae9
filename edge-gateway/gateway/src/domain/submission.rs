use super::callback_url;
use super::hex::parse_sha256;
use facematch_contract::limits::{
    IMAGE_TYPES, MAX_IMAGE_BYTES, MAX_REFERENCE_CHARS, POLICY_FMR_RANGE,
};
use facematch_contract::{CreateSubmission, FieldError, ImageDeclaration, Mode, Policy};

/// A submission in which every field has a value that is allowed.
pub(crate) struct ValidSubmission(CreateSubmission);

impl ValidSubmission {
    /// Checks every field of `request`.
    ///
    /// # Errors
    /// All fields that are wrong, not the first alone.
    pub(crate) fn check(
        request: CreateSubmission,
        loopback_callbacks: bool,
    ) -> Result<Self, Vec<FieldError>> {
        let mut faults = Faults::default();
        check_roles(&mut faults, &request);
        for (index, image) in request.images.iter().enumerate() {
            check_image(&mut faults, index, image);
        }
        check_subject(&mut faults, &request);
        faults.check_text("reference", request.reference.as_deref());
        faults.check_text("consentRef", request.consent_ref.as_deref());
        check_callback(&mut faults, request.callback_url.as_deref(), loopback_callbacks);
        check_policy(&mut faults, request.policy);
        if faults.0.is_empty() { Ok(Self(request)) } else { Err(faults.0) }
    }

    /// The request.
    pub(crate) fn into_inner(self) -> CreateSubmission {
        self.0
    }
}

#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    /// Notes that `field` must be what `message` says, unless it `holds`.
    fn require(&mut self, holds: bool, field: impl Into<String>, message: impl Into<String>) {
        if !holds {
            self.0.push(FieldError { field: field.into(), message: message.into() });
        }
    }

    fn check_text(&mut self, field: &str, text: Option<&str>) {
        let message = format!("must be 1 to {MAX_REFERENCE_CHARS} characters, none of control");
        self.require(text.is_none_or(is_reference), field, message);
    }
}

/// Whether a text may be a partner's own name for something.
pub(crate) fn is_reference(text: &str) -> bool {
    let chars = text.chars().count();
    (1..=MAX_REFERENCE_CHARS).contains(&chars) && !text.chars().any(char::is_control)
}

fn check_roles(faults: &mut Faults, request: &CreateSubmission) {
    let roles = request.mode.roles();
    let count = |role| request.images.iter().filter(|image| image.role == role).count();
    let is_exact =
        request.images.len() == roles.len() && roles.iter().all(|role| count(*role) == 1);
    let names: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
    let message = format!("{} needs exactly: {}", request.mode.as_str(), names.join(", "));
    faults.require(is_exact, "images", message);
}

fn check_image(faults: &mut Faults, index: usize, image: &ImageDeclaration) {
    let field = |name: &str| format!("images[{index}].{name}");
    let is_known = IMAGE_TYPES.contains(&image.content_type.as_str());
    let types = format!("must be one of {}", IMAGE_TYPES.join(", "));
    faults.require(is_known, field("contentType"), types);
    let is_size = (1..=MAX_IMAGE_BYTES).contains(&image.size_bytes);
    faults.require(is_size, field("sizeBytes"), format!("must be 1 to {MAX_IMAGE_BYTES}"));
    let is_hash = parse_sha256(&image.sha256).is_some();
    faults.require(is_hash, field("sha256"), "must be 64 lower-case hexadecimal digits");
}

fn check_subject(faults: &mut Faults, request: &CreateSubmission) {
    let is_needed = request.mode == Mode::SelfieToBaseline;
    let is_there = request.subject.is_some();
    faults.require(is_there || !is_needed, "subject", "is required by selfie_to_baseline");
    faults.check_text("subject", request.subject.as_deref());
}

fn check_callback(faults: &mut Faults, url: Option<&str>, loopback_allowed: bool) {
    if let Some(Err(error)) = url.map(|url| callback_url::check(url, loopback_allowed)) {
        faults.require(false, "callbackUrl", error.to_string());
    }
}

fn check_policy(faults: &mut Faults, policy: Option<Policy>) {
    let Some(Policy { match_fmr, review_fmr }) = policy else { return };
    let (least, most) = POLICY_FMR_RANGE;
    let is_match = (least..=most).contains(&match_fmr);
    faults.require(is_match, "policy.matchFmr", format!("must be {least} to {most}"));
    let is_review = (match_fmr..=most).contains(&review_fmr);
    faults.require(is_review, "policy.reviewFmr", format!("must be matchFmr to {most}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn image(role: &str) -> Value {
        let sha256 = "0123456789abcdef".repeat(4);
        json!({"role": role, "contentType": "image/jpeg", "sizeBytes": 1, "sha256": sha256})
    }

    fn request() -> Value {
        json!({"mode": "selfie_to_id", "images": [image("selfie"), image("id_portrait")]})
    }

    fn wrong_fields(request: Value) -> Vec<String> {
        let request = serde_json::from_value(request).unwrap();
        match ValidSubmission::check(request, false) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| fault.field).collect(),
        }
    }

    #[test]
    fn each_field_has_its_edges() {
        let text = |chars: usize| json!("é".repeat(chars));
        let cases = [
            ("/images/0/sizeBytes", json!(MAX_IMAGE_BYTES), None),
            ("/images/0/sizeBytes", json!(0), Some("images[0].sizeBytes")),
            ("/images/1/sizeBytes", json!(MAX_IMAGE_BYTES + 1), Some("images[1].sizeBytes")),
            ("/images/0/contentType", json!("image/webp"), None),
            ("/images/0/contentType", json!("image/gif"), Some("images[0].contentType")),
            ("/images/0/contentType", json!("image/jpeg; q=1"), Some("images[0].contentType")),
            ("/images/1/sha256", json!("AB".repeat(32)), Some("images[1].sha256")),
            ("/images/1/sha256", json!(""), Some("images[1].sha256")),
            ("/images/0/role", json!("id_portrait"), Some("images")),
            ("/images/0/role", json!("reference_selfie"), Some("images")),
            ("/images", json!([image("selfie")]), Some("images")),
            ("/images", json!([]), Some("images")),
            ("/images", json!([image("id_portrait"), image("selfie")]), None),
            ("/subject", text(128), None),
            ("/subject", text(129), Some("subject")),
            ("/reference", json!(""), Some("reference")),
            ("/reference", json!("a\u{0}b"), Some("reference")),
            ("/consentRef", text(129), Some("consentRef")),
            ("/callbackUrl", json!("https://hooks.example.com/"), None),
            ("/callbackUrl", json!("http://127.0.0.1/"), Some("callbackUrl")),
            ("/policy", json!({"matchFmr": 1e-6, "reviewFmr": 1e-2}), None),
            ("/policy", json!({"matchFmr": 1e-3, "reviewFmr": 1e-3}), None),
            ("/policy", json!({"matchFmr": 9e-7, "reviewFmr": 1e-2}), Some("policy.matchFmr")),
            ("/policy", json!({"matchFmr": 1e-3, "reviewFmr": 1e-4}), Some("policy.reviewFmr")),
            ("/policy", json!({"matchFmr": 1e-3, "reviewFmr": 0.011}), Some("policy.reviewFmr")),
        ];
        for (pointer, value, want) in cases {
            let mut request = request();
            if request.pointer(pointer).is_none() {
                request[&pointer[1..]] = Value::Null;
            }
            *request.pointer_mut(pointer).unwrap() = value.clone();
            let want: Vec<_> = want.into_iter().collect();
            assert_eq!(wrong_fields(request), want, "{pointer} = {value}");
        }
    }

    #[test]
    fn a_baseline_needs_its_subject() {
        let request = |subject: Value| json!({"mode": "selfie_to_baseline", "images": [image("selfie")], "subject": subject});
        assert_eq!(wrong_fields(request(Value::Null)), ["subject"]);
        assert!(wrong_fields(request(json!("s1"))).is_empty());
    }

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let mut request = request();
        request["images"][1]["sizeBytes"] = json!(0);
        request["subject"] = json!("");
        request["callbackUrl"] = json!("ftp://x");
        assert_eq!(wrong_fields(request), ["images[1].sizeBytes", "subject", "callbackUrl"]);
    }
}
