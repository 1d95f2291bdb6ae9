use facematch_contract::{
    Decision, MatchResult, Mode, Pad, PadStatus, Policy, PolicyReport, Reason, ReasonCode, Versions,
};

/// Says what a dead letter's result reports of the policy and the software. The engine itself knows no model pack, so
/// the host, which does, gives it.
pub type FailedReport = Box<dyn Fn(Mode, Policy) -> (PolicyReport, Versions) + Send + Sync>;

/// The result of a submission that our side could not process.
pub fn failed_result(policy: PolicyReport, versions: Versions) -> MatchResult {
    MatchResult {
        decision: Decision::Inconclusive,
        reasons: vec![Reason::new(ReasonCode::ProcessingFailed, None)],
        score: None,
        policy,
        images: Vec::new(),
        pad: Pad { status: PadStatus::NotPerformed },
        versions,
    }
}

/// The report of an engine that was told nothing: thresholds that no score passes, and no pack.
pub(crate) fn without_pack(_: Mode, policy: Policy) -> (PolicyReport, Versions) {
    let Policy { match_fmr, review_fmr } = policy;
    let report =
        PolicyReport { match_fmr, review_fmr, match_threshold: 1.0, review_threshold: 1.0 };
    let none = || "none".to_owned();
    let versions = Versions {
        facematch: env!("CARGO_PKG_VERSION").to_owned(),
        pack: none(),
        detector: none(),
        embedder: none(),
        calibration: none(),
    };
    (report, versions)
}
