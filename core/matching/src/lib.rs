//! From faces to a decision: choose, embed, compare, decide.
//!
//! Every function is pure and synchronous; the stages are separate calls, so that a caller with a
//! clock can time them. This crate does not know files, sockets, the clock, random numbers, logs or
//! the API's routes.
//!
//! **A match needs a face in both photos, by type**: [`decide`] takes a [`Cosine`], which comes
//! only from two
//! [`Embedding`]s; each comes only from a [`FaceChip`], which comes only from an [`AcceptedFace`],
//! which only
//! [`FaceGate::choose`] hands out.

mod calibration;
mod calibrations;
mod compare;
mod decide;
mod embedder;
mod embedders;
mod embedding;
mod gate;
mod matcher;
mod model_file;
mod pack;
mod policy;
mod quality_floor;
#[cfg(test)]
mod testing;

pub use calibration::{Calibration, CalibrationError, CalibrationPoint, FmrEstimate};
pub use calibrations::{Band, BandsError, Calibrations};
pub use compare::{Comparison, compare};
pub use decide::{Thresholds, decide};
pub use embedder::{EmbedError, Embedder, EmbedderSettings};
pub use embedding::{Cosine, EMBEDDING_DIM, Embedding, likeness};
pub use facematch_contract::{Decision, FmrRelation, Role};
pub use gate::{AcceptedFace, FaceChip, FaceGate, GateRefusal};
pub use matcher::{ExamineError, Examined, ExaminedFace, Matcher, StudiedFace};
pub use model_file::{ModelFile, ModelSource, NpmPackage};
pub use pack::{AlignmentName, DetectorSpec, EmbedderSpec, Gates, Pack, PackError, Packs};
pub use policy::{Policy, PolicyError};
pub use quality_floor::QualityFloor;
