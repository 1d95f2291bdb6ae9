//! From two photo files to a result, with the time of each stage.

mod report;
mod timings;

pub(crate) use report::{decode_reason, face_report, gate_reason};
pub use timings::{Stage, Timings};

use crate::LoadedPack;
use anyhow::{Context, Result};
use facematch_contract::{
    Decision, ImageReport, MatchResult, Mode, Pad, PadStatus, Policy, PolicyReport, Reason,
    ReasonCode, Role, Score, Versions,
};
use facematch_engine::Template;
use facematch_matching::{
    self as matching, Calibration, Embedding, ExamineError, FmrEstimate, Matcher, PolicyError,
    Thresholds,
};
use facematch_nn::Network;
use facematch_vision::{Detection, Model, NnModel, Photo, TractModel};
use std::{sync::Arc, thread};

/// A loaded pack, ready to compare. One serves many threads.
pub struct Pipeline {
    matcher: Matcher,
    versions: Versions,
}

/// What a comparison came to, and how long it took.
pub struct Comparison {
    /// The result, as the API gives it.
    pub result: MatchResult,
    /// Time of each stage.
    pub timings: Timings,
    /// What the selfie was made into, if it has a face to compare.
    pub template: Option<Template>,
}

/// One photo, looked at.
struct Looked {
    report: ImageReport,
    embedding: Result<Embedding, ReasonCode>,
    timings: Timings,
}

impl Pipeline {
    /// Makes the networks of a pack ready to run.
    ///
    /// # Errors
    /// When a network cannot be loaded.
    pub fn new(loaded: &LoadedPack) -> Result<Self> {
        let (detector, embedders) = thread::scope(|scope| {
            let detector = scope.spawn(|| network(&loaded.detector));
            let embedders = loaded.embedders.iter().map(|embedder| network(embedder));
            let embedders = embedders.collect::<Result<Vec<_>>>();
            (detector.join(), embedders)
        });
        let detector = detector.ok().context("loading the detector ended in a panic")?;
        let pack = &loaded.pack;
        let matcher = Matcher::new(pack, detector?, embedders?)?;
        let versions = Versions {
            facematch: env!("CARGO_PKG_VERSION").to_owned(),
            pack: pack.id(),
            detector: pack.detector.model.short_sha256().to_owned(),
            embedder: pack.embedders_sha256(),
            calibration: pack.calibration.of(Mode::SelfieToSelfie, None).version().to_owned(),
        };
        Ok(Self { matcher, versions })
    }

    /// Name and version of the pack that it runs.
    pub(crate) fn pack(&self) -> &str {
        &self.versions.pack
    }

    /// The pack's networks and rules.
    pub(crate) fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// What computes the results of `mode`, as far as it is known without a comparison.
    pub fn versions(&self, mode: Mode) -> Versions {
        self.versions_with(self.matcher.calibrations().of(mode, None))
    }

    fn versions_with(&self, calibration: &Calibration) -> Versions {
        Versions { calibration: calibration.version().to_owned(), ..self.versions.clone() }
    }

    /// A policy with the thresholds that it comes to, for a result without a comparison: one that is out of range is
    /// reported as the default.
    pub fn policy_report(&self, mode: Mode, policy: Policy) -> PolicyReport {
        let calibration = self.matcher.calibrations().of(mode, None);
        report_policy(&checked(policy).unwrap_or_default(), calibration)
    }

    /// Finds the faces in a photo.
    ///
    /// # Errors
    /// When the network fails.
    pub fn detect(&self, photo: &Photo) -> Result<Detection> {
        Ok(self.matcher.detect(photo)?)
    }

    /// Compares two photo files, each on a thread of its own.
    ///
    /// A photo that cannot be used is not an error: the result is `inconclusive` and says why.
    ///
    /// # Errors
    /// When a network fails, or the policy is out of range.
    pub fn compare(&self, mode: Mode, files: [&[u8]; 2], policy: Policy) -> Result<Comparison> {
        let policy = checked(policy)?;
        let roles = match mode {
            Mode::SelfieToId => [Role::Selfie, Role::IdPortrait],
            Mode::SelfieToSelfie | Mode::SelfieToBaseline => [Role::Selfie, Role::ReferenceSelfie],
        };
        let (first, second) = thread::scope(|scope| {
            let first = scope.spawn(|| self.look(files[0], roles[0]));
            let second = self.look(files[1], roles[1]);
            (first.join(), second)
        });
        let first = first.ok().context("looking at a photo ended in a panic")??;
        Ok(self.judge(mode, [first, second?], &policy))
    }

    /// Compares a selfie with a baseline; `None` for one that is gone.
    ///
    /// # Errors
    /// As [`Pipeline::compare`].
    pub fn compare_to_baseline(
        &self,
        file: &[u8],
        baseline: Option<&Template>,
        policy: Policy,
    ) -> Result<Comparison> {
        let policy = checked(policy)?;
        let selfie = self.look(file, Role::Selfie)?;
        let baseline = match baseline.filter(|baseline| baseline.pack == self.versions.pack) {
            Some(baseline) => Ok(self.matcher.read_template(&baseline.bytes)?),
            None => Err(Reason::new(ReasonCode::BaselineUnusable, None)),
        };
        let calibration = self.matcher.calibrations().of(Mode::SelfieToBaseline, None);
        Ok(self.decide(vec![selfie], baseline, &policy, calibration))
    }

    fn look(&self, file: &[u8], role: Role) -> Result<Looked> {
        let mut timings = Timings::default();
        let photo = match timings.measure(Stage::Decode, || Photo::decode(file)) {
            Ok(photo) => photo,
            Err(error) => {
                return Ok(Looked::unreadable(role, decode_reason(&error), timings));
            }
        };
        let detection = timings.measure(Stage::Detect, || self.matcher.detect(&photo))?;
        let chosen = match self.matcher.choose(&photo, &detection, role) {
            Ok(face) => Ok(timings.measure(Stage::Detect, || self.matcher.refine(&photo, face))?),
            Err(refusal) => Err(refusal),
        };
        let report = report::image_report(role, &photo, &detection, &chosen);
        let embedding = match chosen {
            Ok(face) => self.embed(&photo, &face, &mut timings)?,
            Err(refusal) => Err(gate_reason(&refusal)),
        };
        Ok(Looked { report, embedding, timings })
    }

    fn embed(
        &self,
        photo: &Photo,
        face: &matching::AcceptedFace,
        timings: &mut Timings,
    ) -> Result<Result<Embedding, ReasonCode>> {
        // A face whose landmarks lie outside the photo is not wholly in view.
        let Ok(chip) = timings.measure(Stage::Align, || self.matcher.align(photo, face)) else {
            return Ok(Err(ReasonCode::NoFace));
        };
        let embedding = timings.measure(Stage::Embed, || self.matcher.embed(&chip));
        Ok(Ok(embedding.map_err(ExamineError::Embed)?))
    }

    fn judge(&self, mode: Mode, looked: [Looked; 2], policy: &matching::Policy) -> Comparison {
        let [first, second] = looked;
        let inter_eye_px = second.report.face.as_ref().map(|face| face.inter_eye_distance_px);
        let calibration = self.matcher.calibrations().of(mode, inter_eye_px);
        let reference = match &second.embedding {
            Ok(embedding) => Ok(embedding.clone()),
            Err(code) => Err(Reason::new(*code, Some(second.report.role))),
        };
        self.decide(vec![first, second], reference, policy, calibration)
    }

    /// The first photo against `reference`, which is the second photo's face or a baseline.
    fn decide(
        &self,
        photos: Vec<Looked>,
        reference: Result<Embedding, Reason>,
        policy: &matching::Policy,
        calibration: &Calibration,
    ) -> Comparison {
        let mut timings = Timings::default();
        photos.iter().for_each(|photo| timings.add(&photo.timings));
        let selfie = photos.first().and_then(|photo| photo.embedding.as_ref().ok());
        let compared = match (selfie, &reference) {
            (Some(a), Ok(b)) => {
                let compare = || matching::compare(a, b, policy, calibration);
                Some(timings.measure(Stage::Decide, compare))
            }
            _ => None,
        };
        let template = selfie.map(|selfie| Template {
            pack: self.versions.pack.clone(),
            bytes: selfie.to_template(),
        });
        let of_selfie = photos.first().and_then(Looked::reason);
        let reasons = of_selfie.into_iter().chain(reference.err()).collect();
        let result = MatchResult {
            decision: compared.map_or(Decision::Inconclusive, |compared| compared.decision),
            reasons,
            score: compared.map(score),
            policy: report_policy(policy, calibration),
            images: photos.into_iter().map(|photo| photo.report).collect(),
            pad: Pad { status: PadStatus::NotPerformed },
            versions: self.versions_with(calibration),
        };
        Comparison { result, timings, template }
    }
}

impl Looked {
    fn unreadable(role: Role, reason: ReasonCode, timings: Timings) -> Self {
        let report = ImageReport {
            role,
            width_px: 0,
            height_px: 0,
            faces_found: 0,
            face: None,
            quality: None,
        };
        Self { report, embedding: Err(reason), timings }
    }

    fn reason(&self) -> Option<Reason> {
        let code = self.embedding.as_ref().err()?;
        Some(Reason::new(*code, Some(self.report.role)))
    }
}

/// Our own engine where it knows the network's operators, tract for a partner's own.
fn network(onnx: &[u8]) -> Result<Arc<dyn Model>> {
    match facematch_nn_compile::compile(onnx) {
        Ok(graph) => Ok(Arc::new(NnModel::new(Network::new(&graph)?))),
        Err(reason) => {
            tracing::debug!(%reason, "this network runs on tract");
            Ok(Arc::new(TractModel::from_bytes(onnx)?))
        }
    }
}

fn score(compared: matching::Comparison) -> Score {
    let FmrEstimate { fmr, relation: fmr_relation, ci95: fmr_ci95 } = compared.fmr;
    Score { cosine: compared.cosine.value(), fmr, fmr_relation, fmr_ci95 }
}

fn report_policy(policy: &matching::Policy, calibration: &Calibration) -> PolicyReport {
    let thresholds = Thresholds::new(policy, calibration);
    PolicyReport {
        match_fmr: policy.match_fmr(),
        review_fmr: policy.review_fmr(),
        match_threshold: thresholds.match_cosine,
        review_threshold: thresholds.review_cosine,
    }
}

/// The gateway has checked the policy. One from elsewhere must not be judged by another.
fn checked(policy: Policy) -> Result<matching::Policy, PolicyError> {
    matching::Policy::new(policy.match_fmr, policy.review_fmr)
}
